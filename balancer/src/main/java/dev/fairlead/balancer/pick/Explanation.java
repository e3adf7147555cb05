package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.ServiceName;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Why one pick went where it went.
 *
 * @param nanos when, in the balancer's ticker's terms
 * @param chosen empty where the pick was refused
 * @param refusal empty where it was not
 * @param pool of which the choice was made: a cluster that the plan names, a portion of a
 *     distribution, or a priority
 * @param poolShare of its tier's traffic by plan or distribution and health, in [0, 1]; 1 where it
 *     shares with nobody
 * @param panic whether health was disbelieved there, as too few were healthy
 * @param leniency what was asked of an endpoint: {@code elsewhere} (not in a cluster that this
 *     request has tried), {@code fresh} (not tried and not resting), {@code tried}, {@code resting}
 * @param rule that decided
 * @param runnerUp the next best of those that were compared
 * @param endpoints all of the service, in the order of their set
 */
public record Explanation(
    ServiceName service,
    long nanos,
    Optional<Endpoint> chosen,
    Optional<Refusal> refusal,
    String pool,
    double poolShare,
    boolean panic,
    String leniency,
    String rule,
    Optional<Endpoint> runnerUp,
    List<Considered> endpoints) {

  public Explanation {
    endpoints = List.copyOf(endpoints);
  }

  /**
   * What became of one endpoint.
   *
   * @param load the number that was compared, lower is better; NaN where it was not
   * @param terms what that number is made of, by name; empty where it was not compared
   */
  public record Considered(
      Endpoint endpoint, Verdict verdict, double load, SortedMap<String, Double> terms) {}

  /** How far an endpoint came; the first filter that dropped it, or what became of it after all. */
  public enum Verdict {
    /** By residency. */
    FORBIDDEN,
    DRAINING,
    WEIGHT_ZERO,
    /** In no pool: beyond priority 0 in mode strict, or outside this client's subset. */
    OUT_OF_REACH,
    UNREACHABLE,
    EJECTED,
    UNHEALTHY,
    /** Has not the labels that the request asks for. */
    OTHER_LABELS,
    /** Asked for rest by Retry-After. */
    RESTING,
    /** An earlier attempt of the request went there, or to its cluster. */
    TRIED,
    /** At its limit of requests in flight. */
    FULL,
    /** In a pool that was not drawn, or degraded where healthy ones were meant. */
    NOT_DRAWN,
    /** Could have been chosen, and was not looked at. */
    ADMITTED,
    /** Its load was compared, and it was not the lowest. */
    COMPARED,
    CHOSEN
  }
}
