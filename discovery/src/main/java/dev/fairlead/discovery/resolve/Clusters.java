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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

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
      Cluster cluster = new Cluster(id, place, isLocal, new TreeMap<>(), profile.ping());
      if (byId.putIfAbsent(id, cluster) != null) {
        profile
            .metadata()
            .at()
            .problem("a second ClusterProfile " + Quoted.of(id), "a cluster's id has no namespace");
      }
    }
    link(index);
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

  /** A link is one way; the way back takes as long where the other end says nothing else. */
  private void link(Index index) {
    Map<String, SortedMap<String, Duration>> said = new TreeMap<>();
    for (ClusterProfileDocument profile : index.all(ClusterProfileDocument.class)) {
      String from = profile.metadata().name();
      SortedMap<String, Duration> ways = said.computeIfAbsent(from, name -> new TreeMap<>());
      for (ClusterProfileDocument.Link link : profile.links()) {
        String to = link.to().read();
        if (to.isEmpty()) {
          continue; // already reported
        }
        checkKnown(link.to());
        if (to.equals(from)) {
          link.to().at().problem("a link to itself", "remove it: within a cluster it is 0");
        } else if (ways.putIfAbsent(to, link.roundTrip()) != null) {
          link.to().at().problem("a second link to " + Quoted.of(to), "remove one");
        }
      }
    }
    byId.replaceAll(
        (id, cluster) -> {
          SortedMap<String, Duration> ways = new TreeMap<>(said.getOrDefault(id, new TreeMap<>()));
          said.forEach(
              (other, back) -> {
                Duration known = back.get(id);
                if (known != null) {
                  ways.putIfAbsent(other, known);
                }
              });
          return new Cluster(id, cluster.place(), cluster.local(), ways, cluster.ping());
        });
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
    checkKnown(id.get());
    return place(id.get().read());
  }

  /** Reports a cluster without a profile, unless none has one: then its name is all there is. */
  private void checkKnown(Located<String> id) {
    if (!byId.isEmpty() && !byId.containsKey(id.read())) {
      id.at().unknown("no ClusterProfile " + Quoted.of(id.read()), id.read(), byId.keySet());
    }
  }

  /**
   * Reports what a prohibition misspells: it would forbid nothing. A beginning with an asterisk may
   * be of clusters that are yet to come.
   */
  void checkForbidden(List<Located<String>> clusters, List<Located<String>> networks) {
    clusters.stream().filter(id -> !id.read().endsWith("*")).forEach(this::checkKnown);
    Set<String> known = new TreeSet<>();
    byId.values().forEach(cluster -> known.add(cluster.place().network()));
    for (Located<String> network : networks) {
      if (!known.isEmpty() && !known.contains(network.read())) {
        network
            .at()
            .unknown(
                "no ClusterProfile has the network " + Quoted.of(network.read()),
                network.read(),
                known);
      }
    }
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
