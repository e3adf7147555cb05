package dev.fairlead.balancer.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.pick.LocalityPolicy.Scope;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every order of every subset of the scopes, against each way in which two places may agree. */
class LocalityRankTest {
  private static final Place CALLER =
      new Place("c", new Locality("region", "zone", "sub"), "node", "net");

  /** 6! orders of all six, 720 of five, 360 of four, 120 of three, 30 of two, 6 of one, 1. */
  private static final int ORDERS = 1957;

  private static List<List<Scope>> orders() {
    List<List<Scope>> orders = new ArrayList<>();
    extend(List.of(), orders);
    return orders;
  }

  private static void extend(List<Scope> order, List<List<Scope>> orders) {
    orders.add(order);
    for (Scope scope : Scope.values()) {
      if (!order.contains(scope)) {
        List<Scope> longer = new ArrayList<>(order);
        longer.add(scope);
        extend(longer, orders);
      }
    }
  }

  /** A place that agrees with the caller's in these scopes alone. */
  private static Place agreeing(Set<Scope> scopes) {
    return new Place(
        scopes.contains(Scope.CLUSTER) ? "c" : "x",
        new Locality(
            scopes.contains(Scope.REGION) ? "region" : "x",
            scopes.contains(Scope.ZONE) ? "zone" : "x",
            scopes.contains(Scope.SUBZONE) ? "sub" : "x"),
        scopes.contains(Scope.NODE) ? "node" : "x",
        scopes.contains(Scope.NETWORK) ? "net" : "x");
  }

  private static List<Set<Scope>> subsets() {
    List<Set<Scope>> subsets = new ArrayList<>();
    for (int bits = 0; bits < 64; bits++) {
      Set<Scope> subset = EnumSet.noneOf(Scope.class);
      for (Scope scope : Scope.values()) {
        if ((bits & (1 << scope.ordinal())) != 0) {
          subset.add(scope);
        }
      }
      subsets.add(subset);
    }
    return subsets;
  }

  /**
   * The rule as it is written: the rank is the number of leading scopes that match. With the
   * network first a match of it adds length − 1, and a mismatch goes on with the rest.
   */
  private static int rank(List<Scope> order, Set<Scope> agreed) {
    int rank = 0;
    for (Scope scope : order) {
      boolean first = scope == order.get(0);
      if (agreed.contains(scope)) {
        rank += first && scope == Scope.NETWORK ? order.size() : 1;
      } else if (!(first && scope == Scope.NETWORK)) {
        break;
      }
    }
    return rank;
  }

  @Test
  void priorityCountsDownFromTheBestRank() {
    List<List<Scope>> orders = orders();
    assertThat(orders).hasSize(ORDERS).doesNotHaveDuplicates();
    for (List<Scope> order : orders) {
      LocalityPolicy policy = new LocalityPolicy(LocalityPolicy.Mode.FAILOVER, order);
      int best = rank(order, EnumSet.allOf(Scope.class));
      for (Set<Scope> agreed : subsets()) {
        assertThat(policy.priority(CALLER, agreeing(agreed)))
            .as("%s where %s agree", order, agreed)
            .isEqualTo(best - rank(order, agreed));
      }
    }
  }

  /** The oracle's own check. */
  @Test
  void networkRegionZoneRanksAsPublished() {
    Map<String, Integer> ranks = new HashMap<>();
    for (Set<Scope> agreed : subsets()) {
      StringBuilder name = new StringBuilder();
      for (Scope scope : List.of(Scope.NETWORK, Scope.REGION, Scope.ZONE)) {
        name.append(agreed.contains(scope) ? scope.name().charAt(0) : "");
      }
      ranks.put(name.toString(), rank(List.of(Scope.NETWORK, Scope.REGION, Scope.ZONE), agreed));
    }
    assertThat(ranks)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("NRZ", 5, "NR", 4, "NZ", 3, "N", 3, "RZ", 2, "R", 1, "Z", 0, "", 0));
  }
}
