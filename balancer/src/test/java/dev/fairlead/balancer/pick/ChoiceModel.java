package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.probe.ProbeReply;
import dev.fairlead.balancer.probe.Prober;
import java.util.Comparator;
import java.util.PriorityQueue;

/** One choice in virtual time: Poisson arrivals at servers that take what a test says. */
final class ChoiceModel {
  static final long MS = 1_000_000;
  static final long SECOND = 1000 * MS;
  static final Estimation ESTIMATION = new Estimation(10e9, 5e9, 30e6, 600e6);
  private static final long HALF_ROUND_TRIP = MS / 2;

  /** How long a request takes at a server, and how it ends. */
  @FunctionalInterface
  interface Server {
    Answer serve(int index, long now);
  }

  record Answer(long nanos, Outcome outcome) {}

  private record Event(long at, Runnable what) {}

  final RandomSource random = Seed.source();
  final Candidate[] candidates;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at));
  private final long[] lastLatency;
  private final long[] lastEnd;
  private long now;

  ChoiceModel(double... weights) {
    candidates = new Candidate[weights.length];
    lastLatency = new long[weights.length];
    lastEnd = new long[weights.length];
    for (int i = 0; i < weights.length; i++) {
      candidates[i] =
          Fixture.candidate(
              Fixture.endpoint("west", i + 1, weights[i]), ESTIMATION, clock(), random);
    }
  }

  Ticker clock() {
    return () -> now;
  }

  WeightedDraw draw() {
    return new WeightedDraw(candidates, null);
  }

  /** Answers from what the model's servers see; a probe takes a millisecond both ways. */
  Prober prober() {
    return (endpoint, timeoutNanos, reply) -> {
      int index = endpoint.address().port() - 1;
      at(
          now + HALF_ROUND_TRIP,
          () -> {
            boolean lately = now - lastEnd[index] < SECOND;
            ProbeReply said =
                new ProbeReply.Answered(
                    candidates[index].statistics().inFlight(),
                    lately ? (double) lastLatency[index] : 0);
            at(now + HALF_ROUND_TRIP, () -> reply.accept(said));
          });
    };
  }

  private void at(long when, Runnable what) {
    events.add(new Event(when, what));
  }

  /** Picks of each candidate from {@code from} to {@code until}, nanoseconds of this run. */
  int[] run(Choice choice, double rps, long from, long until, Server server) {
    int[] picks = new int[candidates.length];
    long start = now;
    long next = now;
    while (next - start < until) {
      while (!events.isEmpty() && events.peek().at() <= next) {
        Event event = events.remove();
        now = event.at();
        event.what().run();
      }
      now = next;
      int index = choose(choice, Request.ANY, Stage.ELSEWHERE, now);
      picks[index] += next - start >= from ? 1 : 0;
      Lease lease = new Lease(candidates[index], now, Request.ANY, false);
      Answer answer = server.serve(index, now);
      at(
          now + answer.nanos(),
          () -> {
            lastLatency[index] = answer.nanos();
            lastEnd[index] = now;
            lease.end(answer.outcome());
          });
      next += (long) (exponential() / rps * SECOND);
    }
    return picks;
  }

  /** A pick among all candidates, none of which is unfit. */
  int choose(Choice choice, Request request, Stage stage, long now) {
    return choice.choose(request, admission(stage), now, random, null);
  }

  Admission admission(Stage stage) {
    return Admission.all(stage, candidates);
  }

  /** Mean 1. */
  double exponential() {
    return -Math.log(1 - random.nextDouble());
  }
}
