package dev.fairlead.simulator;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.simulator.scenario.Cluster;
import dev.fairlead.simulator.scenario.Contender;
import dev.fairlead.simulator.scenario.Exchange;
import dev.fairlead.simulator.scenario.Expectation;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Law;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes scenarios with all that a test does not speak of. */
public final class Scenarios {
  public static final double MS = 1e6;

  private final List<Cluster> clusters = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();
  private final List<Traffic> traffic = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private Duration duration = Duration.ofSeconds(60);
  private Duration warmUp = Duration.ZERO;
  private PriceList prices = PriceList.FREE;
  private Exchange exchange = Exchange.DEFAULT;

  /** Clusters in a region of their own each. */
  public Scenarios clusters(String... names) {
    for (String name : names) {
      clusters.add(new Cluster(name, name));
    }
    return this;
  }

  public Scenarios cluster(Cluster cluster) {
    clusters.add(cluster);
    return this;
  }

  /** Both ways. */
  public Scenarios link(String from, String to, Link.Way way) {
    Link link = new Link(new Link.End(from), new Link.End(to), way);
    links.add(link);
    links.add(link.reverse());
    return this;
  }

  public Scenarios service(Service service) {
    services.add(service);
    return this;
  }

  /**
   * Three regions on as many continents, {@code us}, {@code eu} and {@code ap}, and what is
   * between.
   */
  public Scenarios threeRegions() {
    return clusters("us", "eu", "ap")
        .link("us", "eu", new Link.Way(Duration.ofMillis(38)))
        .link("us", "ap", new Link.Way(Duration.ofMillis(95)))
        .link("eu", "ap", new Link.Way(Duration.ofMillis(60)));
  }

  public Scenarios traffic(Traffic entry) {
    traffic.add(entry);
    return this;
  }

  public Scenarios fault(double atSeconds, double forSeconds, Fault.Effect effect) {
    faults.add(new Fault(seconds(atSeconds), seconds(forSeconds), Duration.ZERO, effect));
    return this;
  }

  public Scenarios fault(Fault fault) {
    faults.add(fault);
    return this;
  }

  public Scenarios exchange(double intervalSeconds, double delaySeconds) {
    exchange = new Exchange(seconds(intervalSeconds), seconds(delaySeconds));
    return this;
  }

  public Scenarios prices(PriceList list) {
    prices = list;
    return this;
  }

  public Scenarios lasts(double warmUpSeconds, double seconds) {
    warmUp = seconds(warmUpSeconds);
    duration = seconds(seconds);
    return this;
  }

  public Scenario build(Contender... contenders) {
    List<Contender> all =
        contenders.length == 0 ? List.of(Contender.locality("locality")) : List.of(contenders);
    return new Scenario(
        "test",
        "",
        duration,
        warmUp,
        Seeds.SEED,
        Duration.ofSeconds(1),
        clusters,
        links,
        prices,
        services,
        traffic,
        faults,
        exchange,
        all,
        List.<Expectation>of());
  }

  public static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  /** A service with a deadline of a minute, and defaults but for these. */
  public static Service service(
      String name, Law time, double successSeconds, Algorithm algorithm, Service.Pods... pods) {
    Service plain = new Service(name, time, List.of(pods));
    return new Service(
        name,
        plain.requestBytes(),
        plain.responseBytes(),
        time,
        Duration.ofSeconds(60),
        seconds(successSeconds),
        0,
        BalancerPolicy.DEFAULT.with(algorithm),
        List.of(pods),
        Optional.empty(),
        List.of(),
        false);
  }

  public static Contender steered(PolicyKind kind) {
    ChangeControl change =
        kind == PolicyKind.L3_REFERENCE ? ChangeControl.OFF : ChangeControl.DEFAULT;
    return Contender.steered(
        kind.id(), new Objective(kind, Mode.DRIVE, Objective.DEFAULT_PERIOD, change));
  }

  /** The same, planned by the broker for all clusters. */
  public static Contender central(PolicyKind kind) {
    Contender alone = steered(kind);
    return new Contender(kind.id(), alone.objective(), alone.balancer(), true, false);
  }
}
