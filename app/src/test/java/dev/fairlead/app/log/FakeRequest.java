package dev.fairlead.app.log;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.proxy.RequestLog;

/** A request as a log sees it. */
public record FakeRequest(String target, String flags, int status) implements RequestLog {
  @Override
  public String listener() {
    return "default/web/http";
  }

  @Override
  public String route() {
    return "default/shop";
  }

  @Override
  public ServiceName service() {
    return new ServiceName("default", "shop");
  }

  @Override
  public Endpoint endpoint() {
    return new Endpoint(
        new Address("127.0.0.1", 9001),
        new Place("west", new Locality("us-west", "a", ""), "", ""));
  }

  @Override
  public String pickReason() {
    return "west: drawn by weight";
  }

  @Override
  public long deadlineLeftNanos() {
    return status == 504 ? -1 : 1_500_000;
  }

  @Override
  public String protocol() {
    return "HTTP/1.1";
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public String host() {
    return "localhost";
  }

  @Override
  public String clientAddress() {
    return "127.0.0.1:55555";
  }

  @Override
  public String peer() {
    return "spiffe://example/ns/shop/sa/web";
  }

  @Override
  public long requestBytes() {
    return 0;
  }

  @Override
  public long responseBytes() {
    return 1234567890123L;
  }

  @Override
  public long totalNanos() {
    return 12_345_678;
  }

  @Override
  public long connectNanos() {
    return 7_999;
  }

  @Override
  public long firstByteNanos() {
    return -1;
  }

  @Override
  public int attempts() {
    return 1;
  }

  @Override
  public String detail() {
    return "";
  }

  @Override
  public String traceId() {
    return "";
  }
}
