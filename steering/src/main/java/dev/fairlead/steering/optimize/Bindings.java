package dev.fairlead.steering.optimize;

import dev.fairlead.steering.transport.FlowSolution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Finds the limits that bind in an optimal flow and says so in words. */
final class Bindings {
  /** More than a person reads. */
  private static final int MOST = 32;

  private final Model model;
  private final FlowSolution solution;
  private final List<ShadowPrice> prices;
  private final double[] shed;
  private final long[] entry;
  private final List<Binding> found = new ArrayList<>();

  Bindings(Model model, FlowSolution solution, List<ShadowPrice> prices, double[] shed) {
    this.model = model;
    this.solution = solution;
    this.prices = prices;
    this.shed = shed;
    entry = new long[model.destinations()];
    for (int t = 0; t < entry.length; t++) {
      entry[t] = entry(t);
    }
  }

  /**
   * The potential of a destination. That of one without any flow is arbitrary: then what its first
   * unit would cost.
   */
  private long entry(int t) {
    int sources = model.sources();
    return model.load(solution, t) > 0
        ? solution.potential(sources + t)
        : solution.potential(sources + entry.length) - model.firstCost(solution, t);
  }

  /** What turns traffic away first, then by what it costs. */
  List<Binding> all() {
    for (int s = 0; s < model.sources(); s++) {
      if (model.permits.open(s) == 0) {
        infeasible(s);
      } else if (shed[s] > 0) {
        turnedAway(s);
      }
    }
    for (int t = 0; t < model.destinations(); t++) {
      full(t);
      for (int s = 0; s < model.sources(); s++) {
        way(s, t);
      }
    }
    double rate = model.valuation.dollarsPerRequestSecond();
    found.sort(
        Comparator.comparingInt(
                (Binding binding) -> binding.kind().compareTo(Binding.Kind.CAPACITY) < 0 ? 0 : 1)
            .thenComparingDouble(binding -> -binding.saving().size(rate)));
    return found.subList(0, Math.min(MOST, found.size()));
  }

  private Situation.Source source(int s) {
    return model.situation.sources().get(s);
  }

  private String name(int t) {
    return model.situation.destinations().get(t).name();
  }

  private void add(Binding.Kind kind, int s, int t, Saving saving, String words) {
    String destination = t < 0 ? "" : name(t);
    found.add(new Binding(kind, s < 0 ? "" : source(s).words(), destination, saving, words));
  }

  private void infeasible(int s) {
    StringJoiner reasons = new StringJoiner(", ");
    for (int t = 0; t < model.destinations(); t++) {
      String why =
          switch (model.permits.of(s, t)) {
            case OPEN -> "open";
            case UNUSABLE -> "has no usable endpoint";
            case FORBIDDEN -> "is forbidden by residency";
            case TOO_FAR, CROWDED_OUT -> "is above the latency ceiling of " + ceiling();
          };
      reasons.add(name(t) + " " + why);
    }
    String all = reasons.length() == 0 ? "there is none" : reasons.toString();
    add(
        Binding.Kind.INFEASIBLE,
        s,
        -1,
        Saving.NONE,
        source(s).words() + " has no destination that it may use: " + all);
  }

  private void turnedAway(int s) {
    String words =
        "%s: %s of %s rps are more than its destinations have capacity for"
            .formatted(source(s).words(), rps(shed[s] * source(s).rps()), rps(source(s).rps()));
    add(Binding.Kind.SHED, s, -1, Saving.NONE, words);
  }

  private void full(int t) {
    double over = model.overload(solution, t) / Model.UNITS_PER_RPS;
    if (over > 0) {
      String words = name(t) + " gets " + rps(over) + " rps more than its capacity";
      add(Binding.Kind.OVERLOAD, -1, t, Saving.NONE, words);
    }
    Saving saving = prices.get(t).saving();
    if (saving.isNone()) {
      return;
    }
    if (model.isCapped(t)) {
      String words =
          "%s reaches the latency ceiling of %s; room for one more rps there %s"
              .formatted(name(t), ceiling(), saving.words());
      add(Binding.Kind.CEILING, -1, t, saving, words);
    } else {
      String words = name(t) + " is full; one more rps of capacity there " + saving.words();
      add(Binding.Kind.CAPACITY, -1, t, saving, words);
    }
  }

  private void way(int s, int t) {
    int arc = model.wayArc(s, t);
    Permits.Permit permit = model.permits.of(s, t);
    if (permit == Permits.Permit.UNUSABLE) {
      return;
    }
    if (permit == Permits.Permit.OPEN) {
      long floor = model.floors[s][t];
      long reduced = floor > 0 ? solution.reducedCost(arc) : 0;
      if (reduced > 0) {
        Saving saving = model.saving(-reduced);
        String words =
            "exploration keeps %s rps of %s on %s; each %s less"
                .formatted(
                    rps(floor / Model.UNITS_PER_RPS), source(s).words(), name(t), saving.words());
        add(Binding.Kind.FLOOR, s, t, saving, words);
      }
      return;
    }
    long reduced = model.wayCost(s, t) + solution.potential(s) - entry[t];
    if (reduced < 0 && model.permits.open(s) > 0) {
      Saving saving = model.saving(reduced);
      boolean residency = permit == Permits.Permit.FORBIDDEN;
      String why = residency ? "residency forbids it" : "above the latency ceiling of " + ceiling();
      String words =
          "%s must not use %s (%s); the first rps there %s"
              .formatted(source(s).words(), name(t), why, saving.words());
      add(residency ? Binding.Kind.RESIDENCY : Binding.Kind.CEILING, s, t, saving, words);
    }
  }

  private String ceiling() {
    double millis = model.valuation.ceilingNanos() / 1e6;
    return String.format(Locale.ROOT, "%.0f ms", millis);
  }

  private static String rps(double value) {
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%.0f", value);
  }
}
