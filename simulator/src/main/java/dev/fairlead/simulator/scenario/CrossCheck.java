package dev.fairlead.simulator.scenario;

import dev.fairlead.simulator.scenario.Fault.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Whether a scenario's parts fit each other: what they name is there, and requests have a way. */
final class CrossCheck {
  private final Scenario.Parts parts;
  private final Map<String, Cluster> clusters;
  private final Map<String, Service> services;

  private CrossCheck(Scenario.Parts parts) {
    this.parts = parts;
    this.clusters = byName("clusters", parts.clusters(), Cluster::name);
    this.services = byName("services", parts.services(), Service::name);
  }

  /**
   * @throws ScenarioProblem for the first part that does not fit
   */
  static void scenario(Scenario.Parts parts) {
    CrossCheck check = new CrossCheck(parts);
    check.links();
    check.services();
    check.callGraph();
    check.traffic();
    check.ways();
    check.faults();
    check.contenders();
  }

  private static <T> Map<String, T> byName(
      String field, List<T> values, Function<T, String> nameOf) {
    if (values.isEmpty()) {
      throw new ScenarioProblem(field, "there are none", "name at least one");
    }
    Map<String, T> named = new LinkedHashMap<>();
    for (int at = 0; at < values.size(); at++) {
      String name = nameOf.apply(values.get(at));
      if (named.put(name, values.get(at)) != null) {
        throw new ScenarioProblem(
            field + "[" + at + "].name", "'" + name + "' is there twice", "rename one");
      }
    }
    return named;
  }

  private static void known(String path, String what, String name, Collection<String> names) {
    if (!names.contains(name)) {
      throw new ScenarioProblem(
          path,
          "there is no " + what + " '" + name + "'",
          names.isEmpty() ? "there are none" : "there are " + String.join(", ", names));
    }
  }

  private void place(String path, String cluster, String zone) {
    known(path + ".cluster", "cluster", cluster, clusters.keySet());
    Cluster found = clusters.get(cluster);
    if (found != null && !zone.isEmpty()) {
      known(path + ".zone", "zone", zone, found.zones());
    }
  }

  private void links() {
    Set<List<Link.End>> seen = new HashSet<>();
    for (int at = 0; at < parts.links().size(); at++) {
      Link link = parts.links().get(at);
      String path = "links[" + at + "]";
      place(path + ".from", link.from().cluster(), link.from().zone());
      place(path + ".to", link.to().cluster(), link.to().zone());
      if (!seen.add(List.of(link.from(), link.to()))) {
        throw new ScenarioProblem(
            path, "a second link from " + link.from() + " to " + link.to(), "remove one");
      }
    }
  }

  private void services() {
    for (int at = 0; at < parts.services().size(); at++) {
      Service service = parts.services().get(at);
      String path = "services[" + at + "]";
      if (service.pods().isEmpty()) {
        throw new ScenarioProblem(path + ".pods", "there are none", "name at least one group");
      }
      for (int group = 0; group < service.pods().size(); group++) {
        Service.Pods pods = service.pods().get(group);
        place(path + ".pods[" + group + "]", pods.cluster(), pods.zone());
      }
      for (int call = 0; call < service.calls().size(); call++) {
        known(
            path + ".calls[" + call + "].service",
            "service",
            service.calls().get(call).service(),
            services.keySet());
      }
      if (service.balancer().checks().isPresent()) {
        throw new ScenarioProblem(
            path + ".balancer.healthCheck",
            "the simulator sends no active checks",
            "leave it out; what is unreachable is found by its requests");
      }
    }
  }

  private void callGraph() {
    Set<String> done = new HashSet<>();
    for (String name : services.keySet()) {
      follow(name, new LinkedHashSet<>(), done);
    }
  }

  private void follow(String name, Set<String> way, Set<String> done) {
    if (!way.add(name)) {
      throw new ScenarioProblem(
          "services", "they call each other in a circle: " + way + " " + name, "remove a call");
    }
    Service service = services.get(name);
    if (service != null && done.add(name)) {
      service.calls().forEach(call -> follow(call.service(), way, done));
    }
    way.remove(name);
  }

  private void traffic() {
    if (parts.traffic().isEmpty()) {
      throw new ScenarioProblem("traffic", "there is none", "write at least one entry");
    }
    for (int at = 0; at < parts.traffic().size(); at++) {
      Traffic traffic = parts.traffic().get(at);
      String path = "traffic[" + at + "]";
      known(path + ".service", "service", traffic.service(), services.keySet());
      switch (traffic.from()) {
        case Traffic.At from -> place(path + ".from", from.cluster(), from.zone());
        case Traffic.Spread ignored -> {
          if (clusters.values().stream().allMatch(each -> each.position().isEmpty())) {
            throw new ScenarioProblem(
                path + ".users", "no cluster has a position", "give the clusters positions");
          }
          if (traffic.arrivals() instanceof Arrivals.Replay) {
            throw new ScenarioProblem(
                path + ".users",
                "a recording comes from one place",
                "write from in place of users");
          }
        }
      }
    }
  }

  /** Requests and answers need a link each way, wherever a balancer may send them. */
  private void ways() {
    Set<List<String>> linked = new HashSet<>();
    parts.links().forEach(link -> linked.add(List.of(link.from().cluster(), link.to().cluster())));
    sources()
        .forEach(
            (name, sources) -> {
              Service service = services.get(name);
              for (String source : sources) {
                for (String served : service == null ? List.<String>of() : homes(service)) {
                  way(linked, name, source, served);
                  way(linked, name, served, source);
                }
              }
            });
  }

  private static void way(Set<List<String>> linked, String service, String from, String to) {
    if (!from.equals(to) && !linked.contains(List.of(from, to))) {
      throw new ScenarioProblem(
          "links",
          "there is none from "
              + from
              + " to "
              + to
              + ", which "
              + service
              + "'s requests may need",
          "add one");
    }
  }

  /** The clusters from which each service is called. */
  private Map<String, Set<String>> sources() {
    Map<String, Set<String>> sources = new HashMap<>();
    for (Traffic traffic : parts.traffic()) {
      Set<String> from = sources.computeIfAbsent(traffic.service(), name -> new LinkedHashSet<>());
      switch (traffic.from()) {
        case Traffic.At at -> from.add(at.cluster());
        case Traffic.Spread ignored ->
            clusters.values().stream()
                .filter(each -> each.position().isPresent())
                .forEach(each -> from.add(each.name()));
      }
    }
    for (Service service : parts.services()) {
      for (Service.Call call : service.calls()) {
        sources
            .computeIfAbsent(call.service(), name -> new LinkedHashSet<>())
            .addAll(homes(service));
      }
    }
    return sources;
  }

  private static List<String> homes(Service service) {
    return service.pods().stream().map(Service.Pods::cluster).distinct().toList();
  }

  private void faults() {
    for (int at = 0; at < parts.faults().size(); at++) {
      String path = "faults[" + at + "]";
      switch (parts.faults().get(at).effect()) {
        case Fault.Slow fault -> target(path + ".slow", fault.target());
        case Fault.ServiceTime fault -> target(path + ".serviceTime", fault.target());
        case Fault.Errors fault -> target(path + ".errors", fault.target());
        case Fault.Hang fault -> target(path + ".hang", fault.target());
        case Fault.Down fault -> target(path + ".down", fault.target());
        case Fault.Worse fault -> {
          place(path + ".link.from", fault.from().cluster(), fault.from().zone());
          place(path + ".link.to", fault.to().cluster(), fault.to().zone());
        }
        case Fault.StaleTelemetry fault -> place(path + ".telemetry", fault.cluster(), "");
        case Fault.LyingTelemetry fault -> place(path + ".telemetry", fault.cluster(), "");
        case Fault.Scale fault -> scale(path + ".pods", fault);
        case Fault.BrokerDown ignored -> {}
        case Fault.Prices ignored -> {}
      }
    }
  }

  private void scale(String path, Fault.Scale fault) {
    known(path + ".service", "service", fault.service(), services.keySet());
    Service service = services.get(fault.service());
    if (service != null) {
      known(
          path + ".cluster", "pod of " + fault.service() + " in", fault.cluster(), homes(service));
    }
  }

  private void target(String path, Target target) {
    if (!target.cluster().isEmpty()) {
      place(path, target.cluster(), target.zone());
    } else if (!target.zone().isEmpty()) {
      List<String> zones = new ArrayList<>();
      clusters.values().forEach(each -> zones.addAll(each.zones()));
      known(path + ".zone", "zone", target.zone(), zones);
    }
    if (!target.service().isEmpty()) {
      known(path + ".service", "service", target.service(), services.keySet());
    }
  }

  private void contenders() {
    Map<String, Contender> named = byName("contenders", parts.contenders(), Contender::name);
    for (int at = 0; at < parts.expectations().size(); at++) {
      Expectation expected = parts.expectations().get(at);
      String path = "expect[" + at + "]";
      known(path + ".contender", "contender", expected.contender(), named.keySet());
      expected
          .route()
          .ifPresent(
              route -> {
                known(path + ".from", "cluster", route.from(), clusters.keySet());
                known(path + ".to", "cluster", route.to(), clusters.keySet());
              });
      expected
          .relativeTo()
          .ifPresent(other -> known(path + ".relativeTo", "contender", other, named.keySet()));
    }
  }
}
