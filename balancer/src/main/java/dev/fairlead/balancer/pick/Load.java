package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.outcome.EndpointStatistics;
import dev.fairlead.balancer.outcome.Estimation;
import java.util.SortedMap;
import java.util.TreeMap;

/** How loaded an endpoint is: the lower the better. Reading it changes nothing. */
interface Load {
  /** Requests in flight, and failed ones that still hold a slot, over weight. */
  Load OCCUPIED =
      new Load() {
        @Override
        public double of(Candidate candidate, long now) {
          return candidate.statistics().occupied(now) / candidate.weight();
        }

        @Override
        public boolean perWeight() {
          return true;
        }

        @Override
        public SortedMap<String, Double> terms(Candidate candidate, long now) {
          EndpointStatistics statistics = candidate.statistics();
          SortedMap<String, Double> terms = new TreeMap<>();
          terms.put("inFlight", (double) statistics.inFlight());
          terms.put("heldByFailures", (double) statistics.held(now));
          terms.put("weight", candidate.weight());
          return terms;
        }
      };

  double of(Candidate candidate, long now);

  /** Whether it is divided by the candidate's weight. */
  default boolean perWeight() {
    return false;
  }

  /** What the number is made of, by name; for explanations. */
  SortedMap<String, Double> terms(Candidate candidate, long now);

  /** Predicted latency times requests in flight, in nanoseconds. */
  static Load cost(Estimation estimation) {
    return new Load() {
      @Override
      public double of(Candidate candidate, long now) {
        return candidate.statistics().costNanos(now, estimation);
      }

      @Override
      public SortedMap<String, Double> terms(Candidate candidate, long now) {
        EndpointStatistics statistics = candidate.statistics();
        SortedMap<String, Double> terms = new TreeMap<>();
        terms.put("inFlight", (double) statistics.inFlight());
        terms.put("latencyMillis", statistics.latencyNanos(now, estimation) / 1e6);
        terms.put("failureMillis", statistics.failureNanos(now, estimation) / 1e6);
        terms.put("successRatio", statistics.successRatio(now, estimation));
        return terms;
      }
    };
  }
}
