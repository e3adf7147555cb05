package dev.fairlead.simulator.run;

import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.scenario.Scenario;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.simulator.world.Fleet;
import dev.fairlead.simulator.world.Places;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All callers: of each service, in each place from which traffic or pods call it. */
final class Callers {
  private final Places places;
  private final Maker maker;
  private final Caller[][] byServiceAndPlace;
  private final List<Caller> all = new ArrayList<>();
  private final List<double[]> shares = new ArrayList<>();

  /** Makes the balancer of a service's callers in a place; null for none. */
  @FunctionalInterface
  interface Maker {
    @Nullable ServiceBalancer balancer(Fleet fleet, int place);
  }

  Callers(Scenario scenario, long seed, Places places, List<Fleet> fleets, Maker maker) {
    this.places = places;
    this.maker = maker;
    this.byServiceAndPlace = new Caller[fleets.size()][places.count()];
    List<String> names = scenario.services().stream().map(Service::name).toList();
    for (Traffic traffic : scenario.traffic()) {
      int service = names.indexOf(traffic.service());
      double[] from = shares(scenario, traffic, new RandomStream(seed, "users"));
      shares.add(from);
      for (int place = 0; place < from.length; place++) {
        if (from[place] > 0) {
          add(service, fleets.get(service), place);
        }
      }
    }
    for (Service service : scenario.services()) {
      for (Service.Call call : service.calls()) {
        int called = names.indexOf(call.service());
        for (Service.Pods pods : service.pods()) {
          add(called, fleets.get(called), places.number(pods.cluster(), pods.zone()));
        }
      }
    }
  }

  private double[] shares(Scenario scenario, Traffic traffic, RandomStream random) {
    double[] from = new double[places.count()];
    switch (traffic.from()) {
      case Traffic.At at -> from[places.number(at.cluster(), at.zone())] = 1;
      case Traffic.Spread spread ->
          new Crowd(scenario.clusters(), places).enter(spread, random, from);
    }
    return from;
  }

  private void add(int service, Fleet fleet, int place) {
    if (byServiceAndPlace[service][place] == null) {
      Caller caller =
          new Caller(
              all.size(),
              place,
              places.clusterOf(place),
              places.place(place).cluster(),
              service,
              fleet,
              maker.balancer(fleet, place),
              places.clusters().size());
      byServiceAndPlace[service][place] = caller;
      all.add(caller);
    }
  }

  List<Caller> all() {
    return all;
  }

  /** By the numbers of service and place; null where nobody calls. */
  Caller[][] byServiceAndPlace() {
    return byServiceAndPlace;
  }

  /** Which share of an entry of the traffic comes from each place. */
  double[] shares(int entry) {
    return shares.get(entry);
  }
}
