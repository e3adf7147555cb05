package dev.fairlead.balancer.outcome;

import dev.fairlead.balancer.RandomSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one balancer learnt of one incarnation of an endpoint. Leases hold it, so that a late end of
 * a removed endpoint's lease never reaches the numbers of one that came back under the same
 * address. Any thread, no lock. Times are nanoseconds since the balancer was made, at least 0.
 */
public final class EndpointStatistics {
  /**
   * The longest time that Retry-After keeps requests away: one caller's 429 must not take an
   * endpoint from all others for an hour.
   */
  public static final long LONGEST_GATE_NANOS = 30_000_000_000L;

  /** Below this the success term would drown every difference in latency. */
  private static final double LEAST_SUCCESS = 0.02;

  /**
   * Failures count below this. A share of one in twenty that fails at once makes an endpoint look
   * idler or faster by no more than that, while one in a hundred is no reason to leave it; and a
   * single failure weighs less down to four requests a second: 1 − e^(−0.25 s / 5 s).
   */
  static final double TOLERATED_SUCCESS = 0.95;

  private static final AtomicLongFieldUpdater<EndpointStatistics> STARTED =
      AtomicLongFieldUpdater.newUpdater(EndpointStatistics.class, "started");
  private static final AtomicLongFieldUpdater<EndpointStatistics> ENDED =
      AtomicLongFieldUpdater.newUpdater(EndpointStatistics.class, "ended");
  private static final AtomicLongFieldUpdater<EndpointStatistics> LAST_PROGRESS =
      AtomicLongFieldUpdater.newUpdater(EndpointStatistics.class, "lastProgress");
  private static final AtomicLongFieldUpdater<EndpointStatistics> GATED_UNTIL =
      AtomicLongFieldUpdater.newUpdater(EndpointStatistics.class, "gatedUntil");

  private static final long ONE_ANSWERED = 1;
  private static final long ONE_ENDED = 1L << 32;

  // Plain fields with updaters, and as few as can be: what a pick costs is mostly how many cache
  // lines it touches and how many atomic writes it makes.

  private volatile long started;

  /**
   * Upper half: how many ended; it may overflow, since only the difference to {@link #started}
   * counts. Lower half: how many of those in flight are answered. One number, so that an end is one
   * write. Where an end overtakes its own answer, one too many is in flight until that arrives.
   */
  private volatile long ended;

  private volatile long gatedUntil;
  private final LongAdder failed = new LongAdder();
  private final TimedAverage latency;
  private final TimedAverage success;
  private final HeldSlots held = new HeldSlots();
  private final Reachability reachability;
  private final ReportedLoad reportedLoad = new ReportedLoad();

  /** The last answer or end, or the last pick that found nothing unanswered, if that is later. */
  private volatile long lastProgress;

  /**
   * @param transitions grows whenever an endpoint becomes reachable or unreachable, or the time of
   *     its next trial changes
   */
  public EndpointStatistics(long now, RandomSource random, AtomicInteger transitions) {
    latency = new TimedAverage(now);
    success = new TimedAverage(now);
    reachability = new Reachability(random, transitions);
    lastProgress = now;
  }

  public void picked(long now) {
    // Before the count, so that nobody sees a request unanswered since a time long ago.
    if (unanswered() == 0) {
      heard(now);
    }
    STARTED.getAndIncrement(this);
  }

  /**
   * A request that goes on was answered: the endpoint was heard from {@code latencyNanos} after the
   * pick.
   */
  public void answered(long now, long latencyNanos, Estimation estimation) {
    sampled(now, latencyNanos, estimation);
    heard(now);
    ENDED.getAndAdd(this, ONE_ANSWERED);
  }

  /** The latency sample of a request that ends with its answer; {@link #ended} counts it. */
  public void sampled(long now, long latencyNanos, Estimation estimation) {
    restore(now);
    if (latencyNanos >= 0) {
      latency.addPeak((double) latencyNanos, now, estimation.decayNanos(), estimation.priorNanos());
    }
  }

  /**
   * @param answered whether {@link #answered} was called for this request
   * @param trial whether this request held the endpoint's trial
   * @param retryAfterNanos 0 if the endpoint did not ask to be left alone
   */
  public void ended(
      Outcome outcome,
      long now,
      boolean answered,
      boolean trial,
      long retryAfterNanos,
      Estimation estimation) {
    boolean wasReachable = reachability.reachable();
    learnReachability(outcome, now, trial);
    if (outcome.isFailure()) {
      failed.increment();
    }
    // That an unreachable endpoint cannot be connected to is no news. If it were a sample, one that
    // comes back would go on being avoided for its past.
    boolean sample = outcome != Outcome.IGNORED;
    if (sample && (wasReachable || outcome != Outcome.CONNECT_FAILED)) {
      success.add(outcome.isFailure() ? 0 : 1, now, estimation.successDecayNanos(), 1);
      if (outcome.isFailure() && success.value() < TOLERATED_SUCCESS) {
        held.hold(now);
      }
    }
    if (retryAfterNanos > 0) {
      long until = now + Math.min(retryAfterNanos, LONGEST_GATE_NANOS);
      GATED_UNTIL.accumulateAndGet(this, until, Math::max);
    }
    heard(now);
    ENDED.getAndAdd(this, answered ? ONE_ENDED - ONE_ANSWERED : ONE_ENDED);
  }

  private void learnReachability(Outcome outcome, long now, boolean trial) {
    switch (outcome) {
      case REPLIED, REFUSED, OVERLOADED, FAILED -> restore(now);
      case RESET -> {
        // Shows a connection only where it was a new one: many break when their endpoint dies.
        if (trial) {
          restore(now);
        }
      }
      case CONNECT_FAILED -> {
        if (trial) {
          reachability.trialFailed(now);
        } else {
          reachability.connectFailed(now);
        }
      }
      case TIMED_OUT -> {
        if (trial) {
          reachability.trialFailed(now);
        }
      }
      case IGNORED -> {
        if (trial) {
          reachability.trialIgnored(now);
        }
      }
    }
  }

  private void restore(long now) {
    if (reachability.connected()) {
      // While nothing could be sampled the average must not fade: it would come back as the best.
      latency.skipTo(now);
    }
  }

  /**
   * Never back: a thread that was held up after it read the clock would make the others' wait. A
   * lazy write, since each is followed by an atomic one of a count.
   */
  private void heard(long now) {
    if (now > lastProgress) {
      LAST_PROGRESS.lazySet(this, now);
    }
  }

  public int inFlight() {
    // Ends before starts: what begins meanwhile makes it too large for a moment, never negative.
    int ends = (int) (ended >>> 32);
    return (int) started - ends;
  }

  private int unanswered() {
    long ends = ended;
    return (int) started - (int) (ends >>> 32) - (int) ends;
  }

  /** Requests in flight and slots that failed ones hold, for policies that compare them. */
  public int occupied(long now) {
    return inFlight() + held.count(now);
  }

  /** Slots that lately failed requests still hold. */
  public int held(long now) {
    return held.count(now);
  }

  /**
   * Latency to be expected at {@code now}, nanoseconds. Without samples the average fades towards
   * 0, so that an endpoint which was slow once is asked again some day; what the oldest unanswered
   * request has certainly waited is a lower bound.
   */
  public double latencyNanos(long now, Estimation estimation) {
    double average = latency.value();
    double known = Double.isNaN(average) ? estimation.priorNanos() : average;
    double projected = known * latency.faded(now, estimation.decayNanos());
    return unanswered() > 0 ? Math.max(projected, (double) (now - lastProgress)) : projected;
  }

  /** Whether any latency was ever sampled. */
  public boolean knowsLatency() {
    return !Double.isNaN(latency.value());
  }

  /**
   * Share of requests that succeed, in [0, 1]; without samples it goes back towards 1, so that an
   * endpoint which failed once is asked again some day. 1 before the first sample.
   */
  public double successRatio(long now, Estimation estimation) {
    double average = success.value();
    // Exactly 1 for an endpoint that never failed: the usual case does without the exponential.
    return Double.isNaN(average) || average == 1
        ? 1
        : 1 - (1 - average) * success.faded(now, estimation.successDecayNanos());
  }

  /** Whether any request ever ended with a sample. */
  public boolean knowsSuccess() {
    return !Double.isNaN(success.value());
  }

  /**
   * What one more request is expected to cost, nanoseconds: (latency + {@link #failureNanos}) ×
   * (requests in flight + 1).
   */
  public double costNanos(long now, Estimation estimation) {
    return (latencyNanos(now, estimation) + failureNanos(now, estimation)) * (inFlight() + 1);
  }

  /**
   * What failures are expected to cost one more request: F·max(0, 0.95/max(s, 0.02) − 1),
   * nanoseconds.
   */
  public double failureNanos(long now, Estimation estimation) {
    double ratio = Math.max(successRatio(now, estimation), LEAST_SUCCESS);
    return estimation.failurePenaltyNanos() * Math.max(0, TOLERATED_SUCCESS / ratio - 1);
  }

  /** What the endpoint says of its own load. */
  public ReportedLoad reportedLoad() {
    return reportedLoad;
  }

  public boolean gated(long now) {
    return gatedUntil > now;
  }

  public boolean reachable() {
    return reachability.reachable();
  }

  /** When an unreachable endpoint's next trial is due; {@link Long#MAX_VALUE} if there is none. */
  public long trialAt() {
    return reachability.trialAt();
  }

  /** Takes the trial of an unreachable endpoint if it is due: true for one caller only. */
  public boolean takeTrial(long now) {
    return reachability.takeTrial(now);
  }

  public long picks() {
    return started;
  }

  public long failed() {
    return failed.sum();
  }
}
