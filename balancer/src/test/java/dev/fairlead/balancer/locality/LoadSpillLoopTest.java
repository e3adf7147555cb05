package dev.fairlead.balancer.locality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loop closed in virtual time: the share makes the load, the load the latency, and so on. */
class LoadSpillLoopTest {
  private static final double SECOND = 1e9;
  private static final long STEP = 10_000_000L;

  /** A pool whose mean number of requests in flight follows its arrivals, as a fluid. */
  private static final class Fluid {
    final int endpoints;
    final double serviceSeconds;
    final double lagSeconds;
    double queue;
    double seen;
    double rate;
    double picks;

    Fluid(int endpoints, double serviceSeconds, double lagSeconds) {
      this.endpoints = endpoints;
      this.serviceSeconds = serviceSeconds;
      this.lagSeconds = lagSeconds;
      this.seen = serviceSeconds;
    }

    /** q' = λ − nμ·q/(n + q), whose rest is that of n queues M/M/1. */
    void step(double rate, double seconds) {
      this.rate = rate;
      picks += rate * seconds;
      double leaving = endpoints / serviceSeconds * queue / (endpoints + queue);
      queue = Math.max(0, queue + seconds * (rate - leaving));
      double latency = serviceSeconds * (1 + queue / endpoints);
      seen += (latency - seen) * (lagSeconds == 0 ? 1 : 1 - Math.exp(-seconds / lagSeconds));
    }

    double latencyAt(double rate) {
      return 1 / (1 / serviceSeconds - rate / endpoints);
    }

    PoolSample sample(String name, double crossingSeconds) {
      return new PoolSample(
          name,
          OptionalDouble.of(seen * SECOND),
          0,
          queue + rate * crossingSeconds,
          (long) picks,
          endpoints,
          crossingSeconds * SECOND,
          0);
    }
  }

  /** The share at which latencies are equal, found on the true curves by bisection. */
  private static double equalising(Fluid local, Fluid remote, double rate, double crossing) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 50; i++) {
      double share = (low + high) / 2;
      double there = remote.latencyAt(rate * (1 - share));
      double here = local.latencyAt(rate * share);
      boolean tooMuch = here < 0 || (there > 0 && here > there + crossing);
      low = tooMuch ? low : share;
      high = tooMuch ? share : high;
    }
    return low;
  }

  @ParameterizedTest(name = "{0} rps, latencies reported with a lag of {1} s")
  @CsvSource({
    "1, 0", "50, 10", "300, 0", "300, 2", "300, 10", "380, 0", "380, 10", "400, 2", "500, 0",
    "500, 2", "500, 10", "600, 0", "600, 10",
  })
  void settlesAtTheEqualisingShareAndStaysThere(double rate, double lag) {
    Fluid local = new Fluid(4, 0.010, lag);
    Fluid remote = new Fluid(6, 0.012, lag);
    double crossing = 0.020;
    double expected = equalising(local, remote, rate, crossing);
    LoadSpill spill = LoadSpill.INITIAL;
    double lowest = 1;
    double highest = 0;
    double travelled = 0;

    double before = 1;
    for (long now = 0; now < 180 * SECOND; now += STEP) {
      if (spill.due(now)) {
        List<PoolSample> remotes = List.of(remote.sample("east", crossing));
        spill = spill.advance(now, local.sample("west", 0), remotes, Optional.empty());
      }
      double share = spill.share("west");
      local.step(rate * share, STEP / SECOND);
      remote.step(rate * (1 - share), STEP / SECOND);
      if (now > 120 * SECOND) {
        lowest = Math.min(lowest, share);
        highest = Math.max(highest, share);
      }
      if (now % 2_000_000_000L == 0) {
        travelled += Math.abs(share - before);
        before = share;
      }
    }

    assertThat(lowest).isCloseTo(expected, within(0.01));
    assertThat(highest - lowest).as("variation in steady state").isLessThan(0.005);
    // Straight to the target it would be 1 − expected; back and forth with a queue to drain, some
    // more. A loop that swings travels many times that.
    assertThat(travelled).as("way of the share").isLessThan(0.03 + 2 * (1 - expected));
  }

  /** Requests one by one: Poisson arrivals, exponential service, a queue at each endpoint. */
  private static final class Queues {
    final double[] freeAt;
    final double serviceNanos;
    final double travelNanos;
    final PriorityQueue<Double> ends = new PriorityQueue<>();
    long picks;
    double latency = Double.NaN;

    Queues(int endpoints, double serviceNanos, double travelNanos) {
      freeAt = new double[endpoints];
      this.serviceNanos = serviceNanos;
      this.travelNanos = travelNanos;
    }

    void arrive(double now, SplittableRandom random) {
      picks++;
      int endpoint = random.nextInt(freeAt.length);
      double start = Math.max(now, freeAt[endpoint]);
      freeAt[endpoint] = start - serviceNanos * Math.log(1 - random.nextDouble());
      double took = freeAt[endpoint] - now;
      ends.add(freeAt[endpoint] + travelNanos);
      latency = Double.isNaN(latency) ? took : latency + 0.02 * (took - latency);
    }

    PoolSample sample(String name, double now) {
      while (!ends.isEmpty() && ends.peek() <= now) {
        ends.remove();
      }
      // Before the first request, what others report of the idle pool.
      double known = Double.isNaN(latency) ? serviceNanos : latency;
      return new PoolSample(
          name, OptionalDouble.of(known), 0, ends.size(), picks, freeAt.length, travelNanos, 0);
    }
  }

  @ParameterizedTest(name = "{0} rps")
  @CsvSource({"200", "500", "1500", "2500"})
  void doesNotSwingWithRequestsThatComeAtRandom(double rate) {
    SplittableRandom random = new SplittableRandom(Seed.value());
    // Of 2000 rps each, 20 ms apart.
    Queues west = new Queues(20, 10e6, 0);
    Queues east = new Queues(20, 10e6, 20e6);
    double expected = equalising(new Fluid(20, 0.010, 0), new Fluid(20, 0.010, 0), rate, 0.020);
    LoadSpill spill = LoadSpill.INITIAL;
    double mean = 0;
    double lowest = 1;
    double highest = 0;
    int periods = 0;
    double arrival = 0;

    for (long now = 0; now < 240 * SECOND; now += LoadSpill.PERIOD_NANOS) {
      spill =
          spill.advance(
              now, west.sample("west", now), List.of(east.sample("east", now)), Optional.empty());
      double share = spill.share("west");
      while (arrival < now + LoadSpill.PERIOD_NANOS) {
        (random.nextDouble() < share ? west : east).arrive(arrival, random);
        arrival -= Math.log(1 - random.nextDouble()) * SECOND / rate;
      }
      if (now > 60 * SECOND) {
        mean += share;
        periods++;
        lowest = Math.min(lowest, share);
        highest = Math.max(highest, share);
      }
    }

    assertThat(mean / periods).as(Seed.replay()).isCloseTo(expected, within(0.05));
    assertThat(highest - lowest).as(Seed.replay()).isLessThan(0.15);
  }
}
