package dev.fairlead.app.prices;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the descriptions of Google's SKUs call a place, in codes of regions: {@code from Americas to
 * Frankfurt}. Google publishes the names in its list of regions; its catalog has none of a
 * destination.
 */
final class GcpPlaces {
  private static final String AMERICAS = "Americas";
  private static final String EMEA = "EMEA";
  private static final String APAC = "APAC";
  private static final String AUSTRALIA = "Australia";

  /** By an area's name, the beginnings of its regions' codes. */
  private static final Map<String, List<String>> AREAS =
      Map.of(
          AMERICAS, List.of("us-*", "northamerica-*", "southamerica-*"),
          EMEA, List.of("europe-*", "me-*", "africa-*"),
          APAC, List.of("asia-*"),
          AUSTRALIA, List.of("australia-*"));

  private static final Map<String, String> REGIONS = new TreeMap<>();

  static {
    REGIONS.put("Belgium", "europe-west1");
    REGIONS.put("Berlin", "europe-west10");
    REGIONS.put("Columbus", "us-east5");
    REGIONS.put("Dallas", "us-south1");
    REGIONS.put("Dammam", "me-central2");
    REGIONS.put("Delhi", "asia-south2");
    REGIONS.put("Doha", "me-central1");
    REGIONS.put("Finland", "europe-north1");
    REGIONS.put("Frankfurt", "europe-west3");
    REGIONS.put("Hong Kong", "asia-east2");
    REGIONS.put("Iowa", "us-central1");
    REGIONS.put("Jakarta", "asia-southeast2");
    REGIONS.put("Japan", "asia-northeast1");
    REGIONS.put("Johannesburg", "africa-south1");
    REGIONS.put("Las Vegas", "us-west4");
    REGIONS.put("London", "europe-west2");
    REGIONS.put("Los Angeles", "us-west2");
    REGIONS.put("Madrid", "europe-southwest1");
    REGIONS.put("Melbourne", "australia-southeast2");
    REGIONS.put("Milan", "europe-west8");
    REGIONS.put("Montreal", "northamerica-northeast1");
    REGIONS.put("Mumbai", "asia-south1");
    REGIONS.put("Netherlands", "europe-west4");
    REGIONS.put("Oregon", "us-west1");
    REGIONS.put("Osaka", "asia-northeast2");
    REGIONS.put("Paris", "europe-west9");
    REGIONS.put("Salt Lake City", "us-west3");
    REGIONS.put("Santiago", "southamerica-west1");
    REGIONS.put("Sao Paulo", "southamerica-east1");
    REGIONS.put("Seoul", "asia-northeast3");
    REGIONS.put("Singapore", "asia-southeast1");
    REGIONS.put("South Carolina", "us-east1");
    REGIONS.put("Stockholm", "europe-north2");
    REGIONS.put("Sydney", "australia-southeast1");
    REGIONS.put("Taiwan", "asia-east1");
    REGIONS.put("Tel Aviv", "me-west1");
    REGIONS.put("Tokyo", "asia-northeast1");
    REGIONS.put("Toronto", "northamerica-northeast2");
    REGIONS.put("Turin", "europe-west12");
    REGIONS.put("Virginia", "us-east4");
    REGIONS.put("Warsaw", "europe-central2");
    REGIONS.put("Zurich", "europe-west6");
  }

  private GcpPlaces() {}

  /** Codes of regions, or their beginnings with an asterisk; empty for a name that is unknown. */
  static List<String> codes(String name) {
    String region = REGIONS.get(name);
    return region != null ? List.of(region) : AREAS.getOrDefault(name, List.of());
  }

  /** Whether an area is the one that a region lies in. */
  static boolean isArea(String area, String region) {
    return AREAS.getOrDefault(area, List.of()).stream()
        .anyMatch(beginning -> region.startsWith(beginning.substring(0, beginning.length() - 1)));
  }
}
