package dev.fairlead.telemetry.query;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The query sets that come with the product. */
public final class QuerySets {
  private static final double SECOND = 1e9;
  private static final double MILLISECOND = 1e6;

  /**
   * <a href="https://linkerd.io/2/reference/proxy-metrics">Linkerd's proxies</a>, on the clients'
   * side: what a request met on its way is in its latency. Backends of a TrafficSplit are {@code
   * dst_service}.
   */
  public static final QuerySet LINKERD = linkerd();

  /**
   * <a href="https://istio.io/latest/docs/reference/config/metrics/">Istio</a>, on the clients'
   * side: the other side counts the same requests again.
   */
  public static final QuerySet ISTIO = istio();

  /**
   * Envoy with any control plane. Destinations are Envoy clusters by their whole names, or Istio's
   * names of them ({@code outbound|8080||web.shop.svc.cluster.local}).
   */
  public static final QuerySet ENVOY = envoy();

  /** Fairlead's own proxies; destinations are clusters. */
  public static final QuerySet FAIRLEAD = fairlead();

  /**
   * Servers with OpenTelemetry's <a
   * href="https://opentelemetry.io/docs/specs/semconv/http/http-metrics/">HTTP metrics</a>, on the
   * destinations' side: {@code job} is {@code namespace/destination}, or the destination alone.
   */
  public static final QuerySet OTEL = otel();

  private QuerySets() {}

  /** All, each with the name that operators choose it by. */
  public static List<QuerySet> all() {
    return List.of(LINKERD, ISTIO, ENVOY, FAIRLEAD, OTEL);
  }

  public static Optional<QuerySet> named(String name) {
    return all().stream().filter(set -> set.name().equals(name)).findFirst();
  }

  private static QuerySet linkerd() {
    String match = "direction=\"outbound\",$match";
    String begun = "request_total{" + match + "}";
    String ended = "response_total{" + match + "}";
    Map<Signal, String> templates = new EnumMap<>(Signal.class);
    templates.put(Signal.AGE, age(begun));
    templates.put(Signal.STARTED, perSecond(begun));
    templates.put(Signal.ENDED, perSecond(ended));
    templates.put(
        Signal.FAILED, perSecond("response_total{" + match + ",classification=\"failure\"}"));
    // Where nothing has ended yet all that began is under way.
    templates.put(
        Signal.IN_FLIGHT,
        "%s - (%s or 0 * %s)".formatted(counted(begun), counted(ended), counted(begun)));
    templates.put(Signal.LATENCY, buckets("response_latency_ms_bucket{" + match + "}"));
    templates.put(Signal.LATENCY_SUM, plain("response_latency_ms_sum{" + match + "}"));
    return new QuerySet(
        "linkerd",
        labels("dst_namespace", "$namespace", "dst_service", "$destination"),
        MILLISECOND,
        templates);
  }

  private static QuerySet istio() {
    String match = "reporter=\"source\",$match";
    String all = "istio_requests_total{" + match + "}";
    // 0: no answer. Of gRPC's statuses those that are the endpoint's fault, as docs/operating.md.
    String noAnswer = "istio_requests_total{" + match + ",response_code=~\"0|5..\"}";
    String badStatus =
        "istio_requests_total{"
            + match
            + ",response_code!~\"0|5..\",grpc_response_status=~\"2|4|8|13|14|15\"}";
    Map<Signal, String> templates = new EnumMap<>(Signal.class);
    templates.put(Signal.AGE, age(all));
    templates.put(Signal.ENDED, perSecond(all));
    templates.put(Signal.FAILED, perSecond(noAnswer, badStatus));
    templates.put(
        Signal.LATENCY, buckets("istio_request_duration_milliseconds_bucket{" + match + "}"));
    templates.put(
        Signal.LATENCY_SUM, plain("istio_request_duration_milliseconds_sum{" + match + "}"));
    templates.put(Signal.BYTES_SENT, perSecond("istio_request_bytes_sum{" + match + "}"));
    templates.put(Signal.BYTES_RECEIVED, perSecond("istio_response_bytes_sum{" + match + "}"));
    return new QuerySet(
        "istio",
        labels(
            "destination_service_name", "$destination",
            "destination_service_namespace", "$namespace"),
        MILLISECOND,
        templates);
  }

  private static QuerySet envoy() {
    String cluster = "envoy_cluster_upstream_";
    Map<Signal, String> templates = new EnumMap<>(Signal.class);
    templates.put(Signal.AGE, age(cluster + "rq_total{$match}"));
    templates.put(Signal.STARTED, perSecond(cluster + "rq_total{$match}"));
    templates.put(Signal.ENDED, perSecond(cluster + "rq_completed{$match}"));
    templates.put(
        Signal.FAILED, perSecond(cluster + "rq_xx{$match,envoy_response_code_class=\"5\"}"));
    templates.put(Signal.IN_FLIGHT, counted(cluster + "rq_active{$match}"));
    templates.put(Signal.LATENCY, buckets(cluster + "rq_time_bucket{$match}"));
    templates.put(Signal.LATENCY_SUM, plain(cluster + "rq_time_sum{$match}"));
    templates.put(Signal.BYTES_SENT, perSecond(cluster + "cx_tx_bytes_total{$match}"));
    templates.put(Signal.BYTES_RECEIVED, perSecond(cluster + "cx_rx_bytes_total{$match}"));
    return new QuerySet(
        "envoy",
        labels(
            "envoy_cluster_name",
            "$destination|outbound\\|[0-9]+\\|[^|]*\\|$destination\\.$namespace\\.svc\\..+"),
        MILLISECOND,
        templates);
  }

  private static QuerySet fairlead() {
    Map<Signal, String> templates = new EnumMap<>(Signal.class);
    templates.put(Signal.AGE, age("fairlead_requests_total{$match}"));
    templates.put(Signal.ENDED, perSecond("fairlead_requests_total{$match}"));
    templates.put(Signal.FAILED, perSecond("fairlead_requests_total{$match,outcome=\"failed\"}"));
    templates.put(Signal.IGNORED, perSecond("fairlead_requests_total{$match,outcome=\"ignored\"}"));
    templates.put(Signal.IN_FLIGHT, counted("fairlead_inflight_requests{$match}"));
    templates.put(Signal.LATENCY, buckets("fairlead_request_duration_seconds_bucket{$match}"));
    templates.put(Signal.LATENCY_SUM, plain("fairlead_request_duration_seconds_sum{$match}"));
    return new QuerySet(
        "fairlead",
        labels("cluster", "$destination", "service", "$namespace/$service"),
        SECOND,
        templates);
  }

  private static QuerySet otel() {
    String duration = "http_server_request_duration_seconds";
    String count = duration + "_count";
    Map<Signal, String> templates = new EnumMap<>(Signal.class);
    templates.put(Signal.AGE, age(count + "{$match}"));
    templates.put(Signal.ENDED, perSecond(count + "{$match}"));
    templates.put(
        Signal.FAILED,
        perSecond(
            count + "{$match,http_response_status_code=~\"5..\"}",
            count + "{$match,http_response_status_code=\"\",error_type!=\"\"}"));
    templates.put(Signal.IN_FLIGHT, counted("http_server_active_requests{$match}"));
    templates.put(Signal.LATENCY, buckets(duration + "_bucket{$match}"));
    templates.put(Signal.LATENCY_SUM, plain(duration + "_sum{$match}"));
    templates.put(Signal.BYTES_SENT, perSecond("http_server_request_body_size_bytes_sum{$match}"));
    templates.put(
        Signal.BYTES_RECEIVED, perSecond("http_server_response_body_size_bytes_sum{$match}"));
    return new QuerySet(
        "otel", labels("job", "$namespace/$destination|$destination"), SECOND, templates);
  }

  private static NavigableMap<String, String> labels(String... labels) {
    NavigableMap<String, String> all = new TreeMap<>();
    for (int at = 0; at < labels.length; at += 2) {
      all.put(labels[at], labels[at + 1]);
    }
    return all;
  }

  private static String age(String selector) {
    return "time() - max by ($by) (timestamp(" + selector + "))";
  }

  /**
   * Requests per second of counters, all added up.
   *
   * <p>{@code rate} divides by the whole window even where samples fill a part of it: it is too low
   * for a window after a start or a hole, and sinks towards 0 after a target's death. The slope of
   * the line through the samples is not. But it knows no resets: a counter that had one has {@code
   * rate}. A counter without a sample in half a window belongs to somebody who is gone, or to one
   * who was counted twice if his successor has begun.
   */
  private static String perSecond(String... selectors) {
    return "sum by ($by) ("
        + String.join(" or ", Stream.of(selectors).map(QuerySets::slope).toList())
        + ")";
  }

  private static String slope(String selector) {
    return "(((deriv(%1$s[$window]) unless (resets(%1$s[$window]) > 0)) or rate(%1$s[$window])) and last_over_time(%1$s[$recent]))"
        .formatted(selector);
  }

  /** As counted, where somebody who could not be scraped just now has not lost what he had. */
  private static String counted(String selector) {
    return "sum by ($by) (last_over_time(" + selector + "[$recent]))";
  }

  /** Of which the ratio to each other counts alone: what is wrong with {@code rate} cancels out. */
  private static String plain(String selector) {
    return "sum by ($by) (rate(" + selector + "[$window]))";
  }

  private static String buckets(String selector) {
    return "sum by ($by, le) (rate(" + selector + "[$window]))";
  }
}
