package dev.fairlead.route;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host name, or {@code *.example.com} for any name below one, or {@code *} for all. Lower case,
 * no port.
 */
public record HostPattern(String pattern) {
  private static final Pattern FORM = Pattern.compile("\\*|(\\*\\.)?[^*.A-Z]+(\\.[^*.A-Z]+)*");

  public static final HostPattern ANY = new HostPattern("*");

  public HostPattern {
    if (!FORM.matcher(pattern).matches()) {
      throw new IllegalArgumentException("'" + pattern + "' is no pattern of lower-case hosts");
    }
  }

  public boolean isWildcard() {
    return pattern.startsWith("*");
  }

  /** Exact names before wildcards, longer wildcards before shorter ones: more is more specific. */
  public int specificity() {
    return isWildcard() ? pattern.length() - 1 : Integer.MAX_VALUE;
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
    if (includes(other)) {
      return Optional.of(other);
    }
    return other.includes(this) ? Optional.of(this) : Optional.empty();
  }

  /** Whether all hosts that {@code other} means are meant. */
  private boolean includes(HostPattern other) {
    return other.isWildcard()
        ? isWildcard() && other.pattern.endsWith(pattern.substring(1))
        : matches(other.pattern);
  }
}
