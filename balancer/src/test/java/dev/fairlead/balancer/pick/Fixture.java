package dev.fairlead.balancer.pick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.FakeTicker;
import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.health.Ejector;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.Ramp;
import dev.fairlead.balancer.outcome.EndpointStatistics;
import dev.fairlead.balancer.outcome.Estimation;
import dev.fairlead.balancer.outcome.LoadWeighting;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.probe.Prober;
import dev.fairlead.balancer.report.ClusterCounters;
import dev.fairlead.balancer.report.EndpointReport;
import dev.fairlead.balancer.weight.Shares;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;

/** A balancer under fake time with a seeded source, and short ways to say what happens to it. */
final class Fixture {
  static final List<Algorithm> ALGORITHMS =
      List.of(
          new Algorithm.Random(),
          new Algorithm.RoundRobin(),
          new Algorithm.LeastRequest(),
          Algorithm.P2c.DEFAULT,
          new Algorithm.P2c(5),
          Algorithm.PeakEwma.DEFAULT,
          Algorithm.WrrReported.DEFAULT,
          Algorithm.RingHash.DEFAULT,
          Algorithm.Maglev.DEFAULT,
          new Algorithm.Rendezvous(OptionalDouble.of(1.25)));

  /** Those that look at what is in flight, at latency, or at what endpoints say of their load. */
  static final List<Algorithm> LOAD_AWARE =
      List.of(
          new Algorithm.LeastRequest(),
          Algorithm.P2c.DEFAULT,
          Algorithm.PeakEwma.DEFAULT,
          Algorithm.Prequal.DEFAULT,
          Algorithm.WrrReported.DEFAULT);

  /** Those that a key decides for. */
  static final List<Algorithm> BY_KEY =
      Stream.of(OptionalDouble.empty(), OptionalDouble.of(1.25))
          .flatMap(
              bound ->
                  Stream.<Algorithm>of(
                      new Algorithm.RingHash(bound),
                      new Algorithm.Maglev(bound),
                      new Algorithm.Rendezvous(bound)))
          .toList();

  /** All there are; {@code prequal} needs a prober. */
  static final List<Algorithm> EVERY =
      Stream.of(
              List.<Algorithm>of(new Algorithm.Random(), new Algorithm.RoundRobin()),
              LOAD_AWARE,
              BY_KEY)
          .flatMap(List::stream)
          .toList();

  final FakeTicker ticker = new FakeTicker();
  final RandomSource random;
  final ServiceBalancer balancer;

  Fixture(BalancerPolicy policy) {
    this(policy, Optional.empty(), Seed.source());
  }

  Fixture(Algorithm algorithm, LocalityPolicy locality) {
    this(new BalancerPolicy(algorithm, locality));
  }

  Fixture(BalancerPolicy policy, Optional<Prober> prober, RandomSource random) {
    this.random = random;
    balancer =
        new ServiceBalancer(
            new ServiceName("shop", "cart"), policy, place("west"), ticker, random, prober);
  }

  Fixture(Algorithm algorithm) {
    this(algorithm, LocalityPolicy.DEFAULT);
  }

  /** A candidate on its own, with nothing learnt of it yet. */
  static Candidate candidate(
      Endpoint endpoint, Estimation estimation, Ticker clock, RandomSource random) {
    AtomicInteger transitions = new AtomicInteger();
    Ejector ejector = new Ejector(OutlierDetection.OFF, random, transitions, 0);
    return new Candidate(
        endpoint,
        0,
        null,
        new Incarnation(
            new EndpointStatistics(0, random, transitions),
            ejector.monitor(endpoint.cluster()),
            new Ramp(0),
            Optional.empty()),
        new ClusterCounters(),
        null,
        new Shared(clock, estimation, LoadWeighting.DEFAULT, false, null));
  }

  /** A cluster in the region of its name. */
  static Place place(String cluster) {
    return new Place(cluster, new Locality(cluster, "a", ""), "", "");
  }

  static Endpoint endpoint(String cluster, int port, double weight) {
    return new Endpoint(new Address("127.0.0.1", port), place(cluster), Labels.NONE, weight);
  }

  static Endpoint endpoint(String cluster, int port) {
    return endpoint(cluster, port, 1);
  }

  static Endpoint labelled(String cluster, int port, String version) {
    return new Endpoint(
        new Address("127.0.0.1", port), place(cluster), new Labels(Map.of("version", version)), 1);
  }

  static Endpoint in(Endpoint.Condition condition, Endpoint endpoint) {
    return new Endpoint(
        endpoint.address(),
        endpoint.place(),
        endpoint.labels(),
        endpoint.weight(),
        endpoint.hints(),
        condition);
  }

  static Endpoint[] endpoints(String cluster, int firstPort, int lastPort) {
    return IntStream.rangeClosed(firstPort, lastPort)
        .mapToObj(port -> endpoint(cluster, port))
        .toArray(Endpoint[]::new);
  }

  static Request version(String version) {
    Labels wanted = new Labels(Map.of("version", version));
    return new Request() {
      @Override
      public Labels subset() {
        return wanted;
      }
    };
  }

  static Request ofClass(int trafficClass) {
    return new Request() {
      @Override
      public int trafficClass() {
        return trafficClass;
      }
    };
  }

  static Request key(long key) {
    return new Request() {
      @Override
      public boolean hasAffinity() {
        return true;
      }

      @Override
      public long affinity() {
        return key;
      }
    };
  }

  static Request triedPorts(Integer... ports) {
    Set<Integer> tried = Set.of(ports);
    return new Request() {
      @Override
      public boolean tried(Endpoint endpoint) {
        return tried.contains(endpoint.address().port());
      }
    };
  }

  static Request triedIn(String tried) {
    return new Request() {
      @Override
      public boolean triedIn(String cluster) {
        return cluster.equals(tried);
      }
    };
  }

  void endpoints(Endpoint... endpoints) {
    balancer.update(new EndpointSet(List.of(endpoints)));
  }

  void groups(Endpoint[]... groups) {
    balancer.update(new EndpointSet(Stream.of(groups).flatMap(Stream::of).toList()));
  }

  /** The result of an active check of each of these ports. */
  void checked(boolean ok, int firstPort, int lastPort) {
    for (EndpointCheck check : balancer.checks()) {
      int port = check.endpoint().address().port();
      if (port >= firstPort && port <= lastPort) {
        check.report(ok);
      }
    }
  }

  void shares(Map<String, Double> byCluster) {
    balancer.update(Optional.of(new Shares(byCluster)));
  }

  Lease lease(Request request) {
    Pick pick = balancer.pick(request);
    assertThat(pick).as(Seed.replay()).isInstanceOf(Lease.class);
    return (Lease) pick;
  }

  Lease lease() {
    return lease(Request.ANY);
  }

  /** A lease on the endpoint with this port, as a request gets it that tried all others. */
  Lease leaseOn(int port) {
    Lease lease =
        lease(
            new Request() {
              @Override
              public boolean tried(Endpoint endpoint) {
                return endpoint.address().port() != port;
              }
            });
    assertThat(lease.endpoint().address().port()).as(Seed.replay()).isEqualTo(port);
    return lease;
  }

  void fail(int port, Outcome outcome, int times) {
    for (int i = 0; i < times; i++) {
      leaseOn(port).end(outcome);
    }
  }

  /** How often each port is picked when nothing stays in flight and no time passes. */
  Map<Integer, Integer> countByPort(Request request, int picks) {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int pick = 0; pick < picks; pick++) {
      Lease lease = lease(request);
      counts.merge(lease.endpoint().address().port(), 1, Integer::sum);
      lease.end(Outcome.IGNORED);
    }
    return counts;
  }

  /** The port that a request is led to, if nothing stays in flight by it. */
  int portOf(Request request) {
    Lease lease = lease(request);
    lease.end(Outcome.IGNORED);
    return lease.endpoint().address().port();
  }

  /** Five standard deviations of a binomial share. */
  static Offset<Double> chance(double share, int picks) {
    return within(5 * Math.sqrt(share * (1 - share) / picks));
  }

  Map<String, Integer> countByCluster(int picks) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int pick = 0; pick < picks; pick++) {
      Lease lease = lease();
      counts.merge(lease.endpoint().cluster(), 1, Integer::sum);
      lease.end(Outcome.IGNORED);
    }
    return counts;
  }

  EndpointReport report(int port) {
    return balancer.endpoints().stream()
        .filter(report -> report.endpoint().address().port() == port)
        .findFirst()
        .orElseThrow();
  }

  void advance(long millis) {
    ticker.advance(Duration.ofMillis(millis));
  }
}
