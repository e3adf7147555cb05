package dev.fairlead.proxy.http1;

import dev.fairlead.route.HeaderEdits;

/** Header edits as bytes, made once for each rule and backend. Immutable. */
public final class CompiledEdits {
  public static final CompiledEdits NONE = CompiledEdits.of();

  private CompiledEdits() {}

  /**
   * Edits one after the other (the rule's, then the backend's) as one.
   *
   * @throws IllegalArgumentException for a name that is no token or is ours to write (framing,
   *     hop-by-hop, Host), or a value with a control byte
   */
  public static CompiledEdits of(HeaderEdits... inOrder) {
    throw new AssertionError("to come");
  }
}
