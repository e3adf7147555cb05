"""64 keep-alive clients of a server that is sent SIGTERM: no request that was sent may go without its whole answer, unless
the server said that it did nothing for it. A refused connect is the expected end.

    python3 benchmarks/leaving.py h1|h2 PORT PID [--tls] [--path /] [--host localhost]
"""

import argparse
import os
import signal
import socket
import ssl
import struct
import sys
import threading
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
ACK, END_STREAM, END_HEADERS = 1, 1, 4
NO_ERROR, REFUSED_STREAM = 0, 7
CLIENTS = 64
STREAMS = 4
SECONDS = 20


class Lost(Exception):
    """A request without its whole answer."""


class H1:
    """Requests of HTTP/1.1, one at a time."""

    def __init__(self, connection, options):
        self.connection, self.stream = connection, connection.makefile("rb")
        self.request = f"GET {options.path} HTTP/1.1\r\nHost: {options.host}\r\n\r\n".encode()

    def ask(self):
        """How many were answered, and whether more may be asked."""
        self.connection.sendall(self.request)
        head = []
        while (line := self.stream.readline()) != b"\r\n":
            if not line:
                raise Lost("the connection ended without a whole answer")
            head.append(line.decode("latin-1").strip().lower())
        length = next((int(h.split(":")[1]) for h in head if h.startswith("content-length:")), None)
        if length is None or len(self.stream.read(length)) < length:
            raise Lost("the connection ended in an answer")
        if not head[0].startswith("http/1.1 200"):
            raise Lost(head[0])
        return 1, "connection: close" not in head


class H2:
    """Requests of HTTP/2, a few at a time."""

    def __init__(self, connection, options):
        self.connection, self.stream = connection, connection.makefile("rb")
        self.next, self.last, self.taken = 1, None, 0
        field = lambda name, value: b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value
        scheme = b"https" if options.tls else b"http"
        self.block = (field(b":method", b"GET") + field(b":scheme", scheme) + field(b":path", options.path.encode())
                      + field(b":authority", options.host.encode()))
        connection.sendall(PREFACE + self.frame(SETTINGS, 0, 0))

    @staticmethod
    def frame(kind, flags, stream, payload=b""):
        return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload

    def ask(self):
        asked = set(range(self.next, self.next + 2 * STREAMS, 2))
        self.next += 2 * STREAMS
        # Only here, where nothing is under way: a server that is done may have closed when we would say so.
        window = self.frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", self.taken)) if self.taken else b""
        self.taken = 0
        self.connection.sendall(window + b"".join(
            self.frame(HEADERS, END_HEADERS | END_STREAM, s, self.block) for s in asked))
        answered = 0
        while asked:
            head = self.stream.read(9)
            if len(head) < 9:
                raise Lost(f"the connection ended with {len(asked)} requests under way")
            length, (kind, flags, stream) = int.from_bytes(head[:3], "big"), struct.unpack(">BBI", head[3:])
            payload = self.stream.read(length)
            if kind == SETTINGS and not flags & ACK:
                self.connection.sendall(self.frame(SETTINGS, ACK, 0))
            elif kind == PING and not flags & ACK:
                self.connection.sendall(self.frame(PING, ACK, 0, payload))
            elif kind == GOAWAY:
                self.last, code = struct.unpack(">II", payload[:8])
                if code != NO_ERROR:
                    raise Lost(f"GOAWAY with {code}")
                asked = {s for s in asked if s <= self.last}
            elif kind == RST_STREAM and stream in asked:
                code = struct.unpack(">I", payload)[0]
                if code != REFUSED_STREAM:
                    raise Lost(f"RST_STREAM with {code}")
                asked.discard(stream)
            elif kind == HEADERS and stream in asked and not flags & END_STREAM and payload[0] != 0x88:
                raise Lost(f"not status 200 but a head of {payload[:8].hex()}")
            elif kind == DATA:
                self.taken += length
            if kind in (DATA, HEADERS) and flags & END_STREAM and stream in asked:
                asked.discard(stream)
                answered += 1
        return answered, self.last is None


def connect(options):
    connection = socket.create_connection(("127.0.0.1", options.port), 5)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2" if options.protocol == "h2" else "http/1.1"])
        connection = context.wrap_socket(connection, server_hostname=options.host)
    return connection


def client(options, number, answered, lost):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            connection = connect(options)
        except OSError:
            return
        with connection:
            try:
                protocol = (H2 if options.protocol == "h2" else H1)(connection, options)
                more = True
                while more and time.monotonic() < until:
                    count, more = protocol.ask()
                    answered[number] += count
            except (OSError, Lost) as error:
                lost.append(str(error) or repr(error))
                return


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("protocol", choices=("h1", "h2"))
    parser.add_argument("port", type=int)
    parser.add_argument("pid", type=int)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--path", default="/")
    parser.add_argument("--host", default="localhost")
    options = parser.parse_args()
    answered, lost = [0] * CLIENTS, []
    threads = [threading.Thread(target=client, args=(options, n, answered, lost)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    before = sum(answered)
    os.kill(options.pid, signal.SIGTERM)
    for thread in threads:
        thread.join()
    print(f"{sum(answered)} answered ({sum(answered) - before} after SIGTERM), {len(lost)} lost")
    for reason in lost[:5]:
        print("lost:", reason)
    sys.exit(1 if lost or before == 0 else 0)


if __name__ == "__main__":
    main()
