package dev.fairlead.steering.capacity;

import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.Sample;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What one destination served in a period, for all sources together. Each is NaN or sane.
 *
 * @param nanos monotonic time when it was measured, averaged over sources by their requests
 * @param startedRps of all sources that are not stale; NaN where the number of one is not known
 * @param endedRps as {@code startedRps}
 * @param inFlight as {@code startedRps}
 * @param travelling how many of those in flight are on their way, as round trips say; of unknown
 *     ones none
 * @param success replied / (replied + failed)
 * @param timedRps of those whose latency is in the next three numbers
 * @param p50Nanos median latency without the way, averaged over sources by their requests
 * @param meanNanos mean latency without the way
 * @param squaredVariation cv² of one request's latency
 * @param readyEndpoints as the source that sees most says
 * @param hintedRps what they can serve, as the operator says
 */
public record Served(
    long nanos,
    double startedRps,
    double endedRps,
    double inFlight,
    double travelling,
    double success,
    double timedRps,
    double p50Nanos,
    double meanNanos,
    double squaredVariation,
    double readyEndpoints,
    double hintedRps) {
  private static final double LEAST_LEFT = 0.02;
  // Percentiles of a handful of requests can be anything apart.
  private static final double HIGHEST_VARIATION = 25;

  /**
   * What each destination served, in the order in which observations name them. Numbers that are
   * stale are left out: who sends something that nobody hears of has no part in what is steered.
   * Where a source is seen as a whole and by class, the whole counts.
   */
  public static Map<String, Served> of(Observations seen) {
    Map<String, Sum> sums = new LinkedHashMap<>();
    Set<TrafficKey> counted = new HashSet<>();
    for (Observation observation : seen.withoutParts()) {
      String source = observation.key().sourceCluster();
      boolean counts = counted.add(observation.key());
      Set<String> named = new HashSet<>();
      for (Observation.Destination row : observation.destinations()) {
        if (counts && row.ageNanos() <= Sample.STALE_NANOS && named.add(row.name())) {
          double way = seen.topology().roundTripNanos(source, row.name(), seen.nanos());
          sums.computeIfAbsent(row.name(), fresh -> new Sum())
              .add(Sample.of(row), way, Math.max(0, row.ageNanos()));
        }
      }
    }
    Map<String, Served> served = new LinkedHashMap<>();
    sums.forEach((name, sum) -> served.put(name, sum.served(seen.nanos())));
    return Collections.unmodifiableMap(served);
  }

  /** Requests in flight that are at the destination. */
  double there() {
    return inFlight - travelling;
  }

  /** Whether all counts are known. */
  boolean counted() {
    return startedRps + endedRps + inFlight >= 0;
  }

  private static final class Sum {
    private final Latencies known = new Latencies();
    private final Latencies guessed = new Latencies();
    private double started;
    private double ended;
    private double inFlight;
    private double travelling;
    private double aged;
    private double weights;
    private double replied;
    private double judged;
    private double ready = Double.NaN;
    private double hinted = Double.NaN;

    /**
     * With one source's numbers.
     *
     * @param way its round trip in nanoseconds; NaN where unknown
     * @param age since they were measured, in nanoseconds
     */
    void add(Sample sample, double way, long age) {
      // Who sends nothing has a part where nobody sends.
      double requests = 1e-6 + (sample.startedRps() >= 0 ? sample.startedRps() : 0);
      aged += requests * age;
      weights += requests;
      started += sample.startedRps();
      ended += sample.endedRps();
      inFlight += sample.inFlight();
      travelling += way >= 0 && sample.startedRps() >= 0 ? way / 1e9 * sample.startedRps() : 0;
      double weight = sample.endedRps();
      if (weight > 0 && !Double.isNaN(sample.success())) {
        replied += weight * sample.success();
        judged += weight;
      }
      if (weight > 0 && !Double.isNaN(sample.meanNanos())) {
        boolean guess = Double.isNaN(way);
        (guess ? guessed : known).add(sample, weight, guess ? 0 : way);
      }
      ready = larger(ready, sample.readyEndpoints());
      hinted = larger(hinted, sample.hintedRps());
    }

    Served served(long now) {
      // With ways of unknown length in it, latency would follow the shares instead of the load.
      Latencies latencies = known.weight > 0 ? known : guessed;
      return new Served(
          now - (long) (aged / weights),
          started,
          ended,
          inFlight,
          Math.min(travelling, inFlight),
          replied / judged,
          latencies.weight,
          latencies.p50 / latencies.weight,
          latencies.mean / latencies.weight,
          latencies.variation / latencies.weight,
          ready,
          hinted);
    }

    private static double larger(double one, double other) {
      return Double.isNaN(one) || other > one ? other : one;
    }
  }

  /** Sums, weighted by requests per second. */
  private static final class Latencies {
    private double weight;
    private double p50;
    private double mean;
    private double variation;

    void add(Sample sample, double weight, double way) {
      this.weight += weight;
      double own = without(way, sample.meanNanos());
      p50 += weight * without(way, sample.p50Nanos());
      mean += weight * own;
      double sigma = sample.sigma();
      double squared = (StrictMath.exp(sigma * sigma) - 1) * square(sample.meanNanos() / own);
      variation += weight * Math.min(HIGHEST_VARIATION, squared);
    }

    // A way that got shorter since it was measured must not make an answer instant.
    private static double without(double way, double nanos) {
      return Math.max(nanos - way, LEAST_LEFT * nanos);
    }

    private static double square(double x) {
      return x * x;
    }
  }
}
