package dev.fairlead.steering.plan;

import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Allocation;
import dev.fairlead.steering.optimize.Binding;
import dev.fairlead.steering.optimize.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One source's part of an allocation, as a plan with its terms and reasons. */
final class PlanOf {
  private final Scene scene;
  private final Memory memory;
  private final Allocation allocation;
  private final Situation situation;
  private final TrafficKey key;
  private final int s;
  private final Alike alike;

  PlanOf(
      Scene scene, Memory memory, Allocation allocation, TrafficKey key, int source, Alike alike) {
    this.alike = alike;
    this.scene = scene;
    this.memory = memory;
    this.allocation = allocation;
    this.situation = allocation.situation();
    this.key = key;
    this.s = source;
  }

  /**
   * @param shortage what was turned away before the allocation
   */
  Plan plan(Shortage shortage) {
    int m = situation.destinations().size();
    double served = 0;
    int open = 0;
    for (int t = 0; t < m; t++) {
      served += alike.rps(s, t);
      open += isOpen(t) ? 1 : 0;
    }
    if (open == 0) {
      return new Plan(key, List.of(), 1, bindings());
    }
    List<Plan.Share> shares = new ArrayList<>();
    for (int t = 0; t < m; t++) {
      // Whose whole demand is too much still sends it, for whoever turns it away to see.
      double share = !isOpen(t) ? 0 : served > 0 ? alike.rps(s, t) / served : 1.0 / open;
      shares.add(share(t, share));
    }
    return new Plan(key, shares, shortage.with(key.trafficClass(), allocation.shed(s)), bindings());
  }

  private boolean isOpen(int t) {
    return situation.destinations().get(t).usable() && !situation.way(s, t).forbidden();
  }

  private Plan.Share share(int t, double share) {
    Situation.Destination destination = situation.destinations().get(t);
    String name = destination.name();
    if (!isOpen(t)) {
      String why = destination.usable() ? "no endpoint that it may use" : "no usable endpoint";
      return new Plan.Share(name, 0, Double.NaN, why);
    }
    Situation.Way way = situation.way(s, t);
    Allocation.Load load = allocation.load(t);
    double failure = scene.failureNanos(key, name);
    double rps = load.rps() + destination.backgroundRps();
    double believed = scene.believedNanos(name, rps);
    Plan.Terms terms =
        new Plan.Terms(
            way.nanos() - failure + believed,
            failure,
            way.dollars(),
            rps,
            destination.capacityRps(),
            Math.max(0, load.marginalNanos() - believed),
            allocation.shadowPrice(t));
    return new Plan.Share(
        name, share, allocation.rps(s, t), reason(name, terms), Optional.of(terms));
  }

  private String reason(String name, Plan.Terms terms) {
    StringBuilder reason = new StringBuilder("latency ");
    reason.append(Describe.millis(terms.latencyNanos()));
    if (!memory.link(key, name).isKnown()) {
      reason.append(" (not measured yet)");
    }
    if (terms.failureNanos() >= 5e5) {
      reason.append(" + ").append(Describe.millis(terms.failureNanos())).append(" for failures");
    }
    if (terms.crowdingNanos() >= 5e5) {
      reason.append(", ").append(Describe.millis(terms.crowdingNanos())).append(" for others");
    }
    if (terms.dollars() > 0) {
      reason.append(String.format(Locale.ROOT, ", $%.2g a request", terms.dollars()));
    }
    reason.append(scene.hints(key, name));
    reason.append("; load ").append(Describe.number(terms.loadRps()));
    if (terms.capacityRps() < Double.POSITIVE_INFINITY) {
      reason.append(" of ").append(Describe.number(terms.capacityRps()));
    }
    reason.append(" rps");
    for (Binding binding : allocation.bindings()) {
      boolean about =
          binding.destination().equals(name)
              && (binding.source().isEmpty() || binding.source().equals(words()));
      if (about) {
        reason.append("; ").append(binding.words());
      }
    }
    if (scene.capacity(name).over()) {
      reason.append("; over its capacity: ").append(scene.capacity(name).why());
    }
    return reason.toString();
  }

  /** Those about this source, and those about nobody in particular. */
  private List<Binding> bindings() {
    return allocation.bindings().stream()
        .filter(binding -> binding.source().isEmpty() || binding.source().equals(words()))
        .toList();
  }

  private String words() {
    return situation.sources().get(s).words();
  }
}
