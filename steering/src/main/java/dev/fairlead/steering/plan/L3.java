package dev.fairlead.steering.plan;

import dev.fairlead.steering.capacity.Lateness;
import dev.fairlead.steering.capacity.Saturation;
import dev.fairlead.steering.demand.Ewma;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Sample;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * L3 as its paper intends, with our rules for what the paper leaves open:
 *
 * <ul>
 *   <li>The load whose relative change drives rate control is that of all destinations together,
 *       against its EWMA before the sample; no requests at all change nothing.
 *   <li>Unknown is not slow and not idle: a destination without latency yet has the mean weight of
 *       the known ones; where none is known all are equal. So the first plan is even.
 *   <li>A destination without samples in a period keeps its averages for 30 s; then they are
 *       unknown. So that it is sampled at all, each usable destination gets a share for exploration
 *       of 1 rps, at most 1 %.
 *   <li>Numbers older than 15 s are stale: the averages stay, and change control freezes the share.
 *   <li>Bad numbers (not finite, negative, absurd, P99 &lt; P50) are counted and dropped one by
 *       one.
 *   <li>A destination over its capacity ({@link Saturation}) is weighed by what is now: its
 *       averages take each sample whole, since they are of a time that is over, and with τ of 5 s
 *       the queue grows longer than the averages. Its answered requests are the lucky ones, so its
 *       mean latency is at least its usual P50 times the growth of its residence time. The averages
 *       also start anew with the period in which it recovers. One that is late like all others is
 *       not over its capacity.
 * </ul>
 */
final class L3 implements SourcePolicy<L3.Memory> {
  private static final double EXPLORATION_RPS = 1;
  private static final double EXPLORATION_SHARE = 0.01;
  // Six latency time constants: nothing of the sample is left in what could have been learned.
  private static final double FORGET_NANOS = 30e9;

  /**
   * What L3 remembers.
   *
   * @param load EWMA of requests started per second over all destinations
   */
  record Memory(Map<String, Signals> destinations, Ewma load) {
    Memory {
      destinations = Map.copyOf(destinations);
    }

    Signals of(String destination) {
      return destinations.getOrDefault(destination, Signals.UNKNOWN);
    }
  }

  /** One destination's averages. */
  record Signals(Ewma p50, Ewma p99, Ewma success, Ewma inFlight, Ewma rps, Saturation saturation) {
    static final Signals UNKNOWN =
        new Signals(
            Ewma.UNKNOWN,
            Ewma.UNKNOWN,
            Ewma.UNKNOWN,
            Ewma.UNKNOWN,
            Ewma.UNKNOWN,
            Saturation.UNKNOWN);

    Signals with(Sample sample, long now, boolean allAreLate) {
      Saturation judged = saturation;
      if (sample.counted()) {
        judged =
            saturation.after(
                now,
                sample.inFlight(),
                0,
                sample.startedRps(),
                sample.endedRps(),
                sample.p50Nanos(),
                allAreLate);
      }
      boolean whole = judged.flagged() || saturation.flagged();
      return new Signals(
          fold(p50, sample.p50Nanos(), now, L3Formula.LATENCY_TAU_NANOS, whole),
          fold(p99, sample.p99Nanos(), now, L3Formula.LATENCY_TAU_NANOS, whole),
          fold(success, sample.success(), now, L3Formula.SUCCESS_TAU_NANOS, whole),
          fold(inFlight, sample.inFlight(), now, L3Formula.IN_FLIGHT_TAU_NANOS, whole),
          fold(rps, sample.startedRps(), now, L3Formula.RPS_TAU_NANOS, whole),
          judged);
    }

    Signals looked(Sample sample, long now, boolean allAreLate) {
      return sample.counted()
          ? new Signals(
              p50,
              p99,
              success,
              inFlight,
              rps,
              saturation.looked(now, sample.inFlight(), 0, sample.startedRps(), allAreLate))
          : this;
    }

    private static Ewma fold(Ewma average, double sample, long now, double tau, boolean whole) {
      boolean old = average.isKnown() && (double) (now - average.nanos()) > FORGET_NANOS;
      Ewma base = old ? Ewma.UNKNOWN : average;
      if (Double.isNaN(sample)) {
        return base;
      }
      return whole ? new Ewma(sample, now) : base.with(sample, now, tau);
    }

    /** The formula's weight; NaN where no latency is known. */
    double weight() {
      return p50.isKnown()
          ? L3Formula.weight(meanNanos(), orElse(success, 1), orElse(inFlight, 0), orElse(rps, 0))
          : Double.NaN;
    }

    private double meanNanos() {
      double mean = L3Formula.mean(p50.value(), p99.value());
      double queued = saturation.usualP50Nanos() * saturation.growth();
      return saturation.flagged() && queued > mean ? queued : mean;
    }

    private static double orElse(Ewma average, double value) {
      return average.isKnown() ? average.value() : value;
    }

    String terms() {
      String terms =
          "P50 "
              + Describe.millis(p50.value())
              + ", P99 "
              + Describe.millis(p99.value())
              + ", success "
              + Describe.percent(orElse(success, 1))
              + ", in flight/rps "
              + Describe.number(orElse(inFlight, 0))
              + "/"
              + Describe.number(orElse(rps, 0));
      return saturation.flagged()
          ? terms
              + "; over its capacity: "
              + Describe.number(saturation.expectedInFlight(orElse(rps, 0)))
              + " in flight expected"
          : terms;
    }
  }

  @Override
  public String id() {
    return PolicyKind.L3.id();
  }

  @Override
  public Memory initial() {
    return new Memory(Map.of(), Ewma.UNKNOWN);
  }

  @Override
  public SourceDecision<Memory> decide(Observation observation, Memory state) {
    long now = observation.nanos();
    Map<String, Signals> destinations = new HashMap<>();
    Map<String, String> rows = new LinkedHashMap<>();
    Map<String, Double> weights = new LinkedHashMap<>();
    Map<String, Double> overCapacity = new HashMap<>();
    Set<String> stale = new HashSet<>();
    Set<String> guessed = new HashSet<>();
    Map<String, Sample> samples = samples(observation);
    double load = Double.NaN;
    long bad = 0;
    for (Observation.Destination seen : observation.destinations()) {
      String name = seen.name();
      if (rows.containsKey(name)) {
        bad++;
        continue;
      }
      Signals signals = state.of(name);
      boolean old = seen.ageNanos() > Sample.STALE_NANOS;
      Sample sample = samples.get(name);
      if (sample != null) {
        bad += sample.bad();
        // Dated by when it was measured: told again it is no other sample.
        long measured = now - Math.max(0, seen.ageNanos());
        signals = signals.with(sample, measured, allAreLate(name, samples, state));
        if (!Double.isNaN(sample.startedRps())) {
          load = Double.isNaN(load) ? sample.startedRps() : load + sample.startedRps();
        }
      }
      destinations.put(name, signals);
      rows.put(name, seen.usable() ? "" : "no usable endpoint");
      if (!seen.usable()) {
        continue;
      }
      weights.put(name, signals.weight());
      rows.put(name, signals.p50().isKnown() ? signals.terms() : "no latency known: mean weight");
      if (!signals.p50().isKnown()) {
        guessed.add(name);
      }
      if (signals.saturation().flagged()) {
        overCapacity.put(name, 0.0);
      }
      if (old) {
        stale.add(name);
        rows.merge(
            name,
            seen.ageNanos() == Long.MAX_VALUE
                ? "; never measured"
                : "; numbers " + Describe.number(seen.ageNanos() / 1e9) + " s old: stale",
            String::concat);
      }
    }
    Map<String, Double> controlled = controlled(weights, change(load, state.load()));
    Map<String, Weighted> weighted = new LinkedHashMap<>();
    rows.forEach(
        (name, reason) ->
            weighted.put(name, new Weighted(controlled.getOrDefault(name, Double.NaN), reason)));
    Plan plan = Weighted.plan(observation.key(), weighted, exploration(load));
    Ewma nextLoad =
        Double.isNaN(load) ? state.load() : state.load().with(load, now, L3Formula.RPS_TAU_NANOS);
    return new SourceDecision<>(
        new Wanted(plan, overCapacity, stale, guessed, bad), new Memory(destinations, nextLoad));
  }

  @Override
  public Memory looked(Observation soFar, Memory state) {
    Map<String, Signals> destinations = new HashMap<>(state.destinations());
    Map<String, Sample> samples = samples(soFar);
    samples.forEach(
        (name, sample) -> {
          boolean allAreLate = allAreLate(name, samples, state);
          destinations.computeIfPresent(
              name, (same, signals) -> signals.looked(sample, soFar.nanos(), allAreLate));
        });
    return new Memory(destinations, state.load());
  }

  /** The numbers of usable destinations that are not stale; the first, where there are two. */
  private static Map<String, Sample> samples(Observation observation) {
    Map<String, Sample> samples = new HashMap<>();
    for (Observation.Destination seen : observation.destinations()) {
      if (seen.usable() && seen.ageNanos() <= Sample.STALE_NANOS) {
        samples.putIfAbsent(seen.name(), Sample.of(seen));
      }
    }
    return samples;
  }

  private static boolean allAreLate(String name, Map<String, Sample> samples, Memory state) {
    Map<String, Lateness.Look> looks = new LinkedHashMap<>();
    samples.forEach(
        (each, sample) ->
            looks.put(
                each,
                new Lateness.Look(
                    state.of(each).saturation(), sample.inFlight(), 0, sample.startedRps())));
    return Lateness.allAreLate(name, looks);
  }

  private static double exploration(double load) {
    return load > 0 ? Math.min(EXPLORATION_SHARE, EXPLORATION_RPS / load) : EXPLORATION_SHARE;
  }

  private static double change(double load, Ewma usual) {
    return load > 0 && usual.value() > 0 ? (load - usual.value()) / usual.value() : 0;
  }

  /** Weights after rate control; an unknown one is the mean of the known. */
  private static Map<String, Double> controlled(Map<String, Double> weights, double change) {
    double mean = mean(weights);
    Map<String, Double> controlled = new HashMap<>(weights);
    controlled.replaceAll(
        (name, weight) ->
            Double.isNaN(weight)
                ? weight
                : L3Formula.rateControl(weight, mean, change, L3Formula.EXPONENT));
    double meanControlled = mean(controlled);
    controlled.replaceAll((name, weight) -> Double.isNaN(weight) ? meanControlled : weight);
    return controlled;
  }

  private static double mean(Map<String, Double> weights) {
    return weights.values().stream()
        .mapToDouble(Double::doubleValue)
        .filter(weight -> !Double.isNaN(weight))
        .average()
        .orElse(L3Formula.LOWEST_WEIGHT);
  }
}
