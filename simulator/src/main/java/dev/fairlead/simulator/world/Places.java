package dev.fairlead.simulator.world;

import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.simulator.scenario.Cluster;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.steering.cost.PriceList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All zones of all clusters by number, and the ways between them. */
public final class Places {
  private static final double BYTES_PER_GIB = 1L << 30;

  private final List<Place> places = new ArrayList<>();
  private final Map<Link.End, Integer> numbers = new HashMap<>();
  private final List<String> clusters;
  private final int[] clusterOf;
  private final Way[][] ways;

  public Places(List<Cluster> clusters, List<Link> links, PriceList prices) {
    this.clusters = clusters.stream().map(Cluster::name).toList();
    for (Cluster cluster : clusters) {
      for (String zone : cluster.zones()) {
        numbers.put(new Link.End(cluster.name(), zone), places.size());
        numbers.putIfAbsent(new Link.End(cluster.name()), places.size());
        places.add(cluster.place(zone));
      }
    }
    clusterOf = places.stream().mapToInt(each -> this.clusters.indexOf(each.cluster())).toArray();
    Map<List<Link.End>, Link.Way> said = new HashMap<>();
    links.forEach(link -> said.put(List.of(link.from(), link.to()), link.way()));
    ways = new Way[places.size()][places.size()];
    for (int from = 0; from < places.size(); from++) {
      for (int to = 0; to < places.size(); to++) {
        ways[from][to] = new Way(said(said, places.get(from), places.get(to)));
      }
    }
    price(prices);
  }

  /** The most exact link: zone to zone, then from a zone, then to one, then between clusters. */
  private static Link.Way said(Map<List<Link.End>, Link.Way> said, Place from, Place to) {
    Link.End fromZone = new Link.End(from.cluster(), from.locality().zone());
    Link.End toZone = new Link.End(to.cluster(), to.locality().zone());
    Link.End fromAny = new Link.End(from.cluster());
    Link.End toAny = new Link.End(to.cluster());
    for (List<Link.End> ends :
        List.of(
            List.of(fromZone, toZone),
            List.of(fromZone, toAny),
            List.of(fromAny, toZone),
            List.of(fromAny, toAny))) {
      Link.Way way = said.get(ends);
      if (way != null) {
        return way;
      }
    }
    return Link.Way.NONE;
  }

  public int count() {
    return places.size();
  }

  public Place place(int number) {
    return places.get(number);
  }

  /** The clusters' names by number. */
  public List<String> clusters() {
    return clusters;
  }

  /** The number of a place's cluster. */
  public int clusterOf(int place) {
    return clusterOf[place];
  }

  /**
   * @param zone empty: the cluster's first
   */
  public int number(String cluster, String zone) {
    Integer found = numbers.get(new Link.End(cluster, zone));
    if (found == null) {
      throw new IllegalArgumentException("no place " + new Link.End(cluster, zone));
    }
    return found;
  }

  public Way way(int from, int to) {
    return ways[from][to];
  }

  /** From now on bytes cost what these prices say. */
  public void price(PriceList prices) {
    for (int from = 0; from < places.size(); from++) {
      for (int to = 0; to < places.size(); to++) {
        double perGiB =
            prices.dollarsPerGiB(places.get(from).locality(), places.get(to).locality());
        ways[from][to].price(perGiB / BYTES_PER_GIB);
      }
    }
  }

  /** Takes back all that faults did to the ways. */
  void reset() {
    for (Way[] row : ways) {
      for (Way way : row) {
        way.reset();
      }
    }
  }

  /** Whether {@code end} means the place. */
  boolean matches(Link.End end, int place) {
    Place found = places.get(place);
    return end.cluster().equals(found.cluster())
        && (end.zone().isEmpty() || end.zone().equals(found.locality().zone()));
  }
}
