package dev.fairlead.discovery.resolve;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.document.Filters;
import dev.fairlead.discovery.document.HttpRouteDocument;
import dev.fairlead.discovery.document.HttpRouteDocument.BackendRef;
import dev.fairlead.discovery.document.HttpRouteDocument.RuleSpec;
import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.document.Metadata;
import dev.fairlead.discovery.document.MirrorReader.MirrorRef;
import dev.fairlead.discovery.document.StaticResponseDocument;
import dev.fairlead.discovery.document.TunnelRouteDocument;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.route.Action;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.Match;
import dev.fairlead.route.Mirror;
import dev.fairlead.route.Protocol;
import dev.fairlead.route.Rewrite;
import dev.fairlead.route.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Resolves the rules of HTTPRoutes and GRPCRoutes. */
final class Routes {
  private static final Action NOTHING = new Action.Forward(List.of());

  private final Index index;
  private final Services services;
  private final Grants grants;

  Routes(Index index, Services services, Grants grants) {
    this.index = index;
    this.services = services;
    this.grants = grants;
  }

  List<Rule> rules(HttpRouteDocument route) {
    return route.rules().stream().map(rule -> rule(rule, route.metadata())).toList();
  }

  private Rule rule(RuleSpec rule, Metadata route) {
    Filters filters = rule.filters();
    checkPrefix(rule);
    return new Rule(
        rule.name(),
        rule.matches(),
        filters.requestHeaders(),
        filters.responseHeaders(),
        filters.rewrite().map(Located::read).orElse(Rewrite.NONE),
        filters.mirrors().stream().map(mirror -> mirror(mirror, route)).toList(),
        filters.cors().map(Located::read),
        action(rule, route),
        rule.requestTimeout(),
        rule.backendTimeout(),
        rule.retries().map(Located::read),
        rule.persistence().map(Located::read));
  }

  private Mirror mirror(MirrorRef mirror, Metadata route) {
    return new Mirror(backend(mirror.backend(), route), mirror.numerator(), mirror.denominator());
  }

  private Action action(RuleSpec rule, Metadata route) {
    Filters filters = rule.filters();
    List<Action.Backend> backends = new ArrayList<>();
    long weights = 0;
    for (BackendRef ref : rule.backends()) {
      backends.add(backend(ref, route));
      weights += ref.weight();
    }
    if (filters.reply().isPresent() || filters.redirect().isPresent()) {
      checkAlone(rule);
      return filters
          .reply()
          .map(reply -> reply(reply, route.namespace()))
          .orElseGet(() -> filters.redirect().<Action>map(Located::read).orElse(NOTHING));
    }
    if (backends.isEmpty()) {
      rule.at().problem("leads nowhere", "add backendRefs, a RequestRedirect or a StaticResponse");
    } else if (weights == 0) {
      rule.at().problem("all weights are 0", "give at least one backend a weight");
    }
    return new Action.Forward(backends);
  }

  private Action reply(Located<String> name, String namespace) {
    return index
        .resolve(
            StaticResponseDocument.class, Kinds.STATIC_RESPONSE, namespace, name.read(), name.at())
        .<Action>map(StaticResponseDocument::reply)
        .orElse(NOTHING);
  }

  /** What a tunnel's connections are led to. */
  Action.Forward connections(TunnelRouteDocument route) {
    List<Action.Backend> backends =
        route.backends().stream().map(ref -> backend(ref, route.metadata())).toList();
    if (!backends.isEmpty() && backends.stream().allMatch(backend -> backend.weight() == 0)) {
      route.at().problem("all weights are 0", "give at least one backend a weight");
    }
    return new Action.Forward(backends);
  }

  private Action.Backend backend(BackendRef ref, Metadata route) {
    boolean allowed = grants.follows(route, Kinds.SERVICE, ref.namespace(), ref.name(), ref.at());
    Optional<ServiceName> service = services.refer(ref).filter(found -> allowed);
    return new Action.Backend(
        service,
        ref.weight(),
        ref.requestHeaders(),
        ref.responseHeaders(),
        service.flatMap(services::affinity),
        route.kind().equals(Kinds.GRPC_ROUTE)
            ? Protocol.H2C
            : service.map(services::protocol).orElse(Protocol.HTTP1));
  }

  /** An answer without an upstream excludes whatever concerns one. */
  private static void checkAlone(RuleSpec rule) {
    Filters filters = rule.filters();
    if (!rule.backends().isEmpty()) {
      rule.at().problem("answers by a filter and has backendRefs", "remove one of them");
    }
    if (filters.redirect().isPresent() && filters.reply().isPresent()) {
      rule.at().problem("has a RequestRedirect and an ExtensionRef", "remove one of them");
    }
    filters
        .rewrite()
        .ifPresent(
            rewrite ->
                rewrite.at().problem("nothing is sent that could be rewritten", "remove it"));
    if (!filters.requestHeaders().equals(HeaderEdits.NONE)) {
      rule.at().problem("edits headers of a request that is not sent", "remove the filter");
    }
    boolean location =
        Stream.of(filters.responseHeaders().set(), filters.responseHeaders().add())
            .flatMap(List::stream)
            .anyMatch(header -> header.name().equalsIgnoreCase("location"));
    if (filters.redirect().isPresent() && location) {
      rule.at().problem("edits the Location of its own redirect", "say it in requestRedirect");
    }
    filters
        .mirrors()
        .forEach(
            mirror ->
                mirror
                    .backend()
                    .at()
                    .problem("nothing is sent that could be mirrored", "remove the filter"));
    filters
        .cors()
        .ifPresent(cors -> cors.at().problem("is for answers of backends", "remove the filter"));
    rule.retries().ifPresent(retry -> retry.at().problem("nothing is sent again", "remove it"));
    rule.persistence()
        .ifPresent(session -> session.at().problem("no session leads anywhere", "remove it"));
  }

  /** Only where a prefix was matched can it be replaced. */
  private static void checkPrefix(RuleSpec rule) {
    boolean prefixes =
        rule.matches().stream()
            .allMatch(match -> match.path().kind() == Match.PathMatch.Kind.PREFIX);
    if (prefixes) {
      return;
    }
    String hint = "use type: PathPrefix in each match, or ReplaceFullPath";
    rule.filters()
        .rewrite()
        .filter(rewrite -> rewrite.read().path() instanceof Rewrite.Path.ReplacePrefix)
        .ifPresent(
            rewrite -> rewrite.at().problem("replaces a prefix of a match without one", hint));
    rule.filters()
        .redirect()
        .filter(redirect -> redirect.read().path() instanceof Rewrite.Path.ReplacePrefix)
        .ifPresent(
            redirect -> redirect.at().problem("replaces a prefix of a match without one", hint));
  }
}
