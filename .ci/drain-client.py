"""64 keep-alive clients against a port while a process is sent SIGTERM: no request that was sent may go
without its whole answer. A refused connect is the expected end.

usage: drain-client.py PORT PID
"""

import os
import signal
import socket
import sys
import threading
import time

port, pid = int(sys.argv[1]), int(sys.argv[2])
answered, lost = [0] * 64, []
deadline = time.monotonic() + 20


def read_answer(stream):
    """The answer's head as a list of lines; None where the connection ended before it was whole."""
    head = []
    while True:
        line = stream.readline()
        if not line:
            return None
        if line == b"\r\n":
            break
        head.append(line.decode("latin-1").strip().lower())
    length = next((int(h.split(":")[1]) for h in head if h.startswith("content-length:")), None)
    if length is None or len(stream.read(length)) < length:
        return None
    return head


def client(number):
    while time.monotonic() < deadline:
        try:
            connection = socket.create_connection(("127.0.0.1", port), 5)
        except OSError:
            return
        with connection:
            stream = connection.makefile("rb")
            while time.monotonic() < deadline:
                try:
                    connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    head = read_answer(stream)
                except OSError as error:
                    lost.append(repr(error))
                    return
                if head is None:
                    lost.append("connection ended without a whole answer")
                    return
                if not head[0].startswith("http/1.1 200"):
                    lost.append(head[0])
                answered[number] += 1
                if "connection: close" in head:
                    break


threads = [threading.Thread(target=client, args=(n,)) for n in range(64)]
for thread in threads:
    thread.start()
time.sleep(2)
before = sum(answered)
os.kill(pid, signal.SIGTERM)
for thread in threads:
    thread.join()
print(f"under-load: drain: {sum(answered)} answered ({sum(answered) - before} after SIGTERM), {len(lost)} lost")
for reason in lost[:5]:
    print("under-load: drain: lost:", reason)
sys.exit(1 if lost or before == 0 or any(thread.is_alive() for thread in threads) else 0)
