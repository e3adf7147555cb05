package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.Ewma;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * L3 as its authors' repository has it, letter by letter, for honest comparison:
 *
 * <ul>
 *   <li>it sees the last 10 s, averaged over the periods in it weighted by their requests, since
 *       percentiles of several periods cannot be joined exactly; in flight is the last number;
 *   <li>averages start at priors: latency 5 s, in flight 100, success 1, rps 0;
 *   <li>a missing sample moves the value towards its prior by 0.1 s, 1, 0.01 a poll; a
 *       destination's missing rps is 0, the missing rps of all moves by 10;
 *   <li>the change of load is taken against its average <em>after</em> the sample, and is 0 if the
 *       last load is 0; below two backends there is no rate control; the exponent is 1;
 *   <li>weights are truncated to integers after the formula and after rate control; latencies are
 *       whole milliseconds.
 * </ul>
 *
 * <p>Its authors measured it beside what they call C3, another formula in the same place ({@link
 * Formula#C3}).
 *
 * <p>The one thing of ours: an unusable destination gets nothing, and what cannot be a measurement
 * is missing.
 */
final class L3Reference implements SourcePolicy<L3Reference.Memory> {
  private static final double WINDOW_NANOS = 10e9;
  // Bounds the memory when periods are shorter than half a second.
  private static final int LARGEST_WINDOW = 20;
  private static final double LATENCY_PRIOR_MILLIS = 5000;
  private static final double IN_FLIGHT_PRIOR = 100;
  private static final double SUCCESS_PRIOR = 1;
  private static final double LATENCY_DRIFT_MILLIS = 100;
  private static final double IN_FLIGHT_DRIFT = 1;
  private static final double SUCCESS_DRIFT = 0.01;
  private static final double LOAD_DRIFT = 10;

  record Memory(Map<String, Backend> backends, Ewma load) {
    Memory {
      backends = Map.copyOf(backends);
    }
  }

  /** A period's numbers and its end. */
  record Period(long nanos, Sample sample) {}

  /** One backend: its window, and its averages with latencies in milliseconds. */
  record Backend(List<Period> window, Ewma p50, Ewma p99, Ewma success, Ewma inFlight, Ewma rps) {
    Backend {
      window = List.copyOf(window);
    }

    static Backend initial(long now) {
      return new Backend(
          List.of(),
          new Ewma(LATENCY_PRIOR_MILLIS, now),
          new Ewma(LATENCY_PRIOR_MILLIS, now),
          new Ewma(SUCCESS_PRIOR, now),
          new Ewma(IN_FLIGHT_PRIOR, now),
          new Ewma(0, now));
    }

    Backend with(Sample sample, long now) {
      List<Period> seen = new ArrayList<>(window);
      seen.add(new Period(now, sample));
      seen.removeIf(period -> (double) (now - period.nanos()) >= WINDOW_NANOS);
      while (seen.size() > LARGEST_WINDOW) {
        seen.removeFirst();
      }
      double p50 = Math.floor(Window.mean(seen, Sample::p50Nanos) / 1e6);
      double p99 = Math.floor(Window.mean(seen, Sample::p99Nanos) / 1e6);
      double ended = Window.rps(seen);
      return new Backend(
          seen,
          fold(
              this.p50,
              p50,
              now,
              L3Formula.LATENCY_TAU_NANOS,
              LATENCY_PRIOR_MILLIS,
              LATENCY_DRIFT_MILLIS),
          fold(
              this.p99,
              p99,
              now,
              L3Formula.LATENCY_TAU_NANOS,
              LATENCY_PRIOR_MILLIS,
              LATENCY_DRIFT_MILLIS),
          fold(
              success,
              Window.mean(seen, Sample::success),
              now,
              L3Formula.SUCCESS_TAU_NANOS,
              SUCCESS_PRIOR,
              SUCCESS_DRIFT),
          fold(
              inFlight,
              sample.inFlight(),
              now,
              L3Formula.IN_FLIGHT_TAU_NANOS,
              IN_FLIGHT_PRIOR,
              IN_FLIGHT_DRIFT),
          rps.with(Double.isNaN(ended) ? 0 : ended, now, L3Formula.RPS_TAU_NANOS));
    }

    double weight(Formula formula) {
      double nanos = L3Formula.mean(p50.value(), p99.value()) * 1e6;
      return Math.floor(
          switch (formula) {
            case L3 -> L3Formula.weight(nanos, success.value(), inFlight.value(), rps.value());
            case C3 -> L3Formula.weightOfC3(nanos, inFlight.value(), rps.value());
          });
    }

    String terms() {
      return "P50 "
          + Describe.millis(p50.value() * 1e6)
          + ", P99 "
          + Describe.millis(p99.value() * 1e6)
          + ", success "
          + Describe.percent(success.value())
          + ", in flight/rps "
          + Describe.number(inFlight.value())
          + "/"
          + Describe.number(rps.value());
    }
  }

  /** What the last 10 s add up to. */
  private static final class Window {
    private interface Signal {
      double of(Sample sample);
    }

    /** Weighted by requests ended; NaN where no period has the signal. */
    static double mean(List<Period> window, Signal signal) {
      double sum = 0;
      double requests = 0;
      for (Period period : window) {
        double value = signal.of(period.sample());
        double ended = period.sample().endedRps();
        if (!Double.isNaN(value) && ended > 0) {
          sum += value * ended;
          requests += ended;
        }
      }
      return requests > 0 ? sum / requests : Double.NaN;
    }

    /** Requests ended per second; NaN where no period has it. */
    static double rps(List<Period> window) {
      return window.stream()
          .mapToDouble(period -> period.sample().endedRps())
          .filter(rps -> !Double.isNaN(rps))
          .average()
          .orElse(Double.NaN);
    }
  }

  /** What the repository makes a weight with. */
  enum Formula {
    L3,
    /** What it compares itself with, and calls C3: no share of the load makes up for latency. */
    C3
  }

  private final Formula formula;

  L3Reference(Formula formula) {
    this.formula = formula;
  }

  @Override
  public String id() {
    return switch (formula) {
      case L3 -> PolicyKind.L3_REFERENCE.id();
      case C3 -> PolicyKind.C3.id();
    };
  }

  @Override
  public Memory initial() {
    return new Memory(Map.of(), Ewma.UNKNOWN);
  }

  @Override
  public SourceDecision<Memory> decide(Observation observation, Memory state) {
    long now = observation.nanos();
    Map<String, Backend> backends = new HashMap<>();
    Map<String, Double> weights = new LinkedHashMap<>();
    Map<String, Weighted> weighted = new LinkedHashMap<>();
    double load = Double.NaN;
    long bad = 0;
    for (Observation.Destination seen : observation.destinations()) {
      String name = seen.name();
      if (backends.containsKey(name)) {
        bad++;
        continue;
      }
      Sample sample = Sample.of(seen);
      bad += sample.bad();
      Backend before = state.backends().get(name);
      Backend backend = (before == null ? Backend.initial(now) : before).with(sample, now);
      backends.put(name, backend);
      double rps = Window.rps(backend.window());
      if (!Double.isNaN(rps)) {
        load = Double.isNaN(load) ? rps : load + rps;
      }
      weighted.put(name, Weighted.unusable());
      if (seen.usable()) {
        weights.put(name, backend.weight(formula));
      }
    }
    Ewma before = state.load().isKnown() ? state.load() : new Ewma(0, now);
    Ewma after = fold(before, load, now, L3Formula.RPS_TAU_NANOS, 0, LOAD_DRIFT);
    double change = load > 0 && after.value() > 0 ? (load - after.value()) / after.value() : 0;
    double mean =
        weights.values().stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    weights.forEach(
        (name, weight) -> {
          double controlled =
              weights.size() < 2
                  ? weight
                  : Math.floor(
                      L3Formula.rateControl(
                          weight, mean, change, L3Formula.EXPONENT_OF_REPOSITORY));
          Backend backend = backends.get(name);
          weighted.put(name, new Weighted(controlled, backend == null ? "" : backend.terms()));
        });
    Plan plan = Weighted.plan(observation.key(), weighted, 0);
    return new SourceDecision<>(
        new Wanted(plan, Map.of(), Set.of(), Set.of(), bad), new Memory(backends, after));
  }

  private static Ewma fold(
      Ewma average, double sample, long now, double tau, double prior, double drift) {
    if (!Double.isNaN(sample)) {
      return average.with(sample, now, tau);
    }
    double way = prior - average.value();
    return new Ewma(average.value() + Math.clamp(way, -drift, drift), now);
  }
}
