package dev.fairlead.proxy.http1;

/**
 * Parses heads strictly (RFC 9112, and stricter where servers have disagreed): what is ambiguous is
 * a {@link Reject}, nothing is repaired. Holds no state but its limits; any thread may use it.
 */
public final class HeadParser {
  private final HeadLimits limits;

  public HeadParser(HeadLimits limits) {
    this.limits = limits;
  }

  /**
   * Looks for the empty line that ends a head, in bytes that arrive bit by bit: O(n) in all.
   *
   * @param start first byte of the head
   * @param scanned the last call's {@code to}, or {@code start}
   * @param to one past the last byte received
   * @return one past the head's empty line, or −1 if it is not there yet. A head that ends in bare
   *     line feeds is found too, for the parser to refuse it at once
   */
  public static int headEnd(byte[] bytes, int start, int scanned, int to) {
    throw new AssertionError("to come");
  }

  /**
   * What a head that has no end yet breaks by its size: {@link Reject#NONE}, {@link
   * Reject#TARGET_TOO_LONG} or {@link Reject#HEAD_TOO_LARGE}.
   */
  public Reject oversize(byte[] bytes, int start, int to) {
    throw new AssertionError("to come");
  }

  /**
   * Parses a whole request head.
   *
   * @param from its first byte; one empty line (CRLF) before the request line is skipped
   * @param to what {@link #headEnd} returned
   * @param head is filled; what it holds after a reject is undefined but for the start line's
   *     method
   */
  public Reject parseRequest(byte[] bytes, int from, int to, RequestHead head) {
    throw new AssertionError("to come");
  }

  /**
   * Parses a whole response head.
   *
   * @param headRequest whether it answers HEAD, so that no body follows
   */
  public Reject parseResponse(
      byte[] bytes, int from, int to, boolean headRequest, ResponseHead head) {
    throw new AssertionError("to come");
  }
}
