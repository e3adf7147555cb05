package dev.fairlead.app.run;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.ProxyListener;
import dev.fairlead.proxy.RequestLog;
import dev.fairlead.proxy.tls.TlsFault;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Brings the proxy's own faults to the operator's log, handshakes that failed and changes of
 * endpoints' health; one a second of each at most, as what befalls each request must not become a
 * fault of its own.
 */
final class FaultLog implements ProxyListener {
  private static final long APART_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Enough of the stack to find the place, in a line that can be read. */
  private static final int FRAMES = 8;

  private final ProxyListener requests;
  private final OperatorLog log;
  private final Ticker ticker;
  private final AtomicLong quietUntil;
  private final AtomicLong faults = new AtomicLong();
  private final AtomicLong handshakesQuietUntil;
  private final AtomicLong handshakes = new AtomicLong();
  private final AtomicLong healthQuietUntil;
  private final AtomicLong healthChanges = new AtomicLong();

  FaultLog(ProxyListener requests, OperatorLog log, Ticker ticker) {
    this.requests = requests;
    this.log = log;
    this.ticker = ticker;
    this.quietUntil = new AtomicLong(ticker.nanos());
    this.healthQuietUntil = new AtomicLong(ticker.nanos());
    this.handshakesQuietUntil = new AtomicLong(quietUntil.get());
  }

  @Override
  public void ended(RequestLog entry) {
    requests.ended(entry);
  }

  @Override
  public void failed(Throwable fault) {
    long count = faults.incrementAndGet();
    if (mayTell(quietUntil)) {
      String stack =
          Arrays.stream(fault.getStackTrace())
              .limit(FRAMES)
              .map(StackTraceElement::toString)
              .collect(Collectors.joining(" < "));
      log.error(
          "internal error of the proxy; the connection is closed (please report it)",
          "error",
          fault,
          "at",
          stack,
          "soFar",
          count);
    }
  }

  @Override
  public void handshakeFailed(
      String listener, String clientAddress, String serverName, TlsFault why, String detail) {
    long count = handshakes.incrementAndGet();
    if (mayTell(handshakesQuietUntil)) {
      log.warn(
          "TLS handshake failed",
          "listener",
          listener,
          "client",
          clientAddress,
          "serverName",
          serverName,
          "reason",
          why.id(),
          "detail",
          detail,
          "soFar",
          count);
    }
  }

  @Override
  public void healthChanged(ServiceName service, Endpoint endpoint, boolean healthy, String why) {
    long count = healthChanges.incrementAndGet();
    if (!mayTell(healthQuietUntil)) {
      return;
    }
    if (healthy) {
      log.info(
          "endpoint is healthy again",
          "service",
          service,
          "endpoint",
          endpoint.address(),
          "soFar",
          count);
    } else {
      log.warn(
          "endpoint is unhealthy",
          "service",
          service,
          "endpoint",
          endpoint.address(),
          "why",
          why,
          "soFar",
          count);
    }
  }

  private boolean mayTell(AtomicLong quiet) {
    long now = ticker.nanos();
    long until = quiet.get();
    return now - until >= 0 && quiet.compareAndSet(until, now + APART_NANOS);
  }
}
