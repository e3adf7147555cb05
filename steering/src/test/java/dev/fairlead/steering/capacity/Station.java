package dev.fairlead.steering.capacity;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Observations;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A destination whose true capacity is known: one queue, FIFO, before so many workers; Poisson
 * arrivals; exponential or log-normal service times.
 */
final class Station {
  private static final TrafficKey KEY =
      new TrafficKey(new ServiceName("shop", "cart"), "west", TrafficKey.ANY_CLASS);

  private final Random random;
  private final double meanSeconds;
  private final double sigma;
  private final PriorityQueue<double[]> ends =
      new PriorityQueue<>(Comparator.comparingDouble(end -> end[0]));
  private final ArrayDeque<Double> waiting = new ArrayDeque<>();
  private double now;
  private double[] latencies = new double[64];
  private int answered;
  private int started;
  private int failed;

  int endpoints;
  int workersPerEndpoint;
  double slower = 1;
  double hintedRpsPerEndpoint = Double.NaN;
  int longestQueue = Integer.MAX_VALUE;
  boolean counted = true;

  /**
   * @param sigma of the log-normal law; 0 for the exponential one
   */
  Station(long seed, int endpoints, int workersPerEndpoint, double meanMillis, double sigma) {
    this.random = new Random(seed);
    this.endpoints = endpoints;
    this.workersPerEndpoint = workersPerEndpoint;
    this.meanSeconds = meanMillis / 1e3;
    this.sigma = sigma;
  }

  /** True capacity in requests per second. */
  double capacity() {
    return endpoints * workersPerEndpoint / (meanSeconds * slower);
  }

  /** Its requests are lost, and it is as fast as it was. */
  void restart() {
    ends.clear();
    waiting.clear();
    slower = 1;
  }

  /** One period of that many seconds at that load. */
  Observations period(double seconds, double rps) {
    double until = now + seconds;
    started = 0;
    answered = 0;
    failed = 0;
    double next = now + interval(rps);
    while (true) {
      double end = ends.isEmpty() ? Double.POSITIVE_INFINITY : ends.element()[0];
      if (Math.min(end, next) > until) {
        break;
      }
      if (end <= next) {
        now = end;
        answer(end - ends.remove()[1]);
        serve();
      } else {
        now = next;
        next += interval(rps);
        started++;
        if (waiting.size() >= longestQueue) {
          failed++;
        } else {
          waiting.add(now);
          serve();
        }
      }
    }
    now = until;
    return observed(seconds);
  }

  private double interval(double rps) {
    return rps > 0 ? -Math.log(1 - random.nextDouble()) / rps : Double.POSITIVE_INFINITY;
  }

  private void serve() {
    while (!waiting.isEmpty() && ends.size() < endpoints * workersPerEndpoint) {
      double arrived = waiting.remove();
      double law =
          sigma > 0
              ? Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2)
              : -Math.log(1 - random.nextDouble());
      ends.add(new double[] {now + meanSeconds * slower * law, arrived});
    }
  }

  private void answer(double seconds) {
    if (answered == latencies.length) {
      latencies = Arrays.copyOf(latencies, 2 * answered);
    }
    latencies[answered++] = seconds;
  }

  private Observations observed(double seconds) {
    double[] sorted = Arrays.copyOf(latencies, answered);
    Arrays.sort(sorted);
    double none = Double.NaN;
    double mean = Arrays.stream(sorted).average().orElse(none) * 1e9;
    double p50 = answered == 0 ? none : sorted[answered / 2] * 1e9;
    double p99 = answered == 0 ? none : sorted[(int) (answered * 0.99)] * 1e9;
    double inFlight = ends.size() + waiting.size();
    int ended = answered + failed;
    Observation.Destination row =
        new Observation.Destination(
            "east",
            true,
            0,
            started / seconds,
            ended / seconds,
            inFlight,
            ended == 0 ? none : (double) answered / ended,
            p50,
            p99,
            200,
            800,
            hintedRpsPerEndpoint * endpoints,
            mean,
            counted ? endpoints : none);
    long nanos = Math.round(now * 1e9);
    return new Observations(
        nanos, List.of(new Observation(KEY, nanos, List.of(row))), Topology.UNKNOWN);
  }
}
