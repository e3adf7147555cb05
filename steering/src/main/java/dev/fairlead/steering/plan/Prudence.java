package dev.fairlead.steering.plan;

import dev.fairlead.steering.capacity.Capacity;
import dev.fairlead.steering.capacity.LatencyCurve;

/** What is planned with instead of what is believed: beliefs err, and plans make them err. */
final class Prudence {
  private static final double DEVIATIONS = 1;
  private static final double LEAST_CAPACITY = 0.5;
  // Times what was served well: the highest capacity that is thought possible; see unproven.
  private static final double MOST = 5;

  // See hoped. A queue of a dozen workers shows at 0.94 of what they can serve.
  private static final double JUST_BELOW = 0.97;
  // A tenth more within a minute: then chance does not explain what was served beyond the belief.
  private static final double PROBE_PER_SECOND = 0.002;
  private static final double UNPROVEN_HINT = 2;

  private Prudence() {}

  /**
   * Capacity in rps less one deviation, at least half of it; infinite where unknown.
   *
   * <p>What it serves now without being over its capacity is proved, and no doubt takes from that:
   * else each plan would take a deviation off what the plan before left.
   *
   * @param served rps that ended well, of all sources
   */
  static double capacity(Capacity capacity, double served) {
    if (!capacity.limits() || !capacity.rps().isKnown()) {
      return Double.POSITIVE_INFINITY;
    }
    double value = capacity.rps().value();
    double sure = value - DEVIATIONS * capacity.rps().deviation();
    double proved = served > 0 && !capacity.over() ? Math.min(value, served) : 0;
    return Math.max(proved, Math.max(LEAST_CAPACITY * value, sure));
  }

  /**
   * Capacity in rps that is planned with where requests would be turned away otherwise: at least
   * the careful one, and infinite where unknown.
   *
   * <p>Requests that are turned away for doubt are lost for certain, and what nobody sends nobody
   * measures: a low estimate would come true. So doubt takes nothing from it. While requests pile
   * up it is the careful one, so that they can drain; else just below what is believed, where
   * latency shows that it is full without a queue that grows; and a little more with each second in
   * which nothing showed that, until it does, or until so much is served that the estimate is
   * refuted. Of a destination that was never full only the operator's word is known, and no request
   * is turned away for that before twice as many would come.
   *
   * @param served as for {@link #capacity}
   */
  static double hoped(Capacity capacity, double served) {
    double careful = capacity(capacity, served);
    double value = capacity.rps().value();
    if (careful == Double.POSITIVE_INFINITY || capacity.over()) {
      return careful;
    }
    if (capacity.bound() == Capacity.Bound.HINTED) {
      return UNPROVEN_HINT * value;
    }
    double age = Math.max(0, capacity.rps().ageNanos() / 1e9);
    return Math.max(careful, value * (JUST_BELOW + PROBE_PER_SECOND * age));
  }

  /**
   * The curve of a destination that was never full. Nobody knows where it will be: the capacity c
   * is taken to be anything from what it served well to five times as much, more likely the higher,
   * and the latency beyond is what is to be expected of the queue that would grow until the next
   * plan, T later:
   *
   * <pre>T/2 · E[(x/c − 1)⁺] = T/2 · (x² − 2·x·ln x − 1) / 16,   x = load/served, 1 ≤ x ≤ 5</pre>
   *
   * <p>So load comes to it in steps, and rather to several than to one; but it comes. What was seen
   * is therefore at least {@code least}, or one that only ever got a trickle would get no more.
   *
   * @param least in rps
   */
  static LatencyCurve unproven(LatencyCurve curve, Capacity capacity, double least) {
    if (capacity.limits()) {
      return curve;
    }
    double seen = capacity.rps().isKnown() ? capacity.rps().value() : 0;
    double proven = Math.max(seen, least);
    if (!(proven > 0)) {
      return curve;
    }
    return rps ->
        curve.nanos(seen > 0 ? Math.min(rps, seen) : rps)
            + LatencyCurve.PLAN_SECONDS * 1e9 / 2 * excess(rps / proven);
  }

  /** The expected part of {@code x} that is too much, for a capacity in [1, MOST]. */
  private static double excess(double x) {
    if (!(x > 1)) {
      return 0;
    }
    double c = Math.min(x, MOST);
    double square = (MOST - 1) * (MOST - 1);
    double most = (c * c - 2 * c * StrictMath.log(c) - 1) / square;
    // Beyond, it is too much for any.
    return most + (x - c) * 2 * (MOST - 1 - StrictMath.log(MOST)) / square;
  }

  /**
   * A curve by which each load that is as large as the present one adds {@code hedge} times the
   * idle latency.
   *
   * @param scale the present load in rps
   */
  static LatencyCurve hedged(LatencyCurve curve, double idleNanos, double scale, double hedge) {
    if (!(scale > 0)) {
      return curve;
    }
    double slope = hedge * idleNanos / scale;
    return rps -> curve.nanos(rps) + slope * rps;
  }

  /**
   * A curve with the mean wait over a period behind requests that have piled up: with fewer than it
   * serves the pile shrinks, to nothing if the period is long enough; with more it grows.
   *
   * @param waiting requests that have piled up
   * @param serves requests per second, above 0
   * @param seconds the period's length
   */
  static LatencyCurve piled(LatencyCurve curve, double waiting, double serves, double seconds) {
    return rps -> {
      double spare = serves - rps;
      boolean drains = spare * seconds > waiting;
      double mean =
          drains ? waiting * waiting / (2 * spare * seconds) : waiting - spare * seconds / 2;
      return curve.nanos(rps) + mean / serves * 1e9;
    };
  }
}
