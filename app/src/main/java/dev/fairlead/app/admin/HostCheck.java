package dev.fairlead.app.admin;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request was meant for this machine's loopback. A web page can make a name of its own
 * resolve to 127.0.0.1 and read what it finds there (DNS rebinding); the name in Host gives it
 * away.
 */
final class HostCheck {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private HostCheck() {}

  static boolean allows(@Nullable List<String> hosts) {
    if (hosts == null || hosts.size() != 1) {
      return false;
    }
    String host = hosts.getFirst().toLowerCase(Locale.ROOT);
    int colon = host.lastIndexOf(':');
    // A colon inside brackets belongs to the address.
    if (colon > host.lastIndexOf(']')) {
      String port = host.substring(colon + 1);
      if (!port.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return false;
      }
      host = host.substring(0, colon);
    }
    return LOOPBACK.contains(host);
  }
}
