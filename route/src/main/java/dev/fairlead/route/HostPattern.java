package dev.fairlead.route;

import java.util.Optional;

/**
 * A host name, or {@code *.example.com} for any name below one, or {@code *} for all. Lower case,
 * no port.
 */
public record HostPattern(String pattern) {
  public static final HostPattern ANY = new HostPattern("*");

  public boolean isWildcard() {
    return pattern.startsWith("*");
  }

  /** Whether a host (lower case, no port) is among those meant. */
  public boolean matches(String host) {
    if (!isWildcard()) {
      return pattern.equals(host);
    }
    return host.length() >= pattern.length() && host.endsWith(pattern.substring(1));
  }

  /** The hosts that both mean, which is the narrower of the two; empty if there are none. */
  public Optional<HostPattern> intersect(HostPattern other) {
    if (pattern.equals("*") || other.pattern.equals("*")) {
      return Optional.of(pattern.equals("*") ? other : this);
    }
    HostPattern narrow = pattern.length() >= other.pattern.length() ? this : other;
    HostPattern wide = narrow == this ? other : this;
    if (narrow.pattern.equals(wide.pattern)) {
      return Optional.of(narrow);
    }
    if (narrow.isWildcard() == wide.isWildcard()) {
      boolean below = wide.isWildcard() && narrow.pattern.endsWith(wide.pattern.substring(1));
      return below ? Optional.of(narrow) : Optional.empty();
    }
    HostPattern exact = isWildcard() ? other : this;
    HostPattern wildcard = isWildcard() ? this : other;
    return wildcard.matches(exact.pattern) ? Optional.of(exact) : Optional.empty();
  }
}
