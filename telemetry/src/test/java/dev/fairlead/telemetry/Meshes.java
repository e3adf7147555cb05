package dev.fairlead.telemetry;

import java.util.Locale;

/** What proxies of several kinds expose, for traffic that is known. */
final class Meshes {
  /** Linkerd's newer generation of bounds. */
  private static final double[] LINKERD = {1, 10, 50, 100, 200, 300, 400, 500, 1000, 5000, 10000};

  private static final double[] ENVOY = {
    0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000
  };

  private static final double[] FAIRLEAD = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };

  private Meshes() {}

  static void linkerd(
      Exposition to,
      String namespace,
      String backend,
      double rps,
      double success,
      double millis,
      double inFlight) {
    String labels =
        "direction=\"outbound\",dst_namespace=\"%s\",dst_service=\"%s\",tls=\"true\""
            .formatted(namespace, backend);
    to.add("request_total{" + labels + "}", 1000 + inFlight, rps);
    String inbound = labels.replace("outbound", "inbound");
    to.add("request_total{" + inbound + "}", 0, 10 * rps);
    ended(
        to,
        "response_total{" + labels + ",classification=\"%s\"}",
        "success",
        "failure",
        rps,
        success);
    histogram(to, "response_latency_ms", labels, LINKERD, rps, millis);
  }

  private static void ended(
      Exposition to, String series, String good, String bad, double rps, double success) {
    to.add(series.formatted(good), 1000, rps * success);
    if (success < 1) {
      to.add(series.formatted(bad), 0, rps * (1 - success));
    }
  }

  static void istio(
      Exposition to, String namespace, String backend, double rps, double success, double millis) {
    String labels =
        "reporter=\"source\",destination_service_name=\"%s\",destination_service_namespace=\"%s\""
            .formatted(backend, namespace);
    to.add("istio_requests_total{" + labels + ",response_code=\"200\"}", 0, rps * success);
    if (success < 1) {
      // Half by HTTP's status, half by gRPC's.
      to.add(
          "istio_requests_total{" + labels + ",response_code=\"503\"}", 0, rps * (1 - success) / 2);
      to.add(
          "istio_requests_total{"
              + labels
              + ",response_code=\"200\",request_protocol=\"grpc\",grpc_response_status=\"14\"}",
          0,
          rps * (1 - success) / 2);
    }
    histogram(to, "istio_request_duration_milliseconds", labels, ENVOY, rps, millis);
    String other = labels.replace("reporter=\"source\"", "reporter=\"destination\"");
    to.add("istio_requests_total{" + other + ",response_code=\"200\"}", 0, rps);
  }

  static void envoy(
      Exposition to, String cluster, double rps, double success, double millis, double inFlight) {
    String labels = "envoy_cluster_name=\"" + cluster + "\"";
    to.add("envoy_cluster_upstream_rq_total{" + labels + "}", 1000 + inFlight, rps);
    to.add("envoy_cluster_upstream_rq_completed{" + labels + "}", 1000, rps);
    to.add("envoy_cluster_upstream_rq_active{" + labels + "}", inFlight, 0);
    String series = "envoy_cluster_upstream_rq_xx{" + labels + ",envoy_response_code_class=\"%s\"}";
    ended(to, series, "2", "5", rps, success);
    histogram(to, "envoy_cluster_upstream_rq_time", labels, ENVOY, rps, millis);
  }

  static void fairlead(
      Exposition to,
      String service,
      String cluster,
      double rps,
      double success,
      double millis,
      double inFlight) {
    String labels = "service=\"%s\",cluster=\"%s\"".formatted(service, cluster);
    String series = "fairlead_requests_total{" + labels + ",outcome=\"%s\"}";
    // A tenth of all: its client went away, and nobody can say how it would have ended.
    ended(to, series, "replied", "failed", 0.9 * rps, success);
    to.add(series.formatted("ignored"), 0, 0.1 * rps);
    to.add("fairlead_inflight_requests{" + labels + "}", inFlight, 0);
    histogram(to, "fairlead_request_duration_seconds", labels, FAIRLEAD, rps, millis / 1e3);
  }

  static void otel(
      Exposition to, String job, double rps, double success, double millis, double inFlight) {
    String name = "http_server_request_duration_seconds";
    String labels = "job=\"" + job + "\",http_request_method=\"GET\"";
    String status = labels + ",http_response_status_code=\"%s\"";
    histogram(to, name, status.formatted("200"), FAIRLEAD, rps * success, millis / 1e3);
    if (success < 1) {
      histogram(to, name, status.formatted("500"), FAIRLEAD, rps * (1 - success), millis / 1e3);
    }
    to.add("http_server_active_requests{" + labels + "}", inFlight, 0);
  }

  /** All of one latency. */
  private static void histogram(
      Exposition to, String name, String labels, double[] bounds, double rps, double latency) {
    for (double bound : bounds) {
      String le = String.format(Locale.ROOT, bound == Math.rint(bound) ? "%.0f" : "%s", bound);
      to.add(name + "_bucket{" + labels + ",le=\"" + le + "\"}", 0, bound >= latency ? rps : 0);
    }
    to.add(name + "_bucket{" + labels + ",le=\"+Inf\"}", 0, rps);
    to.add(name + "_count{" + labels + "}", 0, rps);
    to.add(name + "_sum{" + labels + "}", 0, rps * latency);
  }
}
