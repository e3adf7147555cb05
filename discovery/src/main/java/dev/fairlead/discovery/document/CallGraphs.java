package dev.fairlead.discovery.document;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.Valuation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads who calls whom among the Services that a TrafficObjective names. */
final class CallGraphs {
  static final String FIELD = "callGraph";

  private static final int MOST_CALLS = 1000;
  private static final Reader<Double> PER_REQUEST = Scalars.number(0, 10_000);

  /** A call as it stands in the document; names are empty where they are wrong. */
  private record Written(
      Located<String> caller,
      Located<String> callee,
      Map<Integer, Double> ratios,
      double waited,
      Value at) {}

  private record OfClass(Located<Integer> trafficClass, double ratio) {}

  private static final Reader<OfClass> OF_CLASS =
      Structures.object(
          fields ->
              new OfClass(
                  fields.required(
                      "class",
                      Structures.located(Scalars.integer(0, Valuation.CLASSES - 1)),
                      new Located<>(TrafficKey.ANY_CLASS, fields.value())),
                  fields.required("callsPerRequest", PER_REQUEST, 0.0)));

  private static final Reader<Written> CALL = Structures.object(CallGraphs::call);

  private CallGraphs() {}

  /**
   * The graph of all calls that are right; empty where none is.
   *
   * @param targets the Services that the objective names: it steers no others
   */
  static Optional<CallGraph> read(Fields spec, String namespace, List<Located<String>> targets) {
    Set<String> known = new TreeSet<>();
    targets.forEach(target -> known.add(target.read()));
    // The name of a target that has none, which is reported.
    known.remove("");
    Map<List<String>, Value> places = new HashMap<>();
    List<CallGraph.Call> calls = new ArrayList<>();
    for (Written call : spec.required(FIELD, Structures.list(CALL, 1, MOST_CALLS), List.of())) {
      boolean caller = isKnown(call.caller(), known);
      boolean callee = isKnown(call.callee(), known);
      if (caller && callee && isFirst(call, places)) {
        calls.add(
            new CallGraph.Call(
                new ServiceName(namespace, call.caller().read()),
                new ServiceName(namespace, call.callee().read()),
                call.ratios(),
                call.waited()));
        if (!isGraph(calls)) {
          calls.removeLast();
          call.at()
              .problem(
                  "closes a circle of calls, in which a request could go round for ever",
                  "leave out one of the circle");
        }
      }
    }
    return calls.isEmpty() ? Optional.empty() : Optional.of(new CallGraph(List.of(), calls));
  }

  private static boolean isGraph(List<CallGraph.Call> calls) {
    try {
      return !new CallGraph(List.of(), calls).services().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isKnown(Located<String> service, Set<String> known) {
    if (!service.read().isEmpty() && !known.contains(service.read())) {
      service
          .at()
          .unknown(Quoted.of(service.read()) + " is not in targetRefs", service.read(), known);
    }
    return known.contains(service.read());
  }

  private static boolean isFirst(Written call, Map<List<String>, Value> places) {
    Value first =
        places.putIfAbsent(List.of(call.caller().read(), call.callee().read()), call.at());
    if (first != null) {
      call.at().problem("is there twice", "the first is at " + first.where());
    }
    return first == null;
  }

  private static Written call(Fields fields) {
    Reader<Located<String>> name = Structures.located(Names.SUBDOMAIN);
    Located<String> missing = new Located<>("", fields.value());
    Map<Integer, Double> ratios = new HashMap<>();
    Located<String> caller = fields.required("caller", name, missing);
    Located<String> callee = fields.required("callee", name, missing);
    fields
        .optional("callsPerRequest", PER_REQUEST)
        .ifPresent(ratio -> ratios.put(TrafficKey.ANY_CLASS, ratio));
    List<OfClass> byClass =
        fields.optional(
            "byClass", Structures.list(OF_CLASS, 1, Valuation.CLASSES), List.<OfClass>of());
    for (OfClass one : byClass) {
      int trafficClass = one.trafficClass().read();
      if (trafficClass >= 0 && ratios.putIfAbsent(trafficClass, one.ratio()) != null) {
        one.trafficClass().at().problem("is there twice", "remove one");
      }
    }
    double waited = fields.optional("waited", Scalars.percent(0, 100), 1.0);
    return new Written(caller, callee, ratios, waited, fields.value());
  }
}
