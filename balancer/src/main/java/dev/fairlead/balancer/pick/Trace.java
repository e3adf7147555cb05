package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.pick.PoolHealth.Members;
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

  private final boolean brief;
  private final Map<Candidate, Compared> compared = new LinkedHashMap<>();
  private @Nullable Candidate chosen;
  private String rule = "";
  private @Nullable PoolHealth pool;
  private Members members = Members.FIT;
  private double share;
  private Stage stage = Stage.ELSEWHERE;

  private Trace(boolean brief) {
    this.brief = brief;
  }

  /** One that writes down all that an explanation tells. */
  static Trace whole() {
    return new Trace(false);
  }

  /** One without what was compared, to be used for many picks. */
  static Trace brief() {
    return new Trace(true);
  }

  /** Whether what is compared is of interest. */
  boolean compares() {
    return !brief;
  }

  /** Forgets the last pick. */
  void clear() {
    compared.clear();
    chosen = null;
    rule = "";
    pool = null;
    members = Members.FIT;
    share = 0;
    stage = Stage.ELSEWHERE;
  }

  /** A pool was drawn; what an earlier one compared led to nothing. */
  void pool(PoolHealth pool, Members members, double share, Stage stage) {
    this.pool = pool;
    this.members = members;
    this.share = share;
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

  /** The last one drawn; null for none, as for a trial. */
  @Nullable PoolHealth pool() {
    return pool;
  }

  /** Who of it was meant. */
  Members members() {
    return members;
  }

  double share() {
    return share;
  }

  Stage stage() {
    return stage;
  }
}
