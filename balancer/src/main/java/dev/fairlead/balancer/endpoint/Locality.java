package dev.fairlead.balancer.endpoint;

/** Region, zone and sub-zone; an empty part is unknown, and empty equals empty. */
public record Locality(String region, String zone, String subZone) {
  public static final Locality UNKNOWN = new Locality("", "", "");

  /** {@code region/zone/sub-zone} without trailing empty parts; {@code -} where all are unknown. */
  @Override
  public String toString() {
    String whole = region + "/" + zone + "/" + subZone;
    int end = whole.length();
    while (end > 0 && whole.charAt(end - 1) == '/') {
      end--;
    }
    return end == 0 ? "-" : whole.substring(0, end);
  }
}
