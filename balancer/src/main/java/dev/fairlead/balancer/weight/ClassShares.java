package dev.fairlead.balancer.weight;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A plan for an enforcer that can tell classes apart: who goes where, and who is turned away.
 *
 * @param any of requests of a class that has none of its own
 * @param byClass by priority class, 0 the lowest … 7 the highest
 * @param shed the part of a class's requests that is turned away, since nobody has capacity for it;
 *     in [0, 1]; 0 for a class that is not named
 * @param shedFor how long anything is turned away unless a newer plan says so again: a controller
 *     that is away must not keep requests out of what may be idle by now
 */
public record ClassShares(
    Shares any, Map<Integer, Shares> byClass, Map<Integer, Double> shed, Duration shedFor) {
  /** Priority classes, numbered from 0. */
  public static final int CLASSES = 8;

  public ClassShares {
    byClass = Collections.unmodifiableMap(new TreeMap<>(byClass));
    shed = Collections.unmodifiableMap(new TreeMap<>(shed));
    byClass.keySet().forEach(ClassShares::check);
    shed.forEach(
        (trafficClass, part) -> {
          check(trafficClass);
          if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException(
                "a part of " + part + " of class " + trafficClass + " to shed is not in [0, 1]");
          }
        });
    if (shedFor.isNegative()) {
      throw new IllegalArgumentException("shedFor is " + shedFor + ", before now");
    }
  }

  private static void check(int trafficClass) {
    if (trafficClass < 0 || trafficClass >= CLASSES) {
      throw new IllegalArgumentException(
          "class " + trafficClass + " is not in [0, " + (CLASSES - 1) + "]");
    }
  }
}
