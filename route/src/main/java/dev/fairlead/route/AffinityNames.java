package dev.fairlead.route;

import java.util.regex.Pattern;

/** The grammars of the names that an {@link Affinity} may have. */
final class AffinityNames {
  static final Pattern TOKEN =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1," + Affinity.MAX_NAME + "}");

  /** {@code grpc-} begins the protocol's own, which are not the caller's to choose. */
  static final Pattern METADATA_KEY =
      Pattern.compile("(?!grpc-)[0-9a-z_.-]{1," + Affinity.MAX_NAME + "}");

  private AffinityNames() {}

  static String checked(String name, Pattern valid) {
    if (!valid.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + name + "' does not match " + valid);
    }
    return name;
  }
}
