package dev.fairlead.proxy.check;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.tls.ClientContext;
import dev.fairlead.route.HealthCheck;
import dev.fairlead.route.HealthCheck.Probe;
import dev.fairlead.route.Protocol;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The checks of one service's endpoints, ready to be sent.
 *
 * @param head of the request, which all checks share and none changes; null where none is sent
 * @param tls null for clear text
 */
public record CompiledCheck(
    ServiceName service,
    Balancer balancer,
    HealthCheck check,
    @Nullable RequestHead head,
    @Nullable ClientContext tls,
    CheckCounters counters) {
  /** Large enough for the head of any check that a document can ask for. */
  private static final HeadLimits LIMITS = new HeadLimits(16 * 1024, 16, 8 * 1024);

  /**
   * @throws IllegalArgumentException if path, host or service cannot be written into a head
   */
  public static CompiledCheck of(
      ServiceName service,
      Balancer balancer,
      HealthCheck check,
      @Nullable ClientContext tls,
      CheckCounters counters) {
    RequestHead head =
        switch (check.probe()) {
          case Probe.Http http ->
              head(
                  "GET "
                      + http.path()
                      + " HTTP/1.1\r\nhost: "
                      + http.host()
                      + "\r\nuser-agent: fairlead-health-check\r\naccept: */*\r\n\r\n");
          case Probe.Grpc grpc -> head(GrpcHealth.head(grpc.host(), check.timeout()));
          case Probe.Tcp _ -> null;
        };
    return new CompiledCheck(service, balancer, check, head, tls, counters);
  }

  private static RequestHead head(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    RequestHead head = new RequestHead(LIMITS);
    Reject reject = new HeadParser(LIMITS).parseRequest(bytes, 0, bytes.length, head);
    if (reject != Reject.NONE) {
      throw new IllegalArgumentException("no health check can be sent so: " + reject.id());
    }
    return head;
  }

  boolean http2() {
    return check.protocol() == Protocol.H2C;
  }

  long timeoutNanos() {
    return check.timeout().toNanos();
  }
}
