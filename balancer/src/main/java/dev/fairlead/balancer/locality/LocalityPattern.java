package dev.fairlead.balancer.locality;

import dev.fairlead.balancer.endpoint.Locality;

/**
 * A set of localities, written {@code region/zone/sub-zone}. Each part is a name, a prefix and
 * {@code *}, or {@code *} alone for any; parts that are left out are any. A zone is named inside
 * its region, since the same name in another region is another zone; {@code *}{@code /zone-a} is
 * all of that name.
 */
public record LocalityPattern(String region, String zone, String subZone) {
  private static final String ANY = "*";

  public LocalityPattern {
    check(region);
    check(zone);
    check(subZone);
  }

  /**
   * @throws IllegalArgumentException if a part is empty, has a {@code *} before its end, or there
   *     are more than three
   */
  public static LocalityPattern parse(String written) {
    String[] parts = written.split("/", -1);
    if (parts.length > 3) {
      throw new IllegalArgumentException(
          "'" + written + "' has more than a region, a zone and a sub-zone");
    }
    return new LocalityPattern(
        parts[0], parts.length > 1 ? parts[1] : ANY, parts.length > 2 ? parts[2] : ANY);
  }

  /**
   * Whether it is one of these localities for certain: a part that is not known is matched by
   * {@code *} alone.
   */
  public boolean matches(Locality locality) {
    return matches(region, locality.region())
        && matches(zone, locality.zone())
        && matches(subZone, locality.subZone());
  }

  private static boolean matches(String pattern, String name) {
    return pattern.equals(ANY) || (!name.isEmpty() && mayBe(pattern, name));
  }

  /** Whether it is one of these localities, or may be for all that is known of it. */
  public boolean mayBe(Locality locality) {
    return mayBe(region, locality.region())
        && mayBe(zone, locality.zone())
        && mayBe(subZone, locality.subZone());
  }

  static boolean mayBe(String pattern, String name) {
    int last = pattern.length() - 1;
    return name.isEmpty()
        || (pattern.charAt(last) == '*'
            ? name.regionMatches(0, pattern, 0, last)
            : name.equals(pattern));
  }

  static void check(String pattern) {
    int star = pattern.indexOf('*');
    if (pattern.isEmpty() || (star >= 0 && star < pattern.length() - 1)) {
      throw new IllegalArgumentException(
          "'" + pattern + "' is neither a name nor a prefix and an asterisk");
    }
  }

  /** As {@link #parse} reads it, with all three parts. */
  @Override
  public String toString() {
    return region + "/" + zone + "/" + subZone;
  }
}
