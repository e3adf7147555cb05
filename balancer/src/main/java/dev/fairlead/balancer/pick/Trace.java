package dev.fairlead.balancer.pick;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What one pick looked at, written down on the way for its {@link Explanation}. */
final class Trace {
  /**
   * What was compared of a candidate.
   *
   * @param load the number; lower is better
   * @param terms what it is made of, by name
   */
  record Compared(double load, SortedMap<String, Double> terms) {}

  private final Map<Candidate, Compared> compared = new LinkedHashMap<>();
  private @Nullable Candidate chosen;
  private String rule = "";
  private String pool = "";
  private double share;
  private boolean panics;
  private Stage stage = Stage.ELSEWHERE;

  /** A pool was drawn; what an earlier one compared led to nothing. */
  void pool(Pool pool, double share, boolean panics, Stage stage) {
    this.pool = pool.name();
    this.share = share;
    this.panics = panics;
    this.stage = stage;
    compared.clear();
  }

  /** How the choice is being made: lower case, no full stop. */
  void rule(String rule) {
    this.rule = rule;
  }

  void compared(Candidate candidate, double load, SortedMap<String, Double> terms) {
    compared.put(candidate, new Compared(load, terms));
  }

  /** The end of it. */
  void chosen(Candidate candidate) {
    chosen = candidate;
  }

  Map<Candidate, Compared> compared() {
    return compared;
  }

  @Nullable Candidate chosen() {
    return chosen;
  }

  String rule() {
    return rule;
  }

  String pool() {
    return pool;
  }

  double share() {
    return share;
  }

  boolean panics() {
    return panics;
  }

  Stage stage() {
    return stage;
  }
}
