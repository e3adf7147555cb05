package dev.fairlead.steering.capacity;

import java.util.List;

/**
 * What is known of one endpoint of a destination: how long it takes at which load, how slow it is
 * now, and how much it can serve. Immutable.
 *
 * @param profile latencies over load, as they are when nothing is slow
 * @param normal capacity when nothing is slow
 * @param current capacity as it was measured since the pace last changed
 */
record Knowledge(LoadProfile profile, Pace pace, Measured normal, Measured current) {
  static final Knowledge NONE =
      new Knowledge(LoadProfile.EMPTY, Pace.NORMAL, Measured.UNKNOWN, Measured.UNKNOWN);

  /** Latency that is so many times the uncongested one is the knee. */
  private static final double KNEE = 2;

  // Between two samples of the same: chance, and what no profile resolves.
  private static final double SIGNIFICANT = 3;
  private static final double CORRELATION = 2;
  private static final double FLOOR = 0.05;
  private static final double NOTICEABLE = Pace.NOTICEABLE - 1;

  // A load is a new one when it is higher by more than this, and than chance.
  private static final double HIGHER = 1.05;
  // Where the profile ends latency may bend; but what it does at once is not the load's doing.
  private static final double NEAR_TOP = 0.9;
  private static final double MOST_BY_LOAD = 3;
  // A capacity that is lower by more is another one, not noise.
  private static final double CONTRADICTS = 0.7;
  // In deviations: there are thousands of periods in an hour.
  private static final double REFUTES = 4;
  // What the queue model may err by, of the idle part that it infers.
  private static final double MODEL_ERROR = 0.3;

  /**
   * A period in which as much was answered as was sent.
   *
   * @param load requests per second of an endpoint, above 0
   * @param nanos mean latency
   * @param variance of one request's latency
   * @param requests answered, of all endpoints
   */
  record Settled(
      double load, double nanos, double variance, double requests, double seconds, long now) {
    LoadProfile.Bucket bucket(double pace) {
      return new LoadProfile.Bucket(load, nanos / pace, variance / (pace * pace), requests, now);
    }

    /** How far a latency may be from an expected one without meaning anything. */
    double tolerance(double expected, double base) {
      double relative = variance / (nanos * nanos);
      double chance = CORRELATION * relative * square(expected) / Math.max(requests, 1);
      // Where requests queue, a period's mean varies by as much as they wait.
      double error = StrictMath.sqrt(chance + square(FLOOR * expected) + square(expected - base));
      return Math.max(NOTICEABLE * expected, SIGNIFICANT * error);
    }

    /** Whether chance alone would hardly take a load of {@code top} so high. */
    boolean isHigherThan(double top) {
      double perEndpoint = load / Math.max(requests, 1);
      double deviation = perEndpoint * StrictMath.sqrt(requests);
      return load > HIGHER * top + 2 * deviation;
    }
  }

  Knowledge settled(Settled seen) {
    if (profile.isEmpty()) {
      return learned(seen);
    }
    double base = baseNanos(seen.now());
    double expected = latencyNanos(seen.load(), seen.now());
    double tolerance = seen.tolerance(expected, base);
    if (seen.nanos() < base - seen.tolerance(base, base)) {
      double factor = seen.nanos() / (base / pace.factor());
      // What is faster than ever before is the normal, and what was learned was not.
      return factor < 1 / Pace.NOTICEABLE
          ? withProfile(profile.scaled(1, factor)).paced(1, seen.now())
          : paced(factor, seen.now());
    }
    if (seen.nanos() < expected - tolerance) {
      // It is not the load then: lower ones cannot be slower.
      return withProfile(profile.dominated(HIGHER * seen.load(), seen.nanos() / pace.factor()))
          .learned(seen);
    }
    if (seen.nanos() <= expected + tolerance) {
      return repaced(seen, expected).learned(seen);
    }
    boolean load =
        seen.isHigherThan(profile.top())
            || (seen.load() > NEAR_TOP * profile.top() && seen.nanos() < MOST_BY_LOAD * expected);
    return load ? learned(seen) : paced(pace.factor() * seen.nanos() / expected, seen.now());
  }

  /** It served only so much while requests piled up. */
  Knowledge full(Measured measured) {
    long now = measured.nanos();
    Pace calm = pace.reverted(now);
    double slower = expected(calm, now) / measured.rps();
    if (slower > 1 / CONTRADICTS || (slower < CONTRADICTS && !calm.isNormal())) {
      // As if all took longer by as much; latency will tell when the queue is gone.
      return new Knowledge(profile, calm.assumed(slower, now), normal, measured);
    }
    // While nothing is slow the normal is what is measured, though a pace that came and went may
    // have taken the current: a short look does not outweigh it.
    Measured next = (calm.isNormal() ? normal : current).with(measured);
    return new Knowledge(profile, calm, calm.isNormal() ? next : normal, next);
  }

  /** The capacity that is believed, or else the load that was served. */
  private double expected(Pace calm, long now) {
    if (current.isFresh(now)) {
      return current.rps();
    }
    return (normal.isKnown() ? normal.rps() : profile.top()) / Math.max(1, calm.factor());
  }

  /** It served so much, give or take: no capacity is lower. */
  Knowledge served(double rps, double deviation, long now) {
    boolean current = isRefuted(this.current, rps, deviation, now);
    boolean normal = isRefuted(this.normal, rps, deviation, now);
    return current || normal
        ? new Knowledge(
            profile,
            pace,
            normal ? Measured.UNKNOWN : this.normal,
            current ? Measured.UNKNOWN : this.current)
        : this;
  }

  private static boolean isRefuted(Measured full, double rps, double deviation, long now) {
    return full.isKnown()
        && rps > full.rps() + REFUTES * StrictMath.hypot(full.deviation(now), deviation);
  }

  /** What lasts becomes the normal, with no more capacity than either had. */
  Knowledge adopted(long now) {
    if (!pace.isNewNormal(now)) {
      return this;
    }
    double slower = Math.max(1, pace.factor());
    return new Knowledge(
        profile.scaled(1 / slower, pace.factor()),
        Pace.NORMAL,
        current.isKnown() ? current : normal.times(1 / slower),
        current);
  }

  /** Latency without congestion, as it is now. */
  double baseNanos(long now) {
    return profile.isEmpty() ? Double.NaN : profile.levels(now).getFirst().nanos() * pace.factor();
  }

  /** Latency at a load, as it is now: that of the highest load not above it that was seen. */
  double latencyNanos(double load, long now) {
    List<LoadProfile.Level> levels = profile.levels(now);
    double nanos = levels.getFirst().nanos();
    for (LoadProfile.Level level : levels) {
      nanos = level.lowest() <= load ? level.nanos() : nanos;
    }
    return nanos * pace.factor();
  }

  private Knowledge withProfile(LoadProfile next) {
    return new Knowledge(next, pace, normal, current);
  }

  /** Another pace than before: what was measured since the last change means nothing now. */
  private Knowledge paced(double factor, long now) {
    Pace next = pace.changed(factor, now);
    if (!pace.assumed()) {
      return new Knowledge(profile, next, normal, Measured.UNKNOWN);
    }
    // What was assumed from the capacity is seen at last. If latency is normal and the capacity is
    // not refuted, that alone is another one, for good.
    return next.isNormal() && current.isKnown()
        ? new Knowledge(profile.below(HIGHER * current.rps()), next, current, current)
        : new Knowledge(profile, next, normal, current);
  }

  private Knowledge repaced(Settled seen, double expected) {
    double factor = pace.factor() * seen.nanos() / expected;
    Pace next = pace.with(factor, seen.seconds());
    return next.isNormal() && !pace.isNormal()
        ? paced(1, seen.now())
        : new Knowledge(profile, next, normal, current);
  }

  /** The profile learns when nothing is slow; and where it bends, the capacity shows. */
  private Knowledge learned(Settled seen) {
    if (!pace.isNormal()) {
      return this;
    }
    LoadProfile next = profile.with(seen.bucket(1), seen.seconds());
    Measured knee = knee(next, seen);
    return knee.isKnown()
        ? new Knowledge(next, pace, normal.with(knee), current.with(knee))
        : withProfile(next);
  }

  private static Measured knee(LoadProfile profile, Settled seen) {
    List<LoadProfile.Level> levels = profile.levels(seen.now());
    LoadProfile.Level first = levels.getFirst();
    LoadProfile.Level last = levels.getLast();
    double growth = last.nanos() / first.nanos();
    if (growth < KNEE || seen.load() < last.lowest() / HIGHER) {
      return Measured.UNKNOWN;
    }
    double variation = profile.squaredVariation();
    double capacity = QueueModel.capacity(seen.load(), growth, first.nanos(), variation);
    // A latency that rises gently, long before, has no such knee: it is as the profile says.
    LoadProfile.Level before = levels.get(levels.size() - 2);
    double modelled =
        QueueModel.growth(
            before.highest() / capacity, QueueModel.servers(capacity, first.nanos()), variation);
    if (before.nanos() / first.nanos() - 1 > 2 * (modelled - 1) + NOTICEABLE) {
      return Measured.UNKNOWN;
    }
    double error =
        MODEL_ERROR * (capacity - seen.load())
            + last.error() / last.nanos() * (capacity - seen.load());
    // The load that came in a short time may be far from the one that latency is due to.
    double chance = seen.load() / StrictMath.sqrt(Math.max(seen.requests(), 1));
    return new Measured(capacity, StrictMath.hypot(error, chance), seen.now());
  }

  private static double square(double x) {
    return x * x;
  }
}
