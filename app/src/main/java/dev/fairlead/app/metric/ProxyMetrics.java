package dev.fairlead.app.metric;

import dev.fairlead.app.service.InForce;
import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.proxy.tls.TlsCounters;

/** What the proxy counted over all services. */
final class ProxyMetrics {
  private ProxyMetrics() {}

  static void proxy(Families families, ProxyServer.Counters proxy) {
    families.counter(
        "fairlead_connections", "Client connections accepted.", proxy.clientConnections());
    families.gauge(
        "fairlead_connections_open", "Client connections open.", proxy.clientConnectionsOpen());
    families.counter("fairlead_proxy_requests", "Requests taken from clients.", proxy.requests());
    families.gauge(
        "fairlead_proxy_requests_inflight",
        "Requests of clients under way.",
        proxy.requestsInFlight());
    families.counter("fairlead_retries", "Attempts after the first.", proxy.retries());
    families.counter("fairlead_mirrored", "Copies of requests sent to mirrors.", proxy.mirrored());
    families.counter(
        "fairlead_mirrors_dropped", "Copies that could not be sent.", proxy.mirrorsDropped());
    for (int each = 0; each < proxy.shed().size(); each++) {
      families.counter(
          "fairlead_requests_shed",
          "Requests that were turned away as their event loop lagged, by class.",
          proxy.shed().get(each),
          "class",
          Integer.toString(each));
    }
    families.counter(
        "fairlead_load_reports_broken",
        "Answers whose endpoint-load-metrics cannot be read, where they are weighed.",
        proxy.loadReportsBroken());
    families.counter(
        "fairlead_hedges", "Second attempts beside a first that took long.", proxy.hedges());
    families.counter(
        "fairlead_hedges_won", "Second attempts whose answer began first.", proxy.hedgesWon());
    families.counter(
        "fairlead_probes_held_back",
        "Probes that were not sent: too many under way, or the endpoint answers none.",
        proxy.probesHeldBack());
    families.counter(
        "fairlead_probes_answered",
        "Questions for a service's load that were answered in its stead.",
        proxy.probesAnswered());
    families.counter(
        "fairlead_upstream_connections", "Upstream connects begun.", proxy.upstreamConnects());
    families.gauge(
        "fairlead_upstream_waiting_requests",
        "Requests that wait for an HTTP/1 connection, of which their endpoint has all it may.",
        proxy.upstreamWaiting());
    families.gauge(
        "fairlead_upstream_connections_open",
        "Upstream connections open.",
        proxy.upstreamConnectionsOpen());
    families.gauge(
        "fairlead_upstream_connections_idle",
        "Upstream connections that wait for a request.",
        proxy.upstreamConnectionsIdle());
    handshakes(families, "client", proxy.clientTls());
    handshakes(families, "upstream", proxy.upstreamTls());
    proxy
        .rejects()
        .forEach(
            (rule, count) ->
                families.counter(
                    "fairlead_protocol_rejects",
                    "Requests refused as ambiguous or broken.",
                    count,
                    "rule",
                    rule));
  }

  private static void handshakes(Families families, String side, TlsCounters.Sums sums) {
    String help = "TLS handshakes that went well.";
    families.counter("fairlead_tls_handshakes", help, sums.full(), "side", side, "kind", "full");
    families.counter(
        "fairlead_tls_handshakes", help, sums.resumed(), "side", side, "kind", "resumed");
    families.gauge(
        "fairlead_tls_handshakes_open", "TLS handshakes under way.", sums.underWay(), "side", side);
    sums.failures()
        .forEach(
            (fault, count) ->
                families.counter(
                    "fairlead_tls_handshake_failures",
                    "TLS handshakes that came to nothing, by why.",
                    count,
                    "side",
                    side,
                    "reason",
                    fault.id()));
  }

  static void certificates(Families families, InForce inForce) {
    inForce
        .configuration()
        .routes()
        .credentials()
        .keys()
        .forEach(
            (name, key) ->
                families.gauge(
                    "fairlead_certificate_expiry_timestamp_seconds",
                    "When a certificate that is shown expires, Unix time.",
                    key.certificate().getNotAfter().toInstant().getEpochSecond(),
                    "certificate",
                    name));
  }
}
