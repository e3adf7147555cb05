package dev.fairlead.route;

import java.util.Optional;

/** What changes of the host and the path on the way to the upstream. */
public record Rewrite(Optional<String> host, Path path) {
  public static final Rewrite NONE = new Rewrite(Optional.empty(), new Path.Keep());

  public sealed interface Path {
    record Keep() implements Path {}

    record ReplaceFull(String path) implements Path {}

    /** Replaces the prefix that the rule's PREFIX match matched. */
    record ReplacePrefix(String prefix) implements Path {}
  }
}
