package dev.fairlead.proxy.http1;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The proxies in front of this one, by their addresses: what they say of the client counts, where
 * anybody else's forwarded headers are left behind. Immutable; safe for any thread.
 */
public final class TrustedPeers {
  /** Nobody. */
  public static final TrustedPeers NONE = new TrustedPeers(List.of());

  /** Four numbers, none of them in a form that others read as octal. */
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

  private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");

  private final List<Range> ranges;

  /** Addresses that begin with the same bits. */
  private static final class Range {
    private final byte[] first;
    private final int bits;

    Range(byte[] first, int bits) {
      this.first = first;
      this.bits = bits;
    }

    boolean contains(byte[] address) {
      if (address.length != first.length) {
        return false;
      }
      int whole = bits / Byte.SIZE;
      for (int i = 0; i < whole; i++) {
        if (address[i] != first[i]) {
          return false;
        }
      }
      int rest = bits % Byte.SIZE;
      return rest == 0 || ((address[whole] ^ first[whole]) & 0xff) >> (Byte.SIZE - rest) == 0;
    }
  }

  private TrustedPeers(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /**
   * Reads addresses and ranges ({@code 10.0.0.0/8}, {@code 2001:db8::/32}), comma separated.
   *
   * @throws IllegalArgumentException for what is neither, with a message for people
   */
  public static TrustedPeers of(String list) {
    List<Range> ranges = new ArrayList<>();
    for (String text : list.split(",", -1)) {
      ranges.add(range(text.strip()));
    }
    return new TrustedPeers(ranges);
  }

  private static Range range(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    byte[] first = bytes(address, text);
    int most = first.length * Byte.SIZE;
    String bits = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
    if (!BITS.matcher(bits).matches() || Integer.parseInt(bits) > most) {
      throw new IllegalArgumentException("'" + text + "' needs 0…" + most + " behind its /");
    }
    return new Range(first, Integer.parseInt(bits));
  }

  private static byte[] bytes(String address, String text) {
    try {
      if (IPV4.matcher(address).matches()
          || (address.indexOf(':') >= 0 && address.indexOf('%') < 0)) {
        return InetAddress.ofLiteral(address).getAddress();
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new IllegalArgumentException("'" + text + "' is no IP address or range of them");
  }

  /**
   * Whether a peer is one of them.
   *
   * @param address its IP literal, which may name a zone
   */
  public boolean contains(String address) {
    if (ranges.isEmpty() || address.isEmpty()) {
      return false;
    }
    int zone = address.indexOf('%');
    byte[] bytes =
        InetAddress.ofLiteral(zone < 0 ? address : address.substring(0, zone)).getAddress();
    for (Range range : ranges) {
      if (range.contains(bytes)) {
        return true;
      }
    }
    return false;
  }
}
