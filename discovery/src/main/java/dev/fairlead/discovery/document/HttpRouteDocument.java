package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.Match;
import dev.fairlead.route.Persistence;
import dev.fairlead.route.Retries;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** An HTTPRoute or GRPCRoute, as its kind says, with its references still by name. */
public record HttpRouteDocument(
    Metadata metadata,
    List<ParentRef> parents,
    List<Located<String>> hostnames,
    List<RuleSpec> rules)
    implements Document {

  /**
   * The Gateway, or some of its listeners, that a route attaches to.
   *
   * @param section a listener's name; empty for each
   * @param port of the listeners; empty for any
   */
  public record ParentRef(
      String namespace, String name, String section, Optional<Integer> port, Value at) {}

  /**
   * One rule.
   *
   * @param name empty for none
   */
  public record RuleSpec(
      String name,
      List<Match> matches,
      Filters filters,
      List<BackendRef> backends,
      Duration requestTimeout,
      Duration backendTimeout,
      Optional<Located<Retries>> retries,
      Optional<Located<Persistence>> persistence,
      Value at) {}

  /** A Service by name, and its share. */
  public record BackendRef(
      String namespace,
      String name,
      Optional<Located<Integer>> port,
      int weight,
      HeaderEdits requestHeaders,
      HeaderEdits responseHeaders,
      Value at) {}

  /** Gateway API's bound. */
  static final int MAX_WEIGHT = 1_000_000;

  private static final Reader<Duration> TIMEOUT =
      Scalars.duration(Duration.ZERO, Duration.ofHours(24));

  static HttpRouteDocument read(Metadata metadata, Fields spec) {
    return read(metadata, spec, HttpRouteDocument::rule);
  }

  /**
   * @param rule reads a rule in a namespace
   */
  static HttpRouteDocument read(
      Metadata metadata, Fields spec, BiFunction<Fields, String, RuleSpec> rule) {
    String own = metadata.namespace();
    List<ParentRef> parents =
        spec.required(
            "parentRefs",
            Structures.list(Structures.object(fields -> parent(fields, own)), 1, 32),
            List.of());
    List<Located<String>> hostnames =
        spec.optional(
            "hostnames", Structures.list(Structures.located(Names.HOST), 0, 64), List.of());
    List<RuleSpec> rules =
        spec.required(
            "rules",
            Structures.list(Structures.object(fields -> rule.apply(fields, own)), 1, 1024),
            List.of());
    spec.unsupported("useDefaultGateways", "name the Gateway in parentRefs");
    Set<String> names = new HashSet<>();
    for (RuleSpec each : rules) {
      if (!each.name.isEmpty() && !names.add(each.name)) {
        each.at.problem("a second rule " + Quoted.of(each.name), "give each a name of its own");
      }
    }
    return new HttpRouteDocument(metadata, parents, hostnames, rules);
  }

  static ParentRef parent(Fields fields, String own) {
    fields.optional("group", Scalars.oneOf(Map.of(Kinds.GATEWAY_GROUP, "")));
    fields.optional("kind", Scalars.oneOf(Map.of(Kinds.GATEWAY, "")));
    return new ParentRef(
        fields.optional("namespace", Names.LABEL, own),
        fields.required("name", Names.SUBDOMAIN, ""),
        fields.optional("sectionName", Names.SUBDOMAIN, ""),
        fields.optional("port", Names.PORT),
        fields.value());
  }

  private static RuleSpec rule(Fields fields, String own) {
    List<Match> matches =
        fields.optional("matches", Structures.list(Matches.MATCH, 0, 1024), List.of());
    Timeouts timeouts =
        fields.optional("timeouts", Structures.object(HttpRouteDocument::timeouts), Timeouts.NONE);
    Optional<Located<Retries>> retries =
        fields.optional("retry", Structures.located(Repetitions.RETRIES));
    RuleSpec rule =
        rule(fields, own, matches, Filters.ofRule(own), timeouts.request, timeouts.backend);
    return new RuleSpec(
        rule.name,
        rule.matches,
        rule.filters,
        rule.backends,
        rule.requestTimeout,
        rule.backendTimeout,
        retries,
        rule.persistence,
        rule.at);
  }

  /** A rule with what all kinds of routes have. */
  static RuleSpec rule(
      Fields fields,
      String own,
      List<Match> matches,
      Reader<Filters> filters,
      Duration requestTimeout,
      Duration backendTimeout) {
    return new RuleSpec(
        fields.optional("name", Names.SUBDOMAIN, ""),
        matches.isEmpty() ? List.of(Match.ALL) : matches,
        fields.optional("filters", filters, Filters.NONE),
        fields.optional(
            "backendRefs",
            Structures.list(Structures.object(ref -> backend(ref, own)), 0, 128),
            List.of()),
        requestTimeout,
        backendTimeout,
        Optional.empty(),
        fields.optional("sessionPersistence", Structures.located(Repetitions.PERSISTENCE)),
        fields.value());
  }

  private static BackendRef backend(Fields fields, String own) {
    fields.optional("group", Scalars.oneOf(Map.of("", "")));
    fields.optional("kind", Scalars.oneOf(Map.of(Kinds.SERVICE, "")));
    Filters filters = fields.optional("filters", Filters.ofBackend(own), Filters.NONE);
    return new BackendRef(
        fields.optional("namespace", Names.LABEL, own),
        fields.required("name", Names.SUBDOMAIN, ""),
        fields.optional("port", Structures.located(Names.PORT)),
        fields.optional("weight", Scalars.integer(0, MAX_WEIGHT), 1),
        filters.requestHeaders(),
        filters.responseHeaders(),
        fields.value());
  }

  private record Timeouts(Duration request, Duration backend) {
    static final Timeouts NONE = new Timeouts(Duration.ZERO, Duration.ZERO);
  }

  private static Timeouts timeouts(Fields fields) {
    Duration request = fields.optional("request", TIMEOUT, Duration.ZERO);
    Duration backend = fields.optional("backendRequest", TIMEOUT, Duration.ZERO);
    if (request.isPositive() && backend.compareTo(request) > 0) {
      fields
          .find("backendRequest")
          .ifPresent(
              at -> at.problem("is longer than 'request'", "one attempt is a part of the whole"));
    }
    return new Timeouts(request, backend);
  }
}
