package dev.fairlead.discovery.resolve;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.discovery.Configuration.Cluster;
import dev.fairlead.discovery.Problem;
import dev.fairlead.discovery.document.ClusterProfileDocument;
import dev.fairlead.discovery.yaml.Nearest;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Structures.Located;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The clusters by id, and the one that this process runs in. */
final class Clusters {
  private final Map<String, Cluster> byId = new TreeMap<>();
  private final String local;

  /**
   * Reads the profiles.
   *
   * @param override the local cluster's id, whatever the documents say
   */
  Clusters(Index index, Optional<String> override, Problems problems) {
    ClusterProfileDocument firstLocal = null;
    String found = override.orElse("");
    for (ClusterProfileDocument profile : index.all(ClusterProfileDocument.class)) {
      String id = profile.metadata().name();
      if (profile.local() && override.isEmpty()) {
        if (firstLocal != null) {
          profile
              .metadata()
              .at()
              .problem(
                  "a second ClusterProfile with local: true",
                  "the first is at " + firstLocal.metadata().at().where());
        } else {
          firstLocal = profile;
          found = id;
        }
      }
      boolean isLocal = override.map(id::equals).orElse(profile.local());
      Place place = new Place(id, profile.locality(), "", profile.network());
      if (byId.putIfAbsent(id, new Cluster(id, place, isLocal)) != null) {
        profile
            .metadata()
            .at()
            .problem("a second ClusterProfile " + Quoted.of(id), "a cluster's id has no namespace");
      }
    }
    local = found;
    if (override.isPresent() && !byId.isEmpty() && !byId.containsKey(local)) {
      problems.add(
          new Problem(
              "--cluster",
              0,
              0,
              "",
              "no ClusterProfile " + Quoted.of(local),
              Nearest.hint(local, byId.keySet())));
    }
  }

  Map<String, Cluster> byId() {
    return byId;
  }

  /** Where this process is; unknown if nothing says so. */
  Place caller() {
    return local.isEmpty() ? Place.UNKNOWN : place(local);
  }

  /** The place of a cluster that a document names, or of the local one. */
  Place named(Optional<Located<String>> id) {
    if (id.isEmpty()) {
      return caller();
    }
    String name = id.get().read();
    // Without any profile, a cluster's name is all that is known of it.
    if (!byId.isEmpty() && !byId.containsKey(name)) {
      id.get().at().unknown("no ClusterProfile " + Quoted.of(name), name, byId.keySet());
    }
    return place(name);
  }

  private Place place(String id) {
    Cluster cluster = byId.get(id);
    return cluster == null ? new Place(id, Locality.UNKNOWN, "", "") : cluster.place();
  }

  /**
   * {@code exact}, with what it leaves open taken from {@code general} as far as the two do not
   * contradict each other: another region's zones are not ours.
   */
  static Locality refine(Locality exact, Locality general) {
    String region = exact.region().isEmpty() ? general.region() : exact.region();
    boolean sameRegion = region.equals(general.region());
    String zone = exact.zone().isEmpty() && sameRegion ? general.zone() : exact.zone();
    boolean sameZone = sameRegion && zone.equals(general.zone());
    String subZone = exact.subZone().isEmpty() && sameZone ? general.subZone() : exact.subZone();
    return new Locality(region, zone, subZone);
  }
}
