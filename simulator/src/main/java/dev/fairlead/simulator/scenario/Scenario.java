package dev.fairlead.simulator.scenario;

import dev.fairlead.steering.cost.PriceList;
import java.time.Duration;
import java.util.List;

/**
 * All that a simulation needs to know.
 *
 * @param description for a person; may be empty
 * @param duration of what is measured, positive
 * @param warmUp runs before that and is not measured. Times of shapes and faults count from its
 *     start
 * @param seed of all that is drawn: the same seed, the same numbers
 * @param resolution of the curves over time, positive
 * @param clusters at least one
 * @param links both ways written out
 * @param prices of bytes between localities
 * @param services callers before or after those whom they call
 * @param traffic at least one
 * @param contenders at least one
 */
public record Scenario(
    String name,
    String description,
    Duration duration,
    Duration warmUp,
    long seed,
    Duration resolution,
    List<Cluster> clusters,
    List<Link> links,
    PriceList prices,
    List<Service> services,
    List<Traffic> traffic,
    List<Fault> faults,
    Exchange exchange,
    List<Contender> contenders,
    List<Expectation> expectations) {
  /** Curves of more points than a screen has columns show nothing more. */
  private static final int CURVE_POINTS = 120;

  /**
   * @throws ScenarioProblem if a part refers to what is not there or does not fit another
   */
  public Scenario {
    clusters = List.copyOf(clusters);
    links = List.copyOf(links);
    services = List.copyOf(services);
    traffic = List.copyOf(traffic);
    faults = List.copyOf(faults);
    contenders = List.copyOf(contenders);
    expectations = List.copyOf(expectations);
    Check.positive("duration", duration);
    Check.notNegative("warmUp", warmUp);
    Check.positive("resolution", resolution);
    CrossCheck.scenario(
        new Parts(clusters, links, services, traffic, faults, contenders, expectations));
  }

  /** What refers to each other. */
  record Parts(
      List<Cluster> clusters,
      List<Link> links,
      List<Service> services,
      List<Traffic> traffic,
      List<Fault> faults,
      List<Contender> contenders,
      List<Expectation> expectations) {}

  /** The resolution of the curves where nobody asks for another: a second at least. */
  public static Duration defaultResolution(Duration duration) {
    long seconds = Math.ceilDiv(duration.toSeconds(), CURVE_POINTS);
    return Duration.ofSeconds(Math.max(1, seconds));
  }
}
