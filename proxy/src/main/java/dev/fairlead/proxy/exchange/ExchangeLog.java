package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.RequestLog;
import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import org.jspecify.annotations.Nullable;

/** What an exchange remembers of itself to be logged. Texts are made only if somebody asks. */
public abstract class ExchangeLog implements RequestLog {
  /** {@code 00-} before a trace id, whose 32 hex digits follow. */
  private static final int TRACE_ID_AT = 3;

  private static final int TRACE_ID_LENGTH = 32;

  public final RequestHead request;
  final GrpcCall grpc = new GrpcCall();
  boolean parsed;
  String protocol = "";
  String listener = "";
  String route = "";
  @Nullable ServiceName service;
  @Nullable Endpoint endpoint;
  String clientAddress = "";
  String peer = "";
  int status;
  long requestBytes;
  long responseBytes;
  long begun;
  long totalNanos;
  long connectNanos;
  long firstByteNanos;
  int attempts;
  int trafficClass;
  String hedge = "";
  String flags = "";
  String detail = "";

  /** Whether nobody is told of it. */
  boolean unlogged;

  ExchangeLog(RequestHead request) {
    this.request = request;
  }

  /** The endpoint, for people. */
  final String addressText() {
    Endpoint current = endpoint;
    return current == null ? "any endpoint" : current.address().toString();
  }

  void clearLog() {
    parsed = false;
    grpc.clear();
    listener = "";
    route = "";
    service = null;
    endpoint = null;
    status = 0;
    requestBytes = 0;
    responseBytes = 0;
    totalNanos = -1;
    connectNanos = -1;
    firstByteNanos = -1;
    attempts = 0;
    trafficClass = TrafficClass.USUAL;
    hedge = "";
    flags = "";
    detail = "";
    unlogged = false;
  }

  /** Says that something went wrong, and why. The first reason stands in {@link #detail}. */
  void flag(String flag, String why) {
    if (flags.isEmpty()) {
      flags = flag;
      detail = why;
    } else if (!flags.contains(flag)) {
      flags = flags + "," + flag;
    }
  }

  /** The request begins to count. */
  void startClock(Loop loop) {
    begun = loop.ticker.nanos();
    loop.counters.add(Counter.REQUESTS, 1);
    loop.counters.add(Counter.REQUESTS_IN_FLIGHT, 1);
  }

  /** It has ended: tells whoever keeps the log. */
  void account(Loop loop) {
    totalNanos = loop.ticker.nanos() - begun;
    loop.counters.add(Counter.REQUESTS_IN_FLIGHT, -1);
    if (unlogged) {
      return;
    }
    try {
      loop.listener.ended(this);
    } catch (RuntimeException e) {
      loop.listener.failed(e);
    }
  }

  @Override
  public String listener() {
    return listener;
  }

  @Override
  public String route() {
    return route;
  }

  @Override
  public @Nullable ServiceName service() {
    return service;
  }

  @Override
  public @Nullable Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public String protocol() {
    return parsed ? protocol : "";
  }

  @Override
  public String method() {
    return parsed ? request.methodText() : "";
  }

  @Override
  public String target() {
    return parsed ? request.targetText() : "";
  }

  @Override
  public String host() {
    return parsed ? request.authorityText() : "";
  }

  @Override
  public String clientAddress() {
    return clientAddress;
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public int grpcStatus() {
    return grpc.status();
  }

  @Override
  public long requestBytes() {
    return requestBytes;
  }

  @Override
  public long responseBytes() {
    return responseBytes;
  }

  @Override
  public long totalNanos() {
    return totalNanos;
  }

  @Override
  public long connectNanos() {
    return connectNanos;
  }

  @Override
  public long firstByteNanos() {
    return firstByteNanos;
  }

  @Override
  public int trafficClass() {
    return trafficClass;
  }

  @Override
  public String hedge() {
    return hedge;
  }

  @Override
  public int attempts() {
    return attempts;
  }

  @Override
  public String flags() {
    return flags;
  }

  @Override
  public String detail() {
    return detail;
  }

  @Override
  public String traceId() {
    int header = parsed ? request.find(KnownHeader.TRACEPARENT) : -1;
    if (header < 0) {
      return "";
    }
    String value = request.value(header);
    if (value.length() < TRACE_ID_AT + TRACE_ID_LENGTH + 1
        || value.charAt(TRACE_ID_AT - 1) != '-'
        || value.charAt(TRACE_ID_AT + TRACE_ID_LENGTH) != '-') {
      return "";
    }
    String id = value.substring(TRACE_ID_AT, TRACE_ID_AT + TRACE_ID_LENGTH);
    return id.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) ? id : "";
  }
}
