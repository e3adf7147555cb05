package dev.fairlead.steering.capacity;

import dev.fairlead.steering.demand.Estimate;
import dev.fairlead.steering.demand.Sample;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one destination can serve, learned from what all sources together got from it. Immutable.
 *
 * <p>All is counted for each ready endpoint, so that an autoscaler or a rollout changes what is
 * believed at once, with more doubt.
 *
 * <p>A latency that rose has three readings, and which it is shows in where it rose:
 *
 * <ul>
 *   <li>at a load that was served faster before: the service got slower, by one factor at every
 *       load ({@link Pace}). The factor is found when the number of requests in flight has settled,
 *       in the second period as a rule, and so is its end.
 *   <li>at a load that was never seen: it is the load. {@link LoadProfile} learns the latency there
 *       and {@link QueueModel} says at which capacity it would be so.
 *   <li>requests pile up ({@link Congestion}): it is full, and what it serves meanwhile is its
 *       capacity.
 * </ul>
 *
 * <p>What was measured is believed for five minutes; then it is what it was seen to serve, and
 * there may be more. One that was never full has no known capacity: what it served well is a lower
 * bound, and its curve rises beyond as if the capacity were twice as much, so that load comes to it
 * in steps that double at most.
 *
 * <p>{@link Saturation} is the fast alarm beside it: it looks several times a period and needs no
 * second one, but it knows no number.
 *
 * @param known of an endpoint
 * @param served requests that an endpoint served per second in the last period
 * @param congestion of all endpoints together
 * @param full whether requests piled up in the last period
 * @param crowded whether it is over its capacity, and became so because of its load
 * @param inFlight at the destination, at the last period's end
 * @param nanos monotonic time of the last period's end; means nothing where there was none
 */
public record CapacityEstimator(
    Knowledge known,
    double served,
    Fleet fleet,
    Congestion congestion,
    Saturation alarm,
    boolean full,
    boolean crowded,
    double inFlight,
    long nanos) {
  public static final CapacityEstimator UNKNOWN =
      new CapacityEstimator(
          Knowledge.NONE,
          0,
          Fleet.UNKNOWN,
          Congestion.NONE,
          Saturation.UNKNOWN,
          false,
          false,
          Double.NaN,
          0);

  /** Load comes to what was never full in steps of this factor at most. */
  private static final double PRIOR = 2;

  /** Fewer replies say that it refuses, and refusals are fast. */
  public static final double GOOD = 0.9;

  /**
   * Of what it serves, so much is left to one that is over its capacity: then a queue drains, and
   * slowness stays.
   */
  public static final double CALM = 0.85;

  // What is in flight changes by chance, and is settled when it changes by less than a quarter.
  private static final double SETTLED = 0.25;
  private static final double SIGNIFICANT = 3;
  private static final double MUCH = 1.1;
  // So near to its capacity a queue may have formed by chance.
  private static final double NEARLY = 0.9;
  private static final double GONE = 2;
  // After a longer silence requests in flight tell nothing of what happened in between.
  private static final double LONGEST_SECONDS = 60;
  // How far off the operator's word may be, where nothing was seen.
  private static final double HINT_DEVIATION = 0.25;
  private static final double LEAST_HINT_DEVIATION = 0.05;
  private static final double UNSEEN_DEVIATION = 0.5;
  // Below one request in eleven days there is no load to draw a curve over.
  private static final double LEAST_RPS = 1e-6;
  private static final double HOUR_NANOS = 3600e9;
  // Shorter than any look at a period.
  private static final double LEAST_SECONDS = 0.01;

  /**
   * After a period.
   *
   * @param allAreLate those that call others too are late there as well: it is not this one
   */
  CapacityEstimator after(Served seen, boolean allAreLate) {
    boolean first = Double.isNaN(inFlight);
    double seconds = first ? 1 : (seen.nanos() - nanos) / 1e9;
    if (!(seconds >= LEAST_SECONDS)) {
      // The same told again, for the most part.
      return this;
    }
    Fleet nextFleet = fleet.after(seen, seconds);
    if (!seen.counted()) {
      return new CapacityEstimator(
          known, served, nextFleet, congestion, alarm, full, crowded, inFlight, nanos);
    }
    long now = seen.nanos();
    double endpoints = nextFleet.endpoints();
    double success = Double.isNaN(seen.success()) ? 1 : seen.success();
    double good = seen.endedRps() * success;
    boolean steady = !first && seconds <= LONGEST_SECONDS && endpoints == fleet.endpoints();
    Congestion piles =
        (steady ? congestion : Congestion.NONE)
            .with(new Congestion.Period(seconds, seen.there(), seen.startedRps(), good));
    double chance = StrictMath.sqrt(good * seconds + 1) / seconds / endpoints;
    Knowledge next = known.adopted(now).served(good / endpoints, chance, now);
    Saturation judged =
        alarm.after(
            now,
            seen.inFlight(),
            seen.travelling(),
            seen.startedRps(),
            seen.endedRps(),
            seen.p50Nanos(),
            allAreLate);
    boolean queues = full || alarm.flagged() || judged.flagged();
    boolean settled =
        steady
            && success >= GOOD
            && isSettled(seen, seconds)
            && (!queues || stays(seen, good, seconds));
    boolean refuses = success < GOOD && isBeyond(next, seen.startedRps() / endpoints);
    Measured capacity = allAreLate ? Measured.UNKNOWN : piled(piles, next, seen);
    if (!capacity.isKnown() && steady && !settled && next.pace().isNormal() && isBusy(seen, next)) {
      capacity = new Measured(good, StrictMath.sqrt(good * seconds + 1) / seconds, now);
    }
    if (capacity.isKnown()) {
      next = next.full(capacity.times(1 / endpoints));
    } else if (settled) {
      next = settled(next, seen, seconds, endpoints);
    } else if (refuses) {
      next = next.full(refused(next, good / endpoints, now));
    }
    boolean isFull = capacity.isKnown() || refuses;
    boolean over = isFull || judged.flagged();
    boolean news = !full && !alarm.flagged();
    return new CapacityEstimator(
        next,
        good / endpoints,
        nextFleet,
        piles,
        judged,
        isFull,
        over && (isFull || news || (crowded && (!settled || isMuch(seen)))),
        seen.there(),
        now);
  }

  /** What was served while requests piled up; unknown where they did not. */
  private Measured piled(Congestion piles, Knowledge known, Served seen) {
    double base = known.baseNanos(seen.nanos());
    return isLate(seen, base) && base > 0
        ? piles.full(base / 1e9, full, seen.nanos())
        : Measured.UNKNOWN;
  }

  /**
   * Whether requests may have waited, which must show in the time until the first byte: long bodies
   * are in flight too, and so is load that has just come.
   */
  private static boolean isLate(Served seen, double baseNanos) {
    return !(seen.meanNanos() < Pace.NOTICEABLE * baseNanos);
  }

  /**
   * Whether what is in flight stays, though a queue that gets what it should would have drained by
   * more than chance moves it.
   */
  private boolean stays(Served seen, double good, double seconds) {
    double drained = (1 - CALM) * good * seconds;
    double chance = StrictMath.sqrt(2 * (Math.max(inFlight, seen.there()) + seen.travelling()) + 1);
    return drained >= 2 * chance && Math.abs(seen.there() - inFlight) < drained / 2;
  }

  /** Whether requests waited all the time: at its begin they did, and in its end they do. */
  private boolean isBusy(Served seen, Knowledge known) {
    return crowded
        && isLate(seen, known.baseNanos(seen.nanos()))
        && alarm.isOver(inFlight, 0, seen.startedRps())
        && alarm.isOver(seen.inFlight(), seen.travelling(), seen.startedRps());
  }

  /**
   * Whether about as much arrives as it was believed to serve, or more: then it may be the load. If
   * it is not, what is in flight settles as soon as less arrives, and that tells.
   */
  private boolean isMuch(Served seen) {
    return seen.startedRps() > NEARLY * believed(seen.nanos(), false).rps().value();
  }

  /** What endpoints like this one's would serve well, so many of them; 0 where nobody counted. */
  double servedBy(double endpoints) {
    return fleet.ready() > 0 ? known.profile().top() * endpoints : 0;
  }

  /** Ready endpoints; 0 where nobody counted. */
  double ready() {
    return fleet.ready();
  }

  /** After a look within a period: only whether it is suspected may have changed. */
  CapacityEstimator looked(Served soFar, boolean allAreLate) {
    return soFar.counted() && (soFar.nanos() - nanos) / 1e9 >= LEAST_SECONDS
        ? new CapacityEstimator(
            known,
            served,
            fleet,
            congestion,
            alarm.looked(
                soFar.nanos(),
                soFar.inFlight(),
                soFar.travelling(),
                soFar.startedRps(),
                allAreLate),
            full,
            crowded,
            inFlight,
            nanos)
        : this;
  }

  /**
   * Whether as much ended as started, but for chance, and those that were answered did not wait in
   * a queue that is gone: by Little's law as many would still be in flight.
   */
  private boolean isSettled(Served seen, double seconds) {
    double larger = Math.max(inFlight, seen.there());
    double change = Math.abs(seen.there() - inFlight);
    double left = Math.abs(seen.startedRps() - seen.endedRps()) * seconds;
    double littles = seen.startedRps() * seen.meanNanos() / 1e9;
    boolean gone = littles > GONE * larger + SIGNIFICANT * StrictMath.sqrt(larger + 1);
    double chance = StrictMath.sqrt(2 * (larger + seen.travelling()) + 1);
    double most = Math.max(SETTLED * larger, 4 * chance);
    return !gone && left <= most && change <= most;
  }

  private static Knowledge settled(Knowledge known, Served seen, double seconds, double endpoints) {
    double load = seen.startedRps() / endpoints;
    double requests = seen.timedRps() * seconds;
    if (!(load > 0 && requests >= 1 && seen.meanNanos() > 0)) {
      return known;
    }
    double variance = seen.squaredVariation() * seen.meanNanos() * seen.meanNanos();
    return known.settled(
        new Knowledge.Settled(load, seen.meanNanos(), variance, requests, seconds, seen.nanos()));
  }

  /** One that refuses at a load that it was never seen to serve is full; else it is just broken. */
  private static boolean isBeyond(Knowledge known, double load) {
    double top = known.profile().top();
    return top > 0 && load > MUCH * top;
  }

  private static Measured refused(Knowledge known, double served, long now) {
    return new Measured(Math.max(served, known.profile().top()), 0.1 * served, now);
  }

  /** What can be said now. */
  public Capacity capacity(long now) {
    boolean stale = Double.isNaN(inFlight) || now - nanos > Sample.STALE_NANOS;
    boolean over = !stale && (full || alarm.flagged());
    Believed believed = believed(now, stale);
    return new Capacity(
        believed.bound, believed.rps, curve(believed, now), over, over && crowded, believed.why);
  }

  private record Believed(Capacity.Bound bound, Estimate rps, String why) {}

  private Believed believed(long now, boolean stale) {
    Believed seen = seen(now, stale);
    double hinted = fleet.hintedRps();
    if (Double.isNaN(hinted)) {
      return seen;
    }
    double value = seen.rps().value();
    boolean full = seen.bound() == Capacity.Bound.MEASURED;
    if (full && value <= hinted) {
      return seen;
    }
    // The nearer it came to it unharmed, the surer.
    double unseen = Double.isNaN(value) ? hinted : Math.max(0, hinted - value) / 2;
    double deviation = Math.clamp(unseen, LEAST_HINT_DEVIATION * hinted, HINT_DEVIATION * hinted);
    long age = Double.isNaN(value) ? 0 : seen.rps().ageNanos();
    String why =
        "its ready endpoints can serve "
            + number(hinted)
            + " rps, as it is configured; "
            + seen.why();
    return new Believed(Capacity.Bound.HINTED, new Estimate(hinted, deviation, age), why);
  }

  private Believed seen(long now, boolean stale) {
    double endpoints = fleet.endpoints();
    double slower = Math.max(1, known.pace().factor());
    double floor = stale ? 0 : served;
    boolean direct = known.current().isFresh(now);
    Measured full = direct ? known.current() : known.normal().times(1 / slower);
    if (full.isFresh(now)) {
      double value = (direct ? full.rps() : Math.max(floor, full.rps())) * endpoints;
      double doubt = fleet.doubt() + (direct || known.pace().isNormal() ? 0 : 0.2);
      double deviation = StrictMath.hypot(full.deviation(now) * endpoints, doubt * value);
      return new Believed(
          Capacity.Bound.MEASURED,
          new Estimate(value, deviation, Math.max(0, now - full.nanos())),
          "full at " + number(value) + " rps " + ago(now - full.nanos()) + slow());
    }
    double once = full.isKnown() ? full.rps() : 0;
    double top = Math.max(Math.max(known.profile().top() / slower, once), floor);
    if (!(top > 0)) {
      return new Believed(Capacity.Bound.UNKNOWN, Estimate.UNKNOWN, "nothing was seen");
    }
    long age = Math.max(0, now - (floor >= top ? nanos : known.profile().seenNanos()));
    double value = top * endpoints;
    double doubt = UNSEEN_DEVIATION + fleet.doubt() + age / HOUR_NANOS;
    return new Believed(
        Capacity.Bound.AT_LEAST,
        new Estimate(value, value * doubt, age),
        "served " + number(value) + " rps and was not full" + slow());
  }

  private Optional<LatencyCurve> curve(Believed believed, long now) {
    if (known.profile().isEmpty() || !(believed.rps().value() >= LEAST_RPS)) {
      return Optional.empty();
    }
    boolean limited = believed.bound() != Capacity.Bound.AT_LEAST;
    double capacity = believed.rps().value() * (limited ? 1 : PRIOR);
    List<LoadProfile.Level> levels =
        known.profile().scaled(fleet.endpoints(), known.pace().factor()).levels(now);
    return Optional.of(FittedCurve.of(levels, capacity, known.profile().squaredVariation()));
  }

  private String slow() {
    return known.pace().isNormal()
        ? ""
        : String.format(Locale.ROOT, "; %.1f times as slow as usual", known.pace().factor());
  }

  private static String number(double rps) {
    return String.format(Locale.ROOT, rps < 10 ? "%.1f" : "%.0f", rps);
  }

  private static String ago(long nanos) {
    return String.format(Locale.ROOT, "%.0f s ago", Math.max(0, nanos) / 1e9);
  }
}
