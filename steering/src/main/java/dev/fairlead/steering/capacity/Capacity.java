package dev.fairlead.steering.capacity;

import dev.fairlead.steering.demand.Estimate;
import java.util.Optional;

/**
 * What one destination can serve, from all sources together.
 *
 * @param bound how to read {@code rps}
 * @param rps requests per second
 * @param curve latency over load; empty where no latency was ever measured
 * @param over more arrives than it serves, or it does not answer as it used to: traffic may leave
 *     at once
 * @param crowded over, and perhaps because of its load: nothing shows yet that it got slow
 * @param why where the number comes from, for a person
 */
public record Capacity(
    Bound bound,
    Estimate rps,
    Optional<LatencyCurve> curve,
    boolean over,
    boolean crowded,
    String why) {
  public static final Capacity UNKNOWN =
      new Capacity(
          Bound.UNKNOWN, Estimate.UNKNOWN, Optional.empty(), false, false, "nothing was seen");

  /** What a capacity's number rests on. */
  public enum Bound {
    /** Nothing: neither without limit nor without any capacity. */
    UNKNOWN,
    /** It was seen to serve as much well, and never more: no constraint, but the curve rises. */
    AT_LEAST,
    /** It was seen to be full. */
    MEASURED,
    /** The operator says that its ready endpoints can serve as much; it was never full below. */
    HINTED
  }

  /** Whether load beyond {@code rps} is overload, as far as anybody can tell. */
  public boolean limits() {
    return bound == Bound.MEASURED || bound == Bound.HINTED;
  }
}
