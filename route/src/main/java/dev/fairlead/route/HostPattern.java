package dev.fairlead.route;

/**
 * A host name, or {@code *.example.com} for any name below one, or {@code *} for all. Lower case,
 * no port.
 */
public record HostPattern(String pattern) {
  public static final HostPattern ANY = new HostPattern("*");

  public boolean isWildcard() {
    return pattern.startsWith("*");
  }
}
