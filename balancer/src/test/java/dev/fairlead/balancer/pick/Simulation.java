package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.probe.ProbeReply;
import dev.fairlead.balancer.probe.Prober;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * A service in virtual time behind the public balancer: requests arrive, servers take what a test
 * says, answer probes, and report their load beside each answer. Each request has its own key, so
 * that hashes spread them. Servers are numbered from 0, and their port is one more.
 */
final class Simulation {
  static final long MS = 1_000_000;
  static final long SECOND = 1000 * MS;
  private static final long HALF_ROUND_TRIP = MS / 2;

  /** Requests at a time that a server reports to be its full use. */
  private static final double SLOTS = 10;

  /** How long a request takes at a server, and how it ends. */
  @FunctionalInterface
  interface Server {
    Answer serve(int index, long now);
  }

  /**
   * @param retryAfter nanoseconds for which the server asks to be left alone
   */
  record Answer(long nanos, Outcome outcome, long retryAfter) {
    Answer(long nanos, Outcome outcome) {
      this(nanos, outcome, 0);
    }

    static Answer replied(long nanos) {
      return new Answer(nanos, Outcome.REPLIED);
    }
  }

  /** A request that ended {@code at} a time, {@code nanos} after its pick. */
  record Done(int index, long at, long nanos, Outcome outcome) {}

  private record Event(long at, long order, Runnable what) {}

  final Fixture fixture;
  final RandomSource random;

  /** What server 0 says of its load, where it does not tell the truth. */
  Optional<LoadReport> lie = Optional.empty();

  /** What server 0 says to a probe, where it does not tell the truth. */
  Optional<ProbeReply> probeLie = Optional.empty();

  private final long start;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<ServerState> servers;
  private final List<Done> done = new ArrayList<>();
  private final int[] picks;
  private long order;
  private long key;

  Simulation(Algorithm algorithm, double... weights) {
    this(0, algorithm, weights);
  }

  /**
   * @param run each has its own random numbers
   */
  Simulation(int run, Algorithm algorithm, double... weights) {
    BalancerPolicy policy = new BalancerPolicy(algorithm, LocalityPolicy.DEFAULT);
    random = Seed.source(run);
    fixture = new Fixture(policy, Optional.of(prober()), random);
    start = fixture.ticker.nanos();
    picks = new int[weights.length];
    servers = Arrays.stream(weights).mapToObj(weight -> new ServerState()).toList();
    fixture.endpoints(
        IntStream.range(0, weights.length)
            .mapToObj(index -> Fixture.endpoint("west", index + 1, weights[index]))
            .toArray(Endpoint[]::new));
  }

  static double[] equal(int servers) {
    double[] weights = new double[servers];
    Arrays.fill(weights, 1);
    return weights;
  }

  /** Since the start. */
  long now() {
    return fixture.ticker.nanos() - start;
  }

  /** Mean 1. */
  double exponential() {
    return -Math.log(1 - random.nextDouble());
  }

  /** A reply within [least, most] milliseconds, uniform. */
  Answer reply(double leastMillis, double mostMillis) {
    double millis = leastMillis + (mostMillis - leastMillis) * random.nextDouble();
    return Answer.replied((long) (millis * MS));
  }

  /** Poisson arrivals for so long. Returns the picks of each server in that time. */
  int[] open(double rps, long nanos, Server server) {
    begin();
    long until = now() + nanos;
    long next = now() + (long) (exponential() / rps * SECOND);
    while (next < until) {
      runTo(next);
      request(server, () -> {});
      next += (long) (exponential() / rps * SECOND);
    }
    runTo(until);
    return picks.clone();
  }

  /** So many clients, each of which sends its next request when the last one is answered. */
  int[] closed(int clients, int requests, Server server) {
    begin();
    int[] left = {requests};
    for (int client = 0; client < clients; client++) {
      next(left, server);
    }
    while (!events.isEmpty()) {
      runTo(events.element().at());
    }
    return picks.clone();
  }

  private void next(int[] left, Server server) {
    if (left[0]-- > 0) {
      request(server, () -> next(left, server));
    }
  }

  private void begin() {
    Arrays.fill(picks, 0);
    done.clear();
  }

  /** Those that ended in the last run. */
  List<Done> done() {
    return done;
  }

  /** Latency that so many of the last run's requests, less those of one server, did not exceed. */
  double percentileMillis(double quantile, int without) {
    long[] sorted =
        done.stream()
            .filter(each -> each.index() != without)
            .mapToLong(Done::nanos)
            .sorted()
            .toArray();
    int rank = (int) Math.ceil(quantile * sorted.length);
    return sorted[Math.max(0, rank - 1)] / (double) MS;
  }

  private void request(Server server, Runnable after) {
    long picked = now();
    Lease lease = fixture.lease(keyed(key++));
    int index = lease.endpoint().address().port() - 1;
    picks[index]++;
    servers.get(index).inFlight++;
    Answer answer = server.serve(index, picked);
    at(
        picked + answer.nanos(),
        () -> {
          ServerState its = servers.get(index);
          Done ended = new Done(index, now(), answer.nanos(), answer.outcome());
          its.ended(ended);
          if (answer.outcome() != Outcome.CONNECT_FAILED) {
            lease.answered();
          }
          LoadReport load = index == 0 && lie.isPresent() ? lie.get() : its.report(now());
          lease.end(answer.outcome(), load, answer.retryAfter());
          done.add(ended);
          after.run();
        });
  }

  static Request keyed(long key) {
    return new Request() {
      @Override
      public boolean hasAffinity() {
        return true;
      }

      @Override
      public long affinity() {
        return key;
      }
    };
  }

  /** Half a round trip there, what the server sees then, and half a round trip back. */
  private Prober prober() {
    return (endpoint, timeoutNanos, reply) -> {
      int index = endpoint.address().port() - 1;
      at(
          now() + HALF_ROUND_TRIP,
          () -> {
            ProbeReply said =
                index == 0 && probeLie.isPresent()
                    ? probeLie.get()
                    : servers.get(index).probed(now());
            at(now() + HALF_ROUND_TRIP, () -> reply.accept(said));
          });
    };
  }

  private void at(long when, Runnable what) {
    events.add(new Event(when, order++, what));
  }

  /** Everything that happens until then, in its order. */
  private void runTo(long when) {
    while (!events.isEmpty() && events.element().at() <= when) {
      Event event = events.remove();
      fixture.ticker.advanceNanos(event.at() - now());
      event.what().run();
    }
    fixture.ticker.advanceNanos(when - now());
  }

  /** What a server knows of itself: what it completed in the last second. */
  private static final class ServerState {
    int inFlight;
    private final Deque<Done> lately = new ArrayDeque<>();
    private long busyNanos;

    void ended(Done ended) {
      inFlight--;
      lately.add(ended);
      busyNanos += ended.nanos();
      forget(ended.at());
    }

    private void forget(long now) {
      while (!lately.isEmpty() && lately.element().at() < now - SECOND) {
        busyNanos -= lately.remove().nanos();
      }
    }

    /** No errors: one that fails fast would not know or not say that it does. */
    LoadReport report(long now) {
      forget(now);
      double used = Math.max(0.001, busyNanos / (SLOTS * SECOND));
      return new LoadReport(used, Math.max(1, lately.size()), Double.NaN);
    }

    /** The median latency of the last nine that were completed. */
    ProbeReply probed(long now) {
      forget(now);
      long[] last = new long[Math.min(9, lately.size())];
      int at = 0;
      for (var each = lately.descendingIterator(); at < last.length; at++) {
        last[at] = each.next().nanos();
      }
      Arrays.sort(last);
      return new ProbeReply.Answered(inFlight, last.length == 0 ? 0 : last[last.length / 2]);
    }
  }
}
