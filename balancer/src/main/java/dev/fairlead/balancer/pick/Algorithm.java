package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.hash.HashTable;
import dev.fairlead.balancer.outcome.LoadWeighting;
import dev.fairlead.balancer.probe.ProbePolicy;
import java.time.Duration;
import java.util.OptionalDouble;

/** How an endpoint is chosen inside a cluster; formulas in each implementation. */
public sealed interface Algorithm {
  Algorithm DEFAULT = PeakEwma.DEFAULT;

  /** The field's name of it, as in documents and metrics: {@code peak-ewma}. */
  String id();

  /** Weighted random. */
  record Random() implements Algorithm {
    @Override
    public String id() {
      return "random";
    }
  }

  /** Smooth weighted round robin. */
  record RoundRobin() implements Algorithm {
    @Override
    public String id() {
      return "round-robin";
    }
  }

  /** The least loaded of all endpoints, by requests in flight over weight. */
  record LeastRequest() implements Algorithm {
    @Override
    public String id() {
      return "least-request";
    }
  }

  /**
   * The less loaded, by requests in flight over weight, of a few distinct endpoints.
   *
   * @param draws 2…10
   */
  record P2c(int draws) implements Algorithm {
    public static final P2c DEFAULT = new P2c(2);

    public P2c {
      Bounds.checkDraws(draws);
    }

    @Override
    public String id() {
      return "p2c";
    }
  }

  /**
   * As p2c, by predicted latency: an average that jumps up at once and decays slowly, times what is
   * in flight.
   *
   * @param draws 2…10
   * @param decay τ of the latency average, positive
   * @param successDecay τ of the success average, positive
   * @param failurePenalty F: what a failure costs the caller, ≥ 0
   * @param prior latency of an endpoint of which nothing is known, positive
   */
  record PeakEwma(
      int draws, Duration decay, Duration successDecay, Duration failurePenalty, Duration prior)
      implements Algorithm {
    public static final PeakEwma DEFAULT =
        new PeakEwma(
            2,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofMillis(600),
            Duration.ofMillis(30));

    public PeakEwma {
      Bounds.checkDraws(draws);
      if (!decay.isPositive() || !successDecay.isPositive() || !prior.isPositive()) {
        throw new IllegalArgumentException("decay, successDecay and prior must be positive");
      }
      if (failurePenalty.isNegative()) {
        throw new IllegalArgumentException("failurePenalty must not be negative");
      }
    }

    @Override
    public String id() {
      return "peak-ewma";
    }
  }

  /** What the endpoints answered to probes: see {@link ProbePolicy}. */
  record Prequal(ProbePolicy probes) implements Algorithm {
    public static final Prequal DEFAULT = new Prequal(ProbePolicy.DEFAULT);

    @Override
    public String id() {
      return "prequal";
    }
  }

  /** Smooth weighted round robin by the load that endpoints report beside their answers. */
  record WrrReported(LoadWeighting weighting) implements Algorithm {
    public static final WrrReported DEFAULT = new WrrReported(LoadWeighting.DEFAULT);

    @Override
    public String id() {
      return "wrr-reported";
    }
  }

  /**
   * By the affinity key of the request, so that one key goes to one endpoint as long as that is
   * there. A request without a key is led by {@link P2c}.
   */
  sealed interface KeyHash extends Algorithm {
    /**
     * c of bounded loads: an endpoint gets no more than c times its fair share of the requests in
     * flight, above 1; empty: no bound.
     */
    OptionalDouble bound();
  }

  /** {@link HashTable#ring}. */
  record RingHash(OptionalDouble bound) implements KeyHash {
    public static final RingHash DEFAULT = new RingHash(OptionalDouble.empty());

    public RingHash {
      Bounds.checkLoad(bound);
    }

    @Override
    public String id() {
      return "ring-hash";
    }
  }

  /** {@link HashTable#maglev}. */
  record Maglev(OptionalDouble bound) implements KeyHash {
    public static final Maglev DEFAULT = new Maglev(OptionalDouble.empty());

    public Maglev {
      Bounds.checkLoad(bound);
    }

    @Override
    public String id() {
      return "maglev";
    }
  }

  /** {@link HashTable#rendezvous}. */
  record Rendezvous(OptionalDouble bound) implements KeyHash {
    public static final Rendezvous DEFAULT = new Rendezvous(OptionalDouble.empty());

    public Rendezvous {
      Bounds.checkLoad(bound);
    }

    @Override
    public String id() {
      return "rendezvous";
    }
  }
}
