package dev.fairlead.discovery.document;

import dev.fairlead.discovery.GeneratedRoute.Backend;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the route that a TrafficObjective wants to be there. */
final class GeneratedRoutes {
  static final String FIELD = "generatedRoute";

  /** As many as Gateway API has in a rule. */
  private static final int MOST_BACKENDS = 16;

  private static final int MOST_WEIGHT = 1_000_000;
  private static final int MOST_PORT = 65_535;

  private static final Reader<String> KIND =
      Scalars.oneOf(Map.of(Kinds.HTTP_ROUTE, Kinds.HTTP_ROUTE, Kinds.GRPC_ROUTE, Kinds.GRPC_ROUTE));

  private static final Reader<Located<Backend>> BACKEND =
      Structures.located(
          Structures.object(
              fields ->
                  new Backend(
                      fields.required("name", Names.SUBDOMAIN, ""),
                      fields.required("port", Scalars.integer(1, MOST_PORT), 1),
                      fields.optional("weight", Scalars.integer(0, MOST_WEIGHT), 1))));

  private GeneratedRoutes() {}

  /**
   * Empty where none is asked for, or what is asked for cannot be.
   *
   * @param targets the Services that the objective names: a route is of one
   */
  static Optional<TrafficObjectiveDocument.Route> read(Fields spec, List<Located<String>> targets) {
    if (spec.find(FIELD).isEmpty()) {
      return Optional.empty();
    }
    Optional<TrafficObjectiveDocument.Route> route =
        spec.optional(FIELD, Structures.object(GeneratedRoutes::route));
    if (targets.size() > 1) {
      spec.find(FIELD)
          .orElseThrow()
          .problem(
              "is of one Service, and targetRefs names " + targets.size(),
              "write an objective for each");
      return Optional.empty();
    }
    return route.filter(_ -> !targets.isEmpty());
  }

  private static TrafficObjectiveDocument.Route route(Fields fields) {
    String kind = fields.optional("kind", KIND, Kinds.HTTP_ROUTE);
    List<Located<Backend>> backends =
        fields.required("backends", Structures.list(BACKEND, 2, MOST_BACKENDS), List.of());
    Set<String> names = new HashSet<>();
    for (Located<Backend> backend : backends) {
      String name = backend.read().name();
      if (!name.isEmpty() && !names.add(name)) {
        backend.at().problem("names " + Quoted.of(name) + " a second time", "remove one");
      }
    }
    if (!backends.isEmpty() && backends.stream().allMatch(each -> each.read().weight() == 0)) {
      fields.value().problem("gives no backend any weight", "leave out a weight: it is 1 then");
    }
    return new TrafficObjectiveDocument.Route(kind, backends);
  }
}
