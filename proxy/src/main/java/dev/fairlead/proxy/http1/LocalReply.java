package dev.fairlead.proxy.http1;

import dev.fairlead.route.HeaderEdits;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** An answer of our own, as bytes, made once. Immutable. */
public final class LocalReply {
  /** The interim answer to {@code Expect: 100-continue}. */
  public static void continue100(ByteBuf out) {
    throw new AssertionError("to come");
  }

  private LocalReply() {}

  /** A short plain text: {@code 404 Not Found} and the detail behind it. */
  public static LocalReply of(int status, String detail) {
    throw new AssertionError("to come");
  }

  /** An operator's static answer; {@code body} in UTF-8. */
  public static LocalReply of(int status, List<HeaderEdits.Header> headers, String body) {
    throw new AssertionError("to come");
  }

  public int status() {
    throw new AssertionError("to come");
  }

  /** Bytes of the body as it is written for {@code headRequest}. */
  public int bodyLength(boolean headRequest) {
    throw new AssertionError("to come");
  }

  /**
   * Writes head and body.
   *
   * @param headRequest whether it answers HEAD: no body then
   * @param clientMinor the client's minor version: 1.0 must be told of a connection kept open
   * @param close whether the connection closes after it
   */
  public void write(ByteBuf out, boolean headRequest, int clientMinor, boolean close) {
    throw new AssertionError("to come");
  }
}
