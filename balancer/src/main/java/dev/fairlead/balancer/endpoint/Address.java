package dev.fairlead.balancer.endpoint;

/**
 * Where a connection goes: an IP address literal (names are resolved before they get here) and a
 * port in 1…65535.
 */
public record Address(String host, int port) {
  public Address {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("an address needs a host");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is outside 1…65535");
    }
  }

  /** {@code 127.0.0.1:80} or {@code [::1]:80}. */
  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
