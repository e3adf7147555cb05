package dev.fairlead.app.admin;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request was meant for this machine's loopback. A web page can make a name of its own
 * resolve to 127.0.0.1 and read what it finds there (DNS rebinding); the name in Host gives it
 * away.
 */
final class HostCheck {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]");
  private static final Pattern FORM = Pattern.compile("[0-9a-z._-]{1,253}|\\[[0-9a-f:.]+]");

  private HostCheck() {}

  static boolean allows(@Nullable List<String> hosts) {
    return LOOPBACK.contains(host(hosts));
  }

  /** Whether it is a loopback name or any address: what no web page can have for a name. */
  static boolean isAddress(@Nullable List<String> hosts) {
    String host = host(hosts);
    return LOOPBACK.contains(host) || ADDRESS.matcher(host).matches();
  }

  /** Whether there is one, of a form that can be. */
  static boolean isOne(@Nullable List<String> hosts) {
    return !host(hosts).isEmpty();
  }

  /** In lower case and without its port; empty where there is not exactly one. */
  private static String host(@Nullable List<String> hosts) {
    if (hosts == null || hosts.size() != 1) {
      return "";
    }
    String host = hosts.getFirst().toLowerCase(Locale.ROOT);
    int colon = host.lastIndexOf(':');
    // A colon inside brackets belongs to the address.
    if (colon > host.lastIndexOf(']')) {
      String port = host.substring(colon + 1);
      if (!port.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return "";
      }
      host = host.substring(0, colon);
    }
    return FORM.matcher(host).matches() ? host : "";
  }
}
