package dev.fairlead.discovery.document;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text, with one form for each, since an endpoint's identity hangs on it. */
public final class IpLiteral {
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

  private IpLiteral() {}

  /**
   * {@code 192.0.2.1}, or IPv6 as RFC 5952 writes it: {@code 2001:db8::1}. Empty if {@code text} is
   * neither; zones ({@code %eth0}) and short IPv4 forms ({@code 127.1}) are neither.
   */
  public static Optional<String> canonical(String text) {
    if (IPV4.matcher(text).matches()) {
      return Optional.of(text);
    }
    if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(canonical(InetAddress.ofLiteral(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The same of an address; a v4-mapped IPv6 address is the IPv4 address. */
  public static String canonical(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    int[] groups = new int[8];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    return spelled(groups);
  }

  /** RFC 5952: the longest run of at least two zero groups, the first of equals, becomes "::". */
  private static String spelled(int[] groups) {
    int start = -1;
    int longest = 1;
    for (int i = 0; i < groups.length; i++) {
      int run = 0;
      while (i + run < groups.length && groups[i + run] == 0) {
        run++;
      }
      if (run > longest) {
        start = i;
        longest = run;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < groups.length; i++) {
      if (i == start) {
        text.append("::");
        i += longest - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
