package dev.fairlead.proxy.http1;

import io.netty.buffer.ByteBuf;

/**
 * Writes heads from what was parsed: kept headers in their order and as they were, without the
 * hop-by-hop ones, then ours. All bytes go to {@code out}, so that head and body may leave in one
 * write.
 */
public final class HeadWriter {
  private HeadWriter() {}

  /**
   * The request as it goes upstream, always HTTP/1.1, on a connection that stays open.
   *
   * <p>The body's framing is the request's own: Content-Length is passed on, a chunked body is
   * chunked again. Where {@code head.upgradeHeader() >= 0} the upgrade is asked for.
   */
  public static void request(
      ByteBuf out,
      RequestHead head,
      CompiledRewrite rewrite,
      CompiledEdits edits,
      ClientInfo client) {
    throw new AssertionError("to come");
  }

  /**
   * The response as it goes to the client, always HTTP/1.1.
   *
   * @param framing how the body is written: the head's own, or CHUNKED or UNTIL_CLOSE in place of
   *     UNTIL_CLOSE; NONE with a Content-Length keeps it where it says what GET would have got
   * @param request whose answer it is, for the client's version
   * @param close whether the connection closes after it; interim responses say nothing of it
   */
  public static void response(
      ByteBuf out,
      ResponseHead head,
      RequestHead request,
      Framing framing,
      CompiledEdits edits,
      boolean close) {
    throw new AssertionError("to come");
  }
}
