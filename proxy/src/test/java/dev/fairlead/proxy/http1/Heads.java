package dev.fairlead.proxy.http1;

import java.nio.charset.StandardCharsets;

/**
 * Heads from text, where {@code |} stands for CRLF and the pictures of control characters (␊ ␍ ␀ ␉
 * ␋) for these, since a table's cell cannot hold them.
 */
final class Heads {
  static final HeadLimits LIMITS = new HeadLimits(4096, 20, 512);
  static final HeadParser PARSER = new HeadParser(LIMITS);

  private Heads() {}

  static byte[] bytes(String text) {
    StringBuilder plain = new StringBuilder(text.replace("|", "\r\n"));
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      plain.setCharAt(i, c >= '\u2400' && c < '\u2420' ? (char) (c - '\u2400') : c);
    }
    return plain.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  static Reject request(String text, RequestHead head) {
    byte[] bytes = bytes(text);
    int end = HeadParser.headEnd(bytes, 0, 0, bytes.length);
    return PARSER.parseRequest(bytes, 0, end < 0 ? bytes.length : end, head);
  }

  static RequestHead request(String text) {
    RequestHead head = new RequestHead(LIMITS);
    Reject reject = request(text, head);
    if (reject != Reject.NONE) {
      throw new AssertionError(text + " → " + reject);
    }
    return head;
  }

  static Reject response(String text, boolean headRequest, ResponseHead head) {
    byte[] bytes = bytes(text);
    int end = HeadParser.headEnd(bytes, 0, 0, bytes.length);
    return PARSER.parseResponse(bytes, 0, end < 0 ? bytes.length : end, headRequest, head);
  }

  static ResponseHead response(String text) {
    ResponseHead head = new ResponseHead(LIMITS);
    Reject reject = response(text, false, head);
    if (reject != Reject.NONE) {
      throw new AssertionError(text + " → " + reject);
    }
    return head;
  }

  /** The seed of this run: {@code -Dseed=} or a fixed one. */
  static long seed() {
    String given = System.getProperty("seed", "");
    return given.matches("-?\\d+") ? Long.parseLong(given) : 20261121;
  }
}
