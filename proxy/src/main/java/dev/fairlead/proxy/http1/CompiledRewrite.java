package dev.fairlead.proxy.http1;

import dev.fairlead.route.Match;
import dev.fairlead.route.Rewrite;

/** A rewrite of host and path as bytes, made once for each rule and match. Immutable. */
public final class CompiledRewrite {
  private CompiledRewrite() {}

  /**
   * @param match whose prefix {@link Rewrite.Path.ReplacePrefix} replaces
   * @throws IllegalArgumentException for a path or host that could not stand in a head
   */
  public static CompiledRewrite of(Rewrite rewrite, Match match) {
    throw new AssertionError("to come");
  }
}
