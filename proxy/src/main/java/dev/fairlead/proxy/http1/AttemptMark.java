package dev.fairlead.proxy.http1;

import io.netty.buffer.ByteBuf;

/**
 * The header that says of a request which attempt it is, from the second on: {@code
 * x-fairlead-attempt: 2}. A hop that gets it makes no more attempts of its own after work may have
 * been done, so that the retries of several hops add up and do not multiply. It is believed from
 * anybody, as it can only take away from the request that has it.
 */
final class AttemptMark {
  private static final byte[] NAME = Ascii.bytes("x-fairlead-attempt");
  private static final byte[] LINE = Ascii.bytes("x-fairlead-attempt: ");
  private static final byte[] CRLF = Ascii.bytes("\r\n");

  private AttemptMark() {}

  /** Whether a hop before this one has marked the request. */
  static boolean isOn(RequestHead head) {
    return head.find(NAME, 0) >= 0;
  }

  static void write(ByteBuf out, RequestHead head) {
    if (head.attempt > 1) {
      out.writeBytes(LINE).writeBytes(digits(head.attempt)).writeBytes(CRLF);
    }
  }

  /** Gives the same field to an encoding other than HTTP/1.1's. */
  static void field(FieldSink sink, RequestHead head) {
    if (head.attempt > 1) {
      sink.field(KnownHeader.OTHER, NAME, digits(head.attempt));
    }
  }

  private static byte[] digits(int attempt) {
    return Ascii.bytes(Integer.toString(attempt));
  }
}
