package dev.fairlead.balancer.pick;

import java.time.Duration;

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

  /**
   * The less loaded, by requests in flight over weight, of a few distinct endpoints.
   *
   * @param draws 2…10
   */
  record P2c(int draws) implements Algorithm {
    public static final P2c DEFAULT = new P2c(2);

    public P2c {
      Draws.check(draws);
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
      Draws.check(draws);
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
}
