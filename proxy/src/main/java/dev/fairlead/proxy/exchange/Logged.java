package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.PickReason;
import dev.fairlead.proxy.RequestLog;
import org.jspecify.annotations.Nullable;

/** What is remembered of anything that was led on, a request or a whole connection, for the log. */
abstract class Logged implements RequestLog {
  String listener = "";
  String route = "";
  @Nullable ServiceName service;
  @Nullable Endpoint endpoint;
  PickReason reason = new PickReason();
  String protocol = "";
  String clientAddress = "";
  long requestBytes;
  long responseBytes;
  long begun;
  long totalNanos = -1;
  long connectNanos = -1;
  int attempts;
  String flags = "";
  String detail = "";

  /** Null where its bytes were not led as they are. */
  @Nullable TunnelEnd tunnelEnd;

  void clearLog() {
    listener = "";
    route = "";
    service = null;
    endpoint = null;
    reason.clear();
    requestBytes = 0;
    responseBytes = 0;
    totalNanos = -1;
    connectNanos = -1;
    attempts = 0;
    flags = "";
    detail = "";
    tunnelEnd = null;
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
  public String pickReason() {
    return reason.text();
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public String clientAddress() {
    return clientAddress;
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
}
