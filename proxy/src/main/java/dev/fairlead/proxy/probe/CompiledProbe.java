package dev.fairlead.proxy.probe;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.proxy.http1.HeadLimits;
import dev.fairlead.proxy.http1.HeadParser;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.tls.ClientContext;
import dev.fairlead.route.LoadProbe;
import dev.fairlead.route.Protocol;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The probes of one service's endpoints, ready to be sent.
 *
 * @param head of the request, which all probes share and none changes
 * @param tls null for clear text
 */
record CompiledProbe(LoadProbe probe, RequestHead head, @Nullable ClientContext tls) {
  /** Large enough for the head of any probe that a document can ask for. */
  private static final HeadLimits LIMITS = new HeadLimits(16 * 1024, 16, 8 * 1024);

  /**
   * @throws IllegalArgumentException if path or host cannot be written into a head
   */
  static CompiledProbe of(LoadProbe probe, @Nullable ClientContext tls) {
    String text =
        "GET "
            + probe.path()
            + " HTTP/1.1\r\nhost: "
            + probe.host()
            + "\r\nuser-agent: fairlead-load-probe\r\n\r\n";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    RequestHead head = new RequestHead(LIMITS);
    Reject reject = new HeadParser(LIMITS).parseRequest(bytes, 0, bytes.length, head);
    if (reject != Reject.NONE) {
      throw new IllegalArgumentException("no load probe can be sent so: " + reject.id());
    }
    return new CompiledProbe(probe, head, tls);
  }

  Address address(Address endpoint) {
    return probe.port().isEmpty()
        ? endpoint
        : new Address(endpoint.host(), probe.port().getAsInt());
  }

  boolean http2() {
    return probe.protocol() == Protocol.H2C;
  }
}
