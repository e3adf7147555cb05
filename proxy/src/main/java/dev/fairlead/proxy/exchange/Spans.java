package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.trace.Attributes;
import dev.fairlead.proxy.trace.RequestTrace;
import dev.fairlead.route.Match;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What recorded traces say of exchanges, in the names of OpenTelemetry's conventions for HTTP and
 * RPC. Queries are left out, as they carry what must not be kept.
 */
final class Spans {
  private static final byte[] USER_AGENT = "user-agent".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_USER_AGENT = 256;
  private static final int FIRST_ERROR = 400;

  /** Bytes that a tunnel led from the client, and to it. */
  private static final String SENT = "fairlead.tunnel.sent";

  private static final String RECEIVED = "fairlead.tunnel.received";
  private static final int FIRST_SERVER_ERROR = 500;

  private Spans() {}

  /** The request as its client sees it, once it has ended. */
  static void request(RequestTrace trace, ExchangeLog log) {
    RequestHead head = log.request;
    Attributes all = new Attributes();
    method(all, head);
    String route = route(log);
    all.text("http.route", route)
        .text("url.path", path(head))
        .text("url.scheme", log.secure ? "https" : "http")
        .text("server.address", text(head, head.hostStart(), head.hostEnd()))
        .whole("server.port", port(head))
        .text("network.protocol.version", version(log.protocol))
        .text("user_agent.original", userAgent(head))
        .whole("http.response.status_code", log.status > 0 ? log.status : -1)
        .whole(log.tunnelEnd == null ? "http.request.body.size" : SENT, log.requestBytes)
        .whole(log.tunnelEnd == null ? "http.response.body.size" : RECEIVED, log.responseBytes)
        .whole("fairlead.class", log.trafficClass)
        .text("fairlead.client.identity", log.peer);
    led(all, log);
    String error = error(log);
    all.text("error.type", error);
    String name = rpc(all, log, head);
    trace.request(
        name.isEmpty() ? name(head, route) : name,
        log.begun,
        log.totalNanos,
        !error.isEmpty(),
        error.isEmpty() ? "" : log.detail,
        all);
  }

  /** A connection that was led as it is, once it has ended. */
  static void tunnel(RequestTrace trace, TunnelLog log) {
    Attributes all = new Attributes();
    all.text("network.transport", "tcp")
        .text("server.address", log.host())
        .whole(SENT, log.requestBytes)
        .whole(RECEIVED, log.responseBytes)
        .text("fairlead.pick.reason", log.pickReason());
    led(all, log);
    String error = log.flags.equals("DC") ? "" : log.flags;
    all.text("error.type", error);
    String name = log.route.isEmpty() ? log.protocol : log.protocol + " " + log.route;
    trace.request(name, log.begun, log.totalNanos, !error.isEmpty(), log.detail, all);
  }

  /** What requests and connections have in common: whose, by which way, to whom, and how it was. */
  private static void led(Attributes all, Logged log) {
    all.text("client.address", log.clientAddress)
        .text("network.peer.address", log.clientAddress)
        .text("fairlead.listener", log.listener)
        .text("fairlead.route", log.route)
        .text("fairlead.service", service(log.service))
        .whole("fairlead.attempts", log.attempts)
        .text("fairlead.flags", log.flags)
        .text("fairlead.tunnel.ended", log.tunnelEnd == null ? "" : log.tunnelEnd.word());
    endpoint(all, log.endpoint);
  }

  /**
   * One attempt at an endpoint, once it has ended.
   *
   * @param endpoint where it went
   */
  static void attempt(
      RequestTrace trace, Attempt attempt, ExchangeLog log, Endpoint endpoint, Outcome outcome) {
    RequestHead head = log.request;
    int status = attempt.status();
    CompiledRewrite rewrite = attempt.rewritten();
    Attributes all = new Attributes();
    method(all, head);
    if (rewrite != null) {
      all.text("url.full", url(head, endpoint, attempt.secure(), rewrite));
    }
    all.text("server.address", endpoint.address().host())
        .whole("server.port", endpoint.address().port())
        .text("network.peer.address", endpoint.address().host())
        .whole("network.peer.port", endpoint.address().port())
        .whole("http.response.status_code", status > 0 ? status : -1)
        .whole("http.request.resend_count", log.attempts > 1 ? log.attempts - 1 : -1)
        .text("fairlead.service", service(log.service))
        .text("fairlead.outcome", outcome.name().toLowerCase(Locale.ROOT))
        .whole("fairlead.first_byte_us", firstByteMicros(attempt, log))
        .text("fairlead.pick.reason", log.pickReason());
    endpoint(all, endpoint);
    String name = rpc(all, log, head);
    String error = error(status, log.grpc.status(), outcome);
    all.text("error.type", error);
    trace.attempt(
        attempt.span() != 0 ? attempt.span() : trace.nextSpan(),
        name.isEmpty() ? name(head, "") : name,
        attempt.begun(),
        !error.isEmpty(),
        log.detail,
        all);
  }

  /** A second attempt beside the first that was given up, or failed, once it has ended. */
  static void hedge(
      RequestTrace trace,
      long span,
      ExchangeLog log,
      Endpoint endpoint,
      long begun,
      Outcome outcome) {
    Attributes all = new Attributes();
    method(all, log.request);
    all.text("server.address", endpoint.address().host())
        .whole("server.port", endpoint.address().port())
        .flag("fairlead.hedge", true)
        .text("fairlead.service", service(log.service))
        .text("fairlead.outcome", outcome.name().toLowerCase(Locale.ROOT));
    endpoint(all, endpoint);
    String error = error(0, GrpcStatus.NONE, outcome);
    all.text("error.type", error);
    trace.attempt(span, name(log.request, ""), begun, !error.isEmpty(), "", all);
  }

  /** One copy of a request that was sent to a mirror, once it has ended. */
  static void mirror(
      RequestTrace trace,
      long span,
      RequestHead head,
      Endpoint endpoint,
      @Nullable ServiceName service,
      long begun,
      int status,
      Outcome outcome) {
    Attributes all = new Attributes();
    method(all, head);
    all.text("url.path", path(head))
        .text("server.address", endpoint.address().host())
        .whole("server.port", endpoint.address().port())
        .whole("http.response.status_code", status > 0 ? status : -1)
        .flag("fairlead.mirror", true)
        .text("fairlead.service", service(service))
        .text("fairlead.outcome", outcome.name().toLowerCase(Locale.ROOT));
    endpoint(all, endpoint);
    String error = error(status, GrpcStatus.NONE, outcome);
    all.text("error.type", error);
    trace.attempt(span, name(head, ""), begun, !error.isEmpty(), "", all);
  }

  /** From an attempt's pick to the first byte of the answer that the client got; else −1. */
  private static long firstByteMicros(Attempt attempt, ExchangeLog log) {
    return attempt.status() == 0 || log.firstByteNanos < 0
        ? -1
        : TimeUnit.NANOSECONDS.toMicros(log.begun + log.firstByteNanos - attempt.begun());
  }

  private static void method(Attributes all, RequestHead head) {
    boolean known = head.method() != Method.OTHER;
    all.text("http.request.method", known ? head.method().name() : "_OTHER")
        .text("http.request.method_original", known ? "" : head.methodText());
  }

  private static void endpoint(Attributes all, @Nullable Endpoint endpoint) {
    if (endpoint != null) {
      all.text("fairlead.endpoint", endpoint.address().toString())
          .text("fairlead.cluster", endpoint.cluster())
          .text("fairlead.locality", endpoint.place().locality().toString());
    }
  }

  private static String name(RequestHead head, String route) {
    String method = head.method() != Method.OTHER ? head.method().name() : "HTTP";
    return route.isEmpty() ? method : method + " " + route;
  }

  /** What matched, as OpenTelemetry's route: one of the few that the documents name. */
  private static String route(ExchangeLog log) {
    if (log.rule == null) {
      return "";
    }
    Match.PathMatch path = log.rule.match().path();
    return switch (path.kind()) {
      case EXACT, EXPRESSION -> path.value();
      case PREFIX -> path.value() + (path.value().endsWith("/") ? "*" : "/*");
    };
  }

  /** Says what call it is, if it is one of gRPC; returns the name of its span. */
  private static String rpc(Attributes all, ExchangeLog log, RequestHead head) {
    String path = log.grpc.isCall() ? path(head) : "";
    int slash = path.lastIndexOf('/');
    if (slash <= 0) {
      return "";
    }
    all.text("rpc.system", "grpc")
        .text("rpc.service", path.substring(1, slash))
        .text("rpc.method", path.substring(slash + 1))
        .whole("rpc.grpc.status_code", log.grpc.status());
    return path.substring(1);
  }

  /** What went wrong by the proxy's own doing or its upstreams'; empty if nothing did. */
  private static String error(ExchangeLog log) {
    if (log.status >= FIRST_SERVER_ERROR) {
      return Integer.toString(log.status);
    }
    if (GrpcStatus.isServerError(log.grpc.status())) {
      return Integer.toString(log.grpc.status());
    }
    boolean cut = log.status < FIRST_ERROR && !log.flags.isEmpty() && !log.flags.equals("DC");
    return cut ? log.flags : "";
  }

  /** What went wrong as a client sees it; empty if nothing did. */
  private static String error(int status, int grpcStatus, Outcome outcome) {
    if (status >= FIRST_ERROR) {
      return Integer.toString(status);
    }
    if (status > 0 && grpcStatus > 0) {
      return Integer.toString(grpcStatus);
    }
    return outcome == Outcome.REPLIED || outcome == Outcome.IGNORED
        ? ""
        : outcome.name().toLowerCase(Locale.ROOT);
  }

  private static String url(
      RequestHead head, Endpoint endpoint, boolean secure, CompiledRewrite rewrite) {
    return (secure ? "https://" : "http://") + endpoint.address() + rewrite.path(head);
  }

  private static String path(RequestHead head) {
    return head.pathStart() == head.pathEnd() ? "/" : text(head, head.pathStart(), head.pathEnd());
  }

  private static int port(RequestHead head) {
    int colon = head.authorityText().lastIndexOf(':');
    String digits = head.authorityText().substring(colon + 1);
    boolean port = colon >= 0 && !digits.isEmpty() && digits.chars().allMatch(Spans::digit);
    return port ? Integer.parseInt(digits) : -1;
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  private static String userAgent(RequestHead head) {
    int header = head.find(USER_AGENT, 0);
    String value = header < 0 ? "" : head.value(header);
    return value.length() > MAX_USER_AGENT ? value.substring(0, MAX_USER_AGENT) : value;
  }

  /** {@code 1.1} of {@code HTTP/1.1}. */
  private static String version(String protocol) {
    return protocol.substring(protocol.indexOf('/') + 1);
  }

  private static String service(@Nullable ServiceName service) {
    return service == null ? "" : service.toString();
  }

  private static String text(RequestHead head, int from, int to) {
    return new String(head.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
  }
}
