package dev.fairlead.app.admin;

import dev.fairlead.app.control.Pings;
import dev.fairlead.app.state.State;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/clusters}: each cluster that the documents or endpoints name, and each backend of
 * what others carry, over all services.
 */
final class ClusterList {
  private ClusterList() {}

  /**
   * One cluster.
   *
   * @param services that have endpoints there, or of which others carry traffic there
   * @param endpoints null where nobody counts them, as the next
   * @param rps that went there in the last second, as far as is known; null: of no service is it
   * @param dollarsPerHour of that, likewise; null also where nobody counts the bytes
   * @param roundTripMillis from here, as pings or documents tell; null: they do not
   * @param pingAgeSeconds since the last ping that was answered; null: there was none
   * @param quarantined why its numbers are not heard; null: they are
   */
  record Cluster(
      String cluster,
      boolean local,
      String locality,
      int services,
      @Nullable Integer endpoints,
      @Nullable Integer usable,
      @Nullable Double rps,
      @Nullable Double dollarsPerHour,
      @Nullable Double roundTripMillis,
      @Nullable Double pingAgeSeconds,
      @Nullable String quarantined) {
    Cluster plus(State.Cluster of, @Nullable String why) {
      return new Cluster(
          cluster,
          local || of.local(),
          locality,
          services + (Integer.valueOf(0).equals(of.endpoints()) ? 0 : 1),
          sum(services == 0 ? null : endpoints, of.endpoints()),
          sum(services == 0 ? null : usable, of.usable()),
          sum(rps, of.rps()),
          sum(dollarsPerHour, of.dollarsPerHour()),
          roundTripMillis,
          pingAgeSeconds,
          quarantined != null ? quarantined : why);
    }

    Cluster at(@Nullable RoundTrip configured, @Nullable RoundTrip pinged) {
      RoundTrip known = pinged != null ? pinged : configured;
      return new Cluster(
          cluster,
          local,
          locality,
          services,
          endpoints,
          usable,
          orNone(rps),
          orNone(dollarsPerHour),
          known == null ? null : known.nanos() / 1e6,
          pinged == null ? null : pinged.ageNanos() / 1e9,
          quarantined);
    }

    /** Where no service has anything to do with it, nothing goes there. */
    private @Nullable Double orNone(@Nullable Double sum) {
      return services == 0 && sum == null ? Double.valueOf(0) : sum;
    }
  }

  private static @Nullable Integer sum(@Nullable Integer one, @Nullable Integer other) {
    if (one == null) {
      return other;
    }
    return one + Objects.requireNonNullElse(other, 0);
  }

  private static @Nullable Double sum(@Nullable Double one, @Nullable Double other) {
    if (one == null) {
      return other;
    }
    return one + Objects.requireNonNullElse(other, 0.0);
  }

  static List<Cluster> of(Configuration configuration, State state, Pings pings) {
    Map<String, Cluster> clusters = new TreeMap<>();
    for (Configuration.Cluster profile : configuration.clusters()) {
      String locality = profile.place().locality().toString();
      clusters.put(profile.id(), none(profile.id(), profile.local(), locality));
    }
    for (State.Service service : state.services()) {
      State.PlanState plan = service.plan();
      for (State.Cluster each : service.clusters()) {
        String id = each.cluster();
        String why = plan == null ? null : plan.quarantined().get(id);
        Cluster known = clusters.getOrDefault(id, none(id, each.local(), each.locality()));
        clusters.put(id, known.plus(each, why));
      }
    }
    Map<Way, RoundTrip> configured = Pings.configured(configuration);
    Map<Way, RoundTrip> pinged = pings.measured();
    String here = configuration.caller().cluster();
    clusters.replaceAll(
        (id, cluster) -> {
          Way way = new Way(here, id);
          return cluster.at(configured.get(way), pinged.get(way));
        });
    return new ArrayList<>(clusters.values());
  }

  private static Cluster none(String id, boolean local, String locality) {
    return new Cluster(id, local, locality, 0, 0, 0, null, null, null, null, null);
  }
}
