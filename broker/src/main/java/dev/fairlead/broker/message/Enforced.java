package dev.fairlead.broker.message;

import dev.fairlead.steering.demand.TrafficKey;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The shares that a reporter has in force for one key: from them whoever leads next goes on.
 *
 * @param alone whether the reporter decided itself, not the broker that it follows
 * @param shares as they are; nothing is checked but their number and names
 */
public record Enforced(TrafficKey key, boolean alone, Map<String, Double> shares) {
  public Enforced {
    Checked.key(key);
    Checked.destinations(shares.keySet());
    shares = Collections.unmodifiableMap(new TreeMap<>(shares));
  }
}
