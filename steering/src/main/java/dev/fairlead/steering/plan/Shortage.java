package dev.fairlead.steering.plan;

import dev.fairlead.steering.optimize.Allocation;
import dev.fairlead.steering.optimize.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is turned away of each class, the same part at every place. At which place does not matter
 * to what the whole costs but for its ways, so a solver may turn all of a class away at one place
 * and at another one a period later; the same part everywhere is fair to the places, and it stays
 * where it is while the shortage does.
 *
 * @param parts by class, in [0, 1]
 */
record Shortage(Map<Integer, Double> parts) {
  private static final Shortage NONE = new Shortage(Map.of());

  /**
   * Of an allocation. None where all is served, and none where not every source may use the same
   * destinations: what one of them has no capacity for, the others need not give up.
   */
  static Shortage of(Allocation allocation) {
    Situation situation = allocation.situation();
    Map<Integer, Double> demand = new TreeMap<>();
    Map<Integer, Double> shed = new TreeMap<>();
    boolean any = false;
    for (int s = 0; s < situation.sources().size(); s++) {
      if (!mayAsFirst(situation, s)) {
        return NONE;
      }
      Situation.Source source = situation.sources().get(s);
      demand.merge(source.trafficClass(), source.rps(), Double::sum);
      shed.merge(source.trafficClass(), allocation.shedRps(s), Double::sum);
      any |= allocation.shedRps(s) > 0;
    }
    if (!any) {
      return NONE;
    }
    demand.replaceAll(
        (trafficClass, rps) ->
            rps > 0 ? Math.clamp(shed.getOrDefault(trafficClass, 0.0) / rps, 0, 1) : 0);
    return new Shortage(demand);
  }

  private static boolean mayAsFirst(Situation situation, int s) {
    for (int t = 0; t < situation.destinations().size(); t++) {
      if (situation.destinations().get(t).usable()
          && situation.way(s, t).forbidden() != situation.way(0, t).forbidden()) {
        return false;
      }
    }
    return true;
  }

  boolean isNone() {
    return parts.isEmpty();
  }

  /** What is left to be served. */
  Situation rest(Situation situation) {
    List<Situation.Source> sources = new ArrayList<>();
    for (Situation.Source source : situation.sources()) {
      double served = 1 - part(source.trafficClass());
      sources.add(
          new Situation.Source(
              source.place(),
              source.trafficClass(),
              served * source.rps(),
              source.workPerRequest()));
    }
    return new Situation(sources, situation.destinations(), situation.ways());
  }

  /** What is turned away of a class, with what is turned away of its rest. */
  double with(int trafficClass, double ofRest) {
    double part = part(trafficClass);
    return Math.min(1, part + (1 - part) * ofRest);
  }

  private double part(int trafficClass) {
    return parts.getOrDefault(trafficClass, 0.0);
  }
}
