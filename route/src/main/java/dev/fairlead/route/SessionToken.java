package dev.fairlead.route;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.hash.XxHash64;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a client is given to come back to the endpoint that answered it, and what it sends then: all
 * that is known of its session. It says where by hashes only, and is not signed: a client that
 * makes one up chooses its endpoint, as it could by asking until it gets there.
 *
 * @param service {@link #id} of the service
 * @param endpoint the endpoint's session id
 * @param begun when the session began, in seconds since 1970
 * @param used when it was last used, likewise
 */
public record SessionToken(long service, long endpoint, long begun, long used) {
  /** Two hashes of 64 bits and two times of 32, in hex digits. */
  private static final int LENGTH = 48;

  /** Keeps it apart from hashes that balance. */
  private static final long SEED = 0x5e5510;

  private static final byte[] COOKIE = "cookie".getBytes(StandardCharsets.US_ASCII);

  /** A service as tokens name it: the same in every process. */
  public static long id(ServiceName service) {
    return XxHash64.hash(service.toString(), SEED);
  }

  /**
   * The request's token; null where it has none that can be read.
   *
   * @param name of the cookie or header, in lower case for a header
   */
  public static @Nullable SessionToken of(RequestView request, Persistence.Kind kind, byte[] name) {
    byte[] bytes = request.bytes();
    int header = request.header(kind == Persistence.Kind.COOKIE ? COOKIE : name);
    if (header < 0) {
      return null;
    }
    int from = request.headerValueStart(header);
    int to = request.headerValueEnd(header);
    if (kind == Persistence.Kind.COOKIE) {
      from = Cookies.valueStart(bytes, from, to, name);
      if (from < 0) {
        return null;
      }
      to = Cookies.valueEnd(bytes, from, to);
    }
    return to - from == LENGTH ? parse(bytes, from) : null;
  }

  private static @Nullable SessionToken parse(byte[] bytes, int from) {
    for (int i = from; i < from + LENGTH; i++) {
      if (!HexFormat.isHexDigit(bytes[i])) {
        return null;
      }
    }
    return new SessionToken(
        number(bytes, from, 16),
        number(bytes, from + 16, 16),
        number(bytes, from + 32, 8),
        number(bytes, from + 40, 8));
  }

  private static long number(byte[] bytes, int from, int digits) {
    long number = 0;
    for (int i = from; i < from + digits; i++) {
      number = number << 4 | HexFormat.fromHexDigit(bytes[i]);
    }
    return number;
  }

  /** As it is sent. */
  public String text() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(service)
        + hex.toHexDigits(endpoint)
        + hex.toHexDigits((int) begun)
        + hex.toHexDigits((int) used);
  }
}
