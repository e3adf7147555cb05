package dev.fairlead.route;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A browser's question, by OPTIONS, whether a page of another origin may make some request (Fetch
 * standard, CORS-preflight).
 */
public final class Preflight {
  public static final byte[] ORIGIN = bytes("origin");
  public static final byte[] REQUEST_METHOD = bytes("access-control-request-method");
  public static final byte[] REQUEST_HEADERS = bytes("access-control-request-headers");

  private static final byte[] OPTIONS = bytes("OPTIONS");

  private Preflight() {}

  /** Whether the request is one. */
  public static boolean is(RequestView request) {
    return equal(request.bytes(), request.methodStart(), request.methodEnd(), OPTIONS)
        && request.header(ORIGIN) >= 0
        && request.header(REQUEST_METHOD) >= 0;
  }

  /** Whether it is one for a request of this method. */
  static boolean asksFor(RequestView request, byte[] method) {
    if (!is(request)) {
      return false;
    }
    int asked = request.header(REQUEST_METHOD);
    return equal(
        request.bytes(), request.headerValueStart(asked), request.headerValueEnd(asked), method);
  }

  private static boolean equal(byte[] bytes, int from, int to, byte[] wanted) {
    return Arrays.equals(bytes, from, to, wanted, 0, wanted.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
