package dev.fairlead.discovery.yaml;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The way from a document's root to a field, spelled out only when a problem needs it. */
public final class FieldPath {
  public static final FieldPath ROOT = new FieldPath(null, "");

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,63}");

  private final @Nullable FieldPath parent;
  private final String segment;

  private FieldPath(@Nullable FieldPath parent, String segment) {
    this.parent = parent;
    this.segment = segment;
  }

  public FieldPath field(String name) {
    if (!PLAIN.matcher(name).matches()) {
      return new FieldPath(this, "[" + Quoted.of(name) + "]");
    }
    return new FieldPath(this, parent == null ? name : "." + name);
  }

  public FieldPath item(int index) {
    return new FieldPath(this, "[" + index + "]");
  }

  /** {@code spec.rules[0].backendRefs[1].weight}; empty for the root. */
  @Override
  public String toString() {
    return parent == null ? "" : parent + segment;
  }
}
