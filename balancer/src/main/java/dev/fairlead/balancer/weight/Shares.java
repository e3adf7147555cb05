package dev.fairlead.balancer.weight;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The share of a service's requests that each cluster should get: a plan's class-blind projection.
 *
 * @param byCluster finite and at least 0, not all 0; made to sum to 1. A cluster that is not named
 *     gets nothing while a named one is usable
 */
public record Shares(Map<String, Double> byCluster) {
  public Shares {
    double sum = 0;
    for (Map.Entry<String, Double> entry : byCluster.entrySet()) {
      double share = entry.getValue();
      if (!(share >= 0) || share == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "share " + share + " of '" + entry.getKey() + "' is not a finite number ≥ 0");
      }
      sum += share;
    }
    if (!(sum > 0) || sum == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("shares sum to " + sum + ", not to a positive number");
    }
    Map<String, Double> normal = new TreeMap<>();
    for (Map.Entry<String, Double> entry : byCluster.entrySet()) {
      normal.put(entry.getKey(), entry.getValue() / sum);
    }
    byCluster = Collections.unmodifiableMap(normal);
  }
}
