"""Processes that benchmarks start: what they said, spent and hold, and their end."""

import os
import socket
import subprocess
import sys
import time

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def run(command, errors):
    """Starts a process whose stderr goes to a file, see `said`."""
    with open(errors, "w", encoding="utf-8") as file:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=file)
    process.errors = errors
    return process


def said(process):
    """What a process wrote to its stderr."""
    with open(process.errors, encoding="utf-8") as file:
        return file.read()


def processes_of(pid):
    found = [pid]
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="utf-8") as children:
            for child in children.read().split():
                found += processes_of(int(child))
    return found


def cpu_seconds(pid):
    total = 0
    for process in processes_of(pid):
        with open(f"/proc/{process}/stat", encoding="utf-8") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICK


def resident_mib(pid):
    total = 0
    for process in processes_of(pid):
        with open(f"/proc/{process}/statm", encoding="utf-8") as statm:
            total += int(statm.read().split()[1]) * PAGE
    return total / (1 << 20)


def wait_for(port, process):
    for _ in range(300):
        if process.poll() is not None:
            sys.exit(f"{process.args[0]} ended at once: {' '.join(process.args)}\n{said(process)}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"nothing listens on port {port}")


def stop(processes):
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait()
