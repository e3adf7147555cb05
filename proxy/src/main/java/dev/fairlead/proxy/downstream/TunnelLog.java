package dev.fairlead.proxy.downstream;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.RequestLog;
import org.jspecify.annotations.Nullable;

/** What there is to say of a connection that was led as it is: of requests in it, nothing. */
final class TunnelLog implements RequestLog {
  private final String listener;
  private final String clientAddress;
  private final String protocol;
  private final String serverName;
  String route = "";
  @Nullable ServiceName service;
  @Nullable Endpoint endpoint;
  long sent;
  long received;
  long totalNanos = -1;
  long connectNanos = -1;
  int attempts;
  String flags = "";
  String detail = "";

  /**
   * @param protocol {@code TLS} or {@code TCP}
   * @param serverName that a TLS client asked for; else empty
   */
  TunnelLog(String listener, String clientAddress, String protocol, String serverName) {
    this.listener = listener;
    this.clientAddress = clientAddress;
    this.protocol = protocol;
    this.serverName = serverName;
  }

  /** Says that something went wrong, and why. The first reason stands. */
  void flag(String flag, String why) {
    if (flags.isEmpty()) {
      flags = flag;
      detail = why;
    }
  }

  /** What went wrong was made good. */
  void unflag() {
    flags = "";
    detail = "";
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
    return protocol;
  }

  @Override
  public String method() {
    return "";
  }

  @Override
  public String target() {
    return "";
  }

  @Override
  public String host() {
    return serverName;
  }

  @Override
  public String clientAddress() {
    return clientAddress;
  }

  @Override
  public String peer() {
    return "";
  }

  @Override
  public int status() {
    return 0;
  }

  @Override
  public long requestBytes() {
    return sent;
  }

  @Override
  public long responseBytes() {
    return received;
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
    return -1;
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
    return "";
  }
}
