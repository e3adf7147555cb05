#!/usr/bin/env python3
"""CPU time per request of Fairlead beside nginx and HAProxy as reverse proxies, in interleaved rounds.

Each round gives each proxy one short wrk run with the same four nginx upstreams; the figure is the
proxy process's user + system time over the requests answered, and the table shows medians over the
rounds. One worker (one event loop) each. A run with an error or a wrong answer ends the benchmark.

usage: benchmarks/proxy.py [--rounds 15] [--seconds 2] [--cases 32x128,256x1024,1x128,32x16384]

Needs wrk, nginx, haproxy (Debian: wrk nginx-light haproxy) and a built app/target/fairlead.jar (./fairlead
version builds it).
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import jdk

TICK = os.sysconf("SC_CLK_TCK")
UPSTREAMS = [18001, 18002, 18003, 18004]
PORTS = {"nginx": 18101, "haproxy": 18102, "fairlead": 18103}


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def nginx_common(folder, name):
    temp = "".join(f"{kind}_temp_path {folder}/{name}-{kind};" for kind in
                   ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (f"daemon off; worker_processes 1; master_process off; pid {folder}/{name}.pid; error_log {folder}/{name}.err;"
            "events { worker_connections 8192; }", f"access_log off; keepalive_requests 100000000; {temp}")


def start_upstreams(folder, sizes):
    head, http = nginx_common(folder, "upstream")
    os.makedirs(f"{folder}/www", exist_ok=True)
    for size in sizes:
        write(f"{folder}/www/{size}", "x" * size)
    servers = "".join(f"server {{ listen 127.0.0.1:{port}; root {folder}/www; open_file_cache max=100; }}"
                      for port in UPSTREAMS)
    conf = write(f"{folder}/upstream.conf", f"{head} http {{ {http} {servers} }}")
    return subprocess.Popen(["nginx", "-e", f"{folder}/upstream.err", "-c", conf])


def start_nginx(folder):
    head, http = nginx_common(folder, "nginx")
    servers = "".join(f"server 127.0.0.1:{port};" for port in UPSTREAMS)
    conf = write(f"{folder}/nginx.conf", f"""{head} http {{ {http}
      upstream up {{ {servers} keepalive 512; keepalive_requests 100000000; }}
      server {{ listen 127.0.0.1:{PORTS['nginx']}; location / {{
        proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $remote_addr; proxy_buffering off; proxy_request_buffering off;
        proxy_buffer_size 64k; proxy_buffers 8 64k; proxy_busy_buffers_size 128k; }} }} }}""")
    return subprocess.Popen(["nginx", "-e", f"{folder}/nginx.err", "-c", conf])


def start_haproxy(folder):
    servers = "\n".join(f"  server s{port} 127.0.0.1:{port}" for port in UPSTREAMS)
    conf = write(f"{folder}/haproxy.cfg", f"""
global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 1s
  http-reuse always
  option forwardfor
frontend f
  bind 127.0.0.1:{PORTS['haproxy']}
  default_backend b
backend b
  balance roundrobin
{servers}
""")
    return subprocess.Popen(["haproxy", "-db", "-q", "-f", conf])


def start_fairlead(folder):
    config = f"{folder}/fairlead"
    os.makedirs(config, exist_ok=True)
    addresses = ", ".join(f'"127.0.0.1:{port}"' for port in UPSTREAMS)
    write(f"{config}/all.yaml", f"""
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: g}}
spec:
  gatewayClassName: fairlead
  addresses: [{{type: IPAddress, value: 127.0.0.1}}]
  listeners: [{{name: http, port: {PORTS['fairlead']}, protocol: HTTP}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: r}}
spec:
  parentRefs: [{{name: g}}]
  rules: [{{backendRefs: [{{name: web}}]}}]
---
apiVersion: fairlead.dev/v1alpha1
kind: ClusterProfile
metadata: {{name: here}}
spec: {{local: true, locality: {{region: r, zone: z}}}}
---
apiVersion: fairlead.dev/v1alpha1
kind: ServiceEndpoints
metadata: {{name: web}}
spec: {{clusters: [{{cluster: here, addresses: [{addresses}]}}]}}
""")
    java = os.environ.get("FAIRLEAD_JAVA") or jdk.java()
    return subprocess.Popen([java, "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED",
                             "-XX:+UseCompactObjectHeaders", "-Dio.netty.leakDetection.level=disabled",
                             *os.environ.get("FAIRLEAD_JAVA_OPTS", "").split(),
                             "-jar", f"{jdk.HOME}/app/target/fairlead.jar", "run", "--config", config,
                             "--admin", "127.0.0.1:18203", "--loops", "1", "--access-log", "off"],
                            stdout=subprocess.DEVNULL)


def wait_for(port, process):
    for _ in range(200):
        if process.poll() is not None:
            sys.exit(f"proxy.py: {process.args[0]} ended at once")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"proxy.py: nothing listens on port {port}")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def run(name, process, connections, size, seconds):
    before = cpu_seconds(process.pid)
    text = subprocess.run(["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--latency",
                           f"http://127.0.0.1:{PORTS[name]}/{size}"],
                          capture_output=True, text=True, check=True).stdout
    spent = cpu_seconds(process.pid) - before
    if "Socket errors" in text or "Non-2xx" in text:
        sys.exit(f"proxy.py: {name} made errors:\n{text}")
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    p99 = re.search(r"99%\s+(\S+)", text).group(1)
    return spent / requests * 1e6, requests / seconds, p99


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--cases", default="1x128,32x128,256x1024,32x16384")
    options = parser.parse_args()
    cases = [tuple(int(part) for part in case.split("x")) for case in options.cases.split(",")]
    folder = tempfile.mkdtemp()
    processes = {"upstreams": start_upstreams(folder, {size for _, size in cases})}
    try:
        wait_for(UPSTREAMS[0], processes["upstreams"])
        for name, start in (("nginx", start_nginx), ("haproxy", start_haproxy), ("fairlead", start_fairlead)):
            processes[name] = start(folder)
            wait_for(PORTS[name], processes[name])
        print("| connections × body | " + " | ".join(PORTS) + " | fairlead / best peer |")
        print("|---|" + "---|" * (len(PORTS) + 1))
        for connections, size in cases:
            for name in PORTS:
                run(name, processes[name], connections, size, 3)  # warm-up: C2 compiles, pools fill
            figures = {name: [] for name in PORTS}
            for _ in range(options.rounds):
                for name in PORTS:
                    figures[name].append(run(name, processes[name], connections, size, options.seconds)[0])
            medians = {name: statistics.median(values) for name, values in figures.items()}
            best = min(value for name, value in medians.items() if name != "fairlead")
            print(f"| {connections} × {size} B | " + " | ".join(f"{medians[name]:.1f} µs" for name in PORTS)
                  + f" | {medians['fairlead'] / best:.2f} |", flush=True)
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
