package dev.fairlead.app.control;

import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.telemetry.ping.Pinger;
import dev.fairlead.telemetry.ping.Probe;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Pings from here to the other clusters whose profiles say what answers them. */
public final class Pings {
  /** As the default control period. */
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final Supplier<InForce> inForce;
  private final Pinger pinger;
  private final Ticker ticker;

  // Of the one who ticks.
  private long seenGeneration;

  /** Sends nothing before the first {@link #tick}. */
  public Pings(Supplier<InForce> inForce, Probe probe, Ticker ticker, RandomSource random) {
    this.inForce = inForce;
    this.pinger = new Pinger(probe, PERIOD, ticker, random);
    this.ticker = ticker;
  }

  /**
   * Sends what is due and waits for no answer. One thread at a time.
   *
   * @return nanoseconds until something is due again
   */
  public long tick() {
    InForce current = inForce.get();
    if (current.generation() != seenGeneration) {
      seenGeneration = current.generation();
      pinger.follow(targets(current.configuration()));
    }
    return pinger.tick();
  }

  private static Map<Way, URI> targets(Configuration configuration) {
    String here = configuration.caller().cluster();
    Map<String, URI> byCluster = new TreeMap<>();
    for (Configuration.Cluster cluster : configuration.clusters()) {
      if (!cluster.id().equals(here)) {
        cluster.ping().ifPresent(uri -> byCluster.put(cluster.id(), uri));
      }
    }
    Map<Way, URI> targets = new LinkedHashMap<>();
    byCluster.forEach((cluster, uri) -> targets.put(new Way(here, cluster), uri));
    return targets;
  }

  /** What documents say of round trips. */
  public static Map<Way, RoundTrip> configured(Configuration configuration) {
    return Terrain.of(configuration).roundTrips();
  }

  /** Those round trips, but pings where there are some. Safe for any thread, as are the others. */
  public Map<Way, RoundTrip> over(Map<Way, RoundTrip> configured) {
    return pinger.roundTrips().given(ticker.nanos(), configured);
  }

  /** As they were measured last, however long ago that was. */
  public Map<Way, RoundTrip> measured() {
    return over(Map.of());
  }

  public Pinger.Counts counts() {
    return pinger.counts();
  }
}
