package dev.fairlead.simulator.world;

import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.simulator.law.Quantiles;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.scenario.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pods of one service, present and past: each has a port of its own as its number. */
public final class Fleet {
  /** Ports are what tells pods apart. */
  private static final int MOST_PODS = 65_535;

  private final Agenda agenda;
  private final Places places;
  private final Service service;
  private final long seed;
  private final Quantiles requestBytes;
  private final Quantiles responseBytes;
  private final List<Pod> everyPod = new ArrayList<>();
  private final List<Pod> present = new ArrayList<>();
  private final List<Machine> machines;
  private final Machine[] lastOfGroup;

  /** The law of each group, once: tables of one law for each pod would crowd the cache. */
  private final List<Quantiles> serviceTimes;

  /**
   * @param machines of all fleets, to which its own are added
   */
  public Fleet(Agenda agenda, Places places, Service service, long seed, List<Machine> machines) {
    this.agenda = agenda;
    this.places = places;
    this.service = service;
    this.seed = seed;
    this.machines = machines;
    this.requestBytes = Quantiles.of(service.requestBytes());
    this.responseBytes = Quantiles.of(service.responseBytes());
    Quantiles usual = Quantiles.of(service.serviceTime());
    this.serviceTimes =
        service.pods().stream()
            .map(group -> group.serviceTime().map(Quantiles::of).orElse(usual))
            .toList();
    this.lastOfGroup = new Machine[service.pods().size()];
    for (int group = 0; group < service.pods().size(); group++) {
      for (int pod = 0; pod < service.pods().get(group).count(); pod++) {
        add(group);
      }
    }
  }

  public Service service() {
    return service;
  }

  public Quantiles requestBytes() {
    return requestBytes;
  }

  public Quantiles responseBytes() {
    return responseBytes;
  }

  /** Those that take requests, in the order in which they came. */
  public List<Pod> pods() {
    return present;
  }

  public EndpointSet endpoints() {
    return new EndpointSet(present.stream().map(Pod::endpoint).toList());
  }

  /** The pod behind an endpoint of this fleet. */
  public Pod pod(Endpoint endpoint) {
    return everyPod.get(endpoint.address().port() - 1);
  }

  /** What all present pods of groups can serve, requests per second, their queues being full. */
  public double capacity() {
    double sum = 0;
    for (int at = 0; at < service.pods().size(); at++) {
      Service.Pods group = service.pods().get(at);
      double cores =
          group.machines().map(Service.Machines::allocation).orElse((double) group.workers());
      sum += group.count() * cores * 1e9 / serviceTimes.get(at).mean();
    }
    return sum;
  }

  /**
   * What the operator believes the pods of a cluster to serve that take requests now and are not
   * down, requests per second; NaN where he says nothing of some of them.
   */
  public double hintedRps(String cluster) {
    double sum = 0;
    for (Pod pod : present) {
      if (pod.endpoint().cluster().equals(cluster) && !pod.condition().isDown()) {
        sum += pod.hintedRps();
      }
    }
    return sum;
  }

  private Pod add(int groupNumber) {
    if (everyPod.size() == MOST_PODS) {
      throw new IllegalStateException(
          service.name() + " has had " + MOST_PODS + " pods, which is the most there can be");
    }
    Service.Pods group = service.pods().get(groupNumber);
    int place = places.number(group.cluster(), group.zone());
    Address address = new Address("10.0." + places.clusterOf(place) + ".1", everyPod.size() + 1);
    Pod pod =
        new Pod(
            agenda,
            new Endpoint(address, places.place(place), Labels.NONE, group.weight()),
            place,
            group,
            serviceTimes.get(groupNumber),
            machine(groupNumber, group.machines()));
    everyPod.add(pod);
    present.add(pod);
    return pod;
  }

  private @Nullable Machine machine(int group, Optional<Service.Machines> rule) {
    if (rule.isEmpty()) {
      return null;
    }
    Machine last = lastOfGroup[group];
    if (last == null || last.podCount() == rule.get().podsPerMachine()) {
      String name = "machine " + machines.size();
      last = new Machine(agenda, machines.size(), rule.get(), new RandomStream(seed, name));
      machines.add(last);
      lastOfGroup[group] = last;
    }
    return last;
  }

  /** Pods of a cluster that take requests. */
  public List<Pod> pods(String cluster) {
    return present.stream().filter(pod -> pod.endpoint().cluster().equals(cluster)).toList();
  }

  /**
   * Adds pods to a cluster, like its first group, or takes the last ones away, which end what they
   * have.
   */
  public void scale(String cluster, int change) {
    if (change < 0) {
      List<Pod> here = pods(cluster);
      present.removeAll(here.subList(Math.max(0, here.size() + change), here.size()));
      return;
    }
    int group = 0;
    while (!service.pods().get(group).cluster().equals(cluster)) {
      group++;
    }
    for (int pod = 0; pod < change; pod++) {
      add(group);
    }
  }
}
