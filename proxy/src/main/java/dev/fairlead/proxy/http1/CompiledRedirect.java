package dev.fairlead.proxy.http1;

import dev.fairlead.route.Action;
import dev.fairlead.route.Match;
import io.netty.buffer.ByteBuf;

/** A redirect as bytes, made once for each rule and match. Immutable. */
public final class CompiledRedirect {
  private CompiledRedirect() {}

  /**
   * @param scheme of the listener, {@code http} or {@code https}, where the action names none
   * @param port of the listener; by Gateway API it is kept unless the action names scheme or port,
   *     and left out where it is the scheme's own
   */
  public static CompiledRedirect of(Action.Redirect action, Match match, String scheme, int port) {
    throw new AssertionError("to come");
  }

  public int status() {
    throw new AssertionError("to come");
  }

  /** Writes the whole answer: Location from the request's own parts, no body. */
  public void write(ByteBuf out, RequestHead request, boolean close) {
    throw new AssertionError("to come");
  }
}
