package dev.fairlead.steering.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How little latencies are trusted to stay what they are when load follows them: the factor by
 * which a destination's latency is taken to grow when its load doubles, whatever its curve says.
 *
 * <p>Measured latencies err by some percent, and all who see a destination fast come at once,
 * unseen by each other. Without a hedge the cheapest takes everything and noise decides who that
 * is; with it, what is alike shares the load, and a share answers to a latency in proportion. When
 * what is wanted lies on the other side of what is than a period before, the answer was too strong:
 * the factor doubles, and fades when that ends. At its largest a share answers to a latency as
 * gently as under L3, while a destination that is several times as slow is left all the same.
 *
 * @param factor in [0.1, 1]
 * @param gap by destination: wanted minus measured share of the load, when it was last worth noting
 */
record Hedge(double factor, Map<String, Double> gap) {
  // About twice what the log-normal mean of a hundred requests errs by.
  static final double LEAST = 0.1;
  static final double MOST = 1;

  static final Hedge INITIAL = new Hedge(LEAST, Map.of());

  private static final double REVERSED = 2;
  // Half of it is forgotten in fourteen periods: longer than the slowest reports are on their way,
  // so that a loop that swings with their delay calms down nevertheless.
  private static final double FADES = 0.95;
  // The deadband of change control: what it suppresses does not swing.
  private static final double NOTABLE = 0.02;

  Hedge {
    gap = Collections.unmodifiableMap(new LinkedHashMap<>(gap));
  }

  /** After a period in which these shares of the whole load were measured and those are wanted. */
  Hedge after(Map<String, Double> measured, Map<String, Double> wanted) {
    Map<String, Double> now = new LinkedHashMap<>();
    double largest = 0;
    double product = 0;
    for (Map.Entry<String, Double> entry : wanted.entrySet()) {
      double difference = entry.getValue() - measured.getOrDefault(entry.getKey(), 0.0);
      now.put(entry.getKey(), difference);
      largest = Math.max(largest, Math.abs(difference));
      product += difference * gap.getOrDefault(entry.getKey(), 0.0);
    }
    double calmer = Math.max(LEAST, factor * FADES);
    if (!(largest >= NOTABLE)) {
      return new Hedge(calmer, gap);
    }
    return new Hedge(product < 0 ? Math.min(MOST, factor * REVERSED) : calmer, now);
  }
}
