"""`fairlead run` as a process under test: started with documents, asked by its admin port, reloaded, measured. Beside it
what such tests need: upstreams, and clients at a fixed rate whose every request must be answered."""

import dataclasses
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import jdk
import peers
import processes

# As the goal for gateways and sidecars has it (design: 64 MiB of heap, serial collector).
SMALL = "-Xmx64m -XX:+UseSerialGC"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def many_descriptors(wanted):
    """Lets this process and those that it starts open `wanted` files; how many they may open in truth."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (max(hard, wanted), hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, max(soft, wanted)), limit))
            break
        except (ValueError, PermissionError):
            continue
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Daemon:
    """One run. The documents are files of the folder `config`, which may be written anew; see `write`."""

    def __init__(self, folder, documents, java_options=SMALL, arguments=(), limit=None):
        self.folder = folder
        self.config = f"{folder}/config"
        os.makedirs(self.config, exist_ok=True)
        for name, text in documents.items():
            self.write(name, text)
        self.admin = free_port()
        command = jdk.fairlead("run", "--config", self.config, "--admin", f"127.0.0.1:{self.admin}",
                               "--access-log", "off", *arguments)
        command[1:1] = java_options.split()
        if limit:
            command = ["bash", "-c", f'ulimit -n {limit}; exec "$@"', "limited", *command]
        self.process = processes.run(command, f"{folder}/fairlead.stderr")
        self.pid = self.process.pid

    def write(self, name, text):
        """Puts a document in place as a whole, as kubectl and configuration tools do."""
        peers.write(f"{self.config}/.{name}", text)
        os.rename(f"{self.config}/.{name}", f"{self.config}/{name}")

    def wait_ready(self):
        for _ in range(600):
            if self.process.poll() is not None:
                sys.exit(f"fairlead ended at once:\n{processes.said(self.process)}")
            try:
                self.get("/readyz")
                return self
            except OSError:
                time.sleep(0.05)
        sys.exit(f"fairlead is not ready after 30 s:\n{processes.said(self.process)}")

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}{path}", timeout=5) as answer:
            return answer.read().decode()

    def metrics(self):
        """Each series with its value, by name and labels as they stand in the text."""
        lines = (line.rsplit(" ", 1) for line in self.get("/metrics").splitlines() if line and line[0] != "#")
        return {series: float(value) for series, value in lines}

    def refusals(self):
        """What was refused so far, by rule: heads and frames, handshakes, requests without an endpoint."""
        found = {}
        for series, value in self.metrics().items():
            rule = re.match(r"fairlead_(?:protocol_rejects|requests_refused|tls_handshake_failures)_total\{.*"
                            r'(?:rule|reason)="([^"]+)"', series)
            if rule and value:
                found[rule.group(1)] = found.get(rule.group(1), 0) + int(value)
        return found

    def connections(self):
        """Of clients, open."""
        return int(self.metrics()["fairlead_connections_open"])

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def resident(self):
        """MiB."""
        return processes.resident_mib(self.pid)

    def reset_peak(self):
        peers.write(f"/proc/{self.pid}/clear_refs", "5")

    def peak(self):
        """The most that was resident since `reset_peak`, MiB."""
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as status:
            return int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1)) / 1024

    def jcmd(self, *command):
        return subprocess.run([f"{jdk.home()}/bin/jcmd", str(self.pid), *command], capture_output=True, text=True,
                              check=True).stdout

    def heap(self):
        """MiB of the heap that are live: what a full collection leaves."""
        self.jcmd("GC.run")
        used = re.findall(r"total (?:reserved )?\d+K,(?: committed \d+K,)? used (\d+)K", self.jcmd("GC.heap_info"))
        return sum(map(int, used)) / 1024

    def metaspace(self):
        """MiB of classes."""
        said = self.jcmd("VM.metaspace", "basic", "scale=KB")
        return float(re.search(r"Both:\s+([\d.]+) KB used", said).group(1)) / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def said(self):
        return processes.said(self.process)

    def stop(self):
        """By SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(60)


def start_upstreams(folder, ports, sizes, name="upstream", listen=""):
    """nginx on each port: /SIZE has so many bytes, /post takes any body."""
    os.makedirs(f"{folder}/www", exist_ok=True)
    for size in sizes:
        peers.write(f"{folder}/www/{size}", "x" * size)
    head, http = peers.nginx_head(folder, name, 1)
    servers = "".join(f"""server {{ listen 127.0.0.1:{port} backlog=4096 {listen}; root {folder}/www; open_file_cache max=100;
                         location /post {{ client_max_body_size 0; return 200 "ok"; }} }}""" for port in ports)
    conf = peers.write(f"{folder}/{name}.conf", f"{head} http {{ {http} {servers} }}")
    started = processes.run(["nginx", "-e", f"{folder}/{name}.err", "-c", conf], f"{folder}/{name}.stderr")
    processes.wait_for(ports[0], started)
    return started


@dataclasses.dataclass
class Answers:
    """What steady clients got."""

    requests: int
    errors: int
    micros: list


class Steady:
    """Clients that ask at a fixed rate: h2load, whose every request must be answered with 200."""

    def __init__(self, folder, url, connect, http1, clients, rate, requests, headers=()):
        self.log = f"{folder}/steady-{time.monotonic_ns()}.log"
        self.interval = 1e6 * clients / rate
        self.requests = requests
        flags = ["--h1"] if http1 else ["-m", "10"]
        self.process = subprocess.Popen(
            ["h2load", *flags, "-t", "1", "-c", str(clients), "-n", str(requests), f"--rps={rate / clients:g}",
             "--log-file", self.log, f"--connect-to={connect}", *(part for h in headers for part in ("-H", h)), url],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def wait(self, seconds):
        """The answers; what was not answered after so many seconds is an error."""
        try:
            self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
        micros, good = [], 0
        try:
            with open(self.log, encoding="utf-8") as lines:
                for line in lines:
                    fields = line.rstrip("\n").split("\t")
                    if len(fields) == 3:
                        good += fields[1] == "200"
                        micros += self.corrected(int(fields[2]))
            os.remove(self.log)
        except FileNotFoundError:
            pass
        return Answers(self.requests, self.requests - good, micros)

    def corrected(self, micros):
        """The client was to ask again while it waited: what those requests would have waited counts too."""
        yield micros
        while (micros := micros - self.interval) > 0:
            yield micros


def quantile(values, q):
    ordered = sorted(values)
    return ordered[int(q * (len(ordered) - 1))] if ordered else float("nan")
