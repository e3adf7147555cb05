package dev.fairlead.app.state;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happens now: the object of {@code /api/state}, {@code /api/history} and {@code /api/events}.
 * Every number is finite or null; rates and quantiles are of the last second.
 *
 * @param time Unix time in milliseconds
 */
public record State(
    long time,
    String version,
    boolean ready,
    boolean draining,
    Caller caller,
    Config config,
    List<Service> services) {

  /** Where this process stands. */
  public record Caller(String cluster, String locality) {}

  /**
   * The documents in force.
   *
   * @param generation 0 until the first was accepted
   * @param loadedAt Unix time in milliseconds of the generation in force; 0 as above
   * @param problems of the last reload, if that was refused
   */
  public record Config(
      long generation, long loadedAt, boolean lastReloadOk, List<String> problems) {
    public Config {
      problems = List.copyOf(problems);
    }
  }

  /**
   * One service.
   *
   * @param policy inside a cluster: {@code peak-ewma}; null where others carry its traffic
   * @param steering between clusters: {@code l3}; null without an objective
   * @param mode {@code observe}, {@code advise} or {@code drive}; null as above
   * @param enforcer who has the weights follow the plan; null as above
   * @param rps requests started per second
   * @param ordered what operators ordered over the documents, a line each
   */
  public record Service(
      String name,
      @Nullable String policy,
      @Nullable String steering,
      @Nullable String mode,
      @Nullable Long periodMillis,
      @Nullable String enforcer,
      @Nullable Double rps,
      List<Cluster> clusters,
      @Nullable PlanState plan,
      List<String> ordered) {}

  /**
   * One destination cluster of a service; of one whose traffic others carry, a backend.
   *
   * @param endpoints null where nobody counts them
   * @param usable of them; 0 also where nobody counts them and all are down
   * @param share of the plan; null without one
   * @param inForce share that traffic follows, by a plan that is enforced or by the object that
   *     others take it from; null where locality decides
   * @param observedShare of the requests that were started
   * @param ageSeconds since its numbers were measured; null: they never were
   * @param bytesPerSecond both ways
   * @param dollarsPerHour what the traffic costs at the present rate
   */
  public record Cluster(
      String cluster,
      String locality,
      boolean local,
      @Nullable Integer endpoints,
      @Nullable Integer usable,
      @Nullable Double share,
      @Nullable Double inForce,
      @Nullable Double observedShare,
      @Nullable Double rps,
      @Nullable Double p50Millis,
      @Nullable Double p99Millis,
      @Nullable Double successRatio,
      @Nullable Long inFlight,
      @Nullable Double ageSeconds,
      @Nullable Double bytesPerSecond,
      @Nullable Double dollarsPerHour) {}

  /**
   * The plan, and why it is so.
   *
   * @param quarantined clusters whose numbers are not heard, each with the reason
   * @param shares of all classes together
   * @param classes those that are planned on their own, the highest first; empty where all are led
   *     alike
   */
  public record PlanState(
      long version,
      long changedAt,
      String why,
      List<Share> shares,
      List<ClassState> classes,
      Map<String, Long> suppressed,
      @Nullable Double oscillation,
      List<Change> recent,
      Map<String, String> quarantined,
      Solver solver) {}

  /**
   * How the last period's plan was found, and what it costs in dollars an hour; all but the time
   * null where the policy optimises nothing.
   *
   * @param millis that the step took
   * @param status {@code optimal} or {@code infeasible}
   * @param latency of the ways, failures included, as money
   * @param waiting at the destinations, as money
   * @param overload of what is shed and of what exceeds capacities
   */
  public record Solver(
      @Nullable Double millis,
      @Nullable String status,
      @Nullable Double latency,
      @Nullable Double waiting,
      @Nullable Double egress,
      @Nullable Double overload) {}

  /**
   * The plan of one class.
   *
   * @param trafficClass 0 the lowest … 7 the highest
   * @param shed the part of its requests that is turned away in the mode {@code drive}
   */
  public record ClassState(int trafficClass, @Nullable Double shed, List<Share> shares) {}

  /**
   * One destination's share.
   *
   * @param wanted by the policy, before change control
   * @param weight the policy's raw weight; null where it has none
   */
  public record Share(
      String destination,
      @Nullable Double share,
      @Nullable Double wanted,
      @Nullable Double weight,
      String reason) {}

  /** One change of the plan. */
  public record Change(long time, String why) {}
}
