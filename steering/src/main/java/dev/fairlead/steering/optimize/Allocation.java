package dev.fairlead.steering.optimize;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who sends how much where, what it costs, and which limits bind. Immutable. */
public final class Allocation {
  public enum Status {
    OPTIMAL,
    /** Some source may use no destination; it got the greedy answer, the others the optimum. */
    INFEASIBLE
  }

  /**
   * What the allocation costs.
   *
   * @param requestSeconds latency of all served requests together, in seconds a second: how many
   *     are under way at a time
   * @param latencyDollars the same as money, in dollars a second
   * @param waitDollars the part of it that requests spend at destinations, not on their ways
   * @param egressDollars for bytes, in dollars a second
   * @param overflowDollars for what is shed and what exceeds capacities, in dollars a second
   */
  public record Terms(
      double requestSeconds,
      double latencyDollars,
      double waitDollars,
      double egressDollars,
      double overflowDollars) {
    /** The part of the latency that requests spend on their ways. */
    public double wayDollars() {
      return Math.max(0, latencyDollars - waitDollars);
    }

    /** Of both together. */
    public Terms plus(Terms other) {
      return new Terms(
          requestSeconds + other.requestSeconds,
          latencyDollars + other.latencyDollars,
          waitDollars + other.waitDollars,
          egressDollars + other.egressDollars,
          overflowDollars + other.overflowDollars);
    }
  }

  private final Status status;
  private final Situation situation;
  private final double[][] shares;
  private final double[] shed;
  private final Load[] loads;
  private final Terms terms;
  private final List<ShadowPrice> shadowPrices;
  private final List<Binding> bindings;
  private final int rounds;

  /**
   * One destination's load.
   *
   * @param rps from this situation's sources, in normalised work
   * @param overRps how much of it exceeds the capacity
   * @param latencyNanos at the whole load
   * @param marginalNanos what one more rps adds to the latency of all, in ns·rps, its own included
   */
  public record Load(double rps, double overRps, double latencyNanos, double marginalNanos) {}

  Allocation(
      Status status,
      Situation situation,
      double[][] shares,
      double[] shed,
      Load[] loads,
      Terms terms,
      List<ShadowPrice> shadowPrices,
      List<Binding> bindings,
      int rounds) {
    this.status = status;
    this.situation = situation;
    this.shares = shares;
    this.shed = shed;
    this.loads = loads;
    this.terms = terms;
    this.shadowPrices = List.copyOf(shadowPrices);
    this.bindings = List.copyOf(bindings);
    this.rounds = rounds;
  }

  public Status status() {
    return status;
  }

  public Situation situation() {
    return situation;
  }

  /** The part of a source's demand that goes to a destination; with what is shed they sum to 1. */
  public double share(int source, int destination) {
    return shares[source][destination];
  }

  /** The part of a source's demand that nobody has capacity for. */
  public double shed(int source) {
    return shed[source];
  }

  public double rps(int source, int destination) {
    return share(source, destination) * situation.sources().get(source).rps();
  }

  public double shedRps(int source) {
    return shed(source) * situation.sources().get(source).rps();
  }

  public Load load(int destination) {
    return loads[destination];
  }

  /** Loads by destination, for the next solve to begin with. */
  public Map<String, Double> loads() {
    Map<String, Double> byName = new LinkedHashMap<>();
    for (int t = 0; t < loads.length; t++) {
      byName.put(situation.destinations().get(t).name(), loads[t].rps());
    }
    return byName;
  }

  public Terms terms() {
    return terms;
  }

  /** What more capacity is worth, by destination. */
  public ShadowPrice shadowPrice(int destination) {
    return shadowPrices.get(destination);
  }

  /** The limits without which it would be cheaper, the dearest first. */
  public List<Binding> bindings() {
    return bindings;
  }

  /** How often the flow was solved. */
  public int rounds() {
    return rounds;
  }
}
