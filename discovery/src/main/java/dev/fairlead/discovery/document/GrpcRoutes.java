package dev.fairlead.discovery.document;

import dev.fairlead.discovery.document.HttpRouteDocument.RuleSpec;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.route.Expression;
import dev.fairlead.route.Match;
import dev.fairlead.route.Match.PathMatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads GRPCRoutes, whose calls are requests with {@code /service/method} for a path. */
final class GrpcRoutes {
  private static final int MAX_NAME = 1024;

  private static final String WORD = "[A-Za-z_][A-Za-z_0-9]*";
  private static final Pattern SERVICE_NAME = Pattern.compile(WORD + "(\\." + WORD + ")*+");
  private static final Pattern METHOD_NAME = Pattern.compile(WORD);

  private static final Reader<String> SERVICE = name(SERVICE_NAME, "a gRPC service's full name");
  private static final Reader<String> METHOD = name(METHOD_NAME, "a gRPC method's name");

  private static final Reader<Match> MATCH =
      Structures.object(
          fields ->
              new Match(
                  fields.optional("method", Structures.object(GrpcRoutes::path), Match.ALL.path()),
                  Optional.empty(),
                  fields.optional("headers", Matches.HEADERS, List.of()),
                  List.of()));

  private GrpcRoutes() {}

  private static Reader<String> name(Pattern form, String what) {
    return Scalars.text(
        text -> text.length() <= MAX_NAME && form.matcher(text).matches(),
        what,
        "use letters, digits and '_', at most 1024 characters");
  }

  static HttpRouteDocument read(Metadata metadata, Fields spec) {
    return HttpRouteDocument.read(metadata, spec, GrpcRoutes::rule);
  }

  private static RuleSpec rule(Fields fields, String own) {
    List<Match> matches = fields.optional("matches", Structures.list(MATCH, 0, 1024), List.of());
    return HttpRouteDocument.rule(
        fields, own, matches, Filters.ofCall(own), Duration.ZERO, Duration.ZERO);
  }

  private static PathMatch path(Fields fields) {
    boolean expressions = fields.optional("type", Matches.BY_EXPRESSION, false);
    String service = fields.optional("service", expressions ? Matches.EXPRESSION : SERVICE, "");
    String method = fields.optional("method", expressions ? Matches.EXPRESSION : METHOD, "");
    if (fields.find("service").isEmpty() && fields.find("method").isEmpty()) {
      fields.value().problem("names neither service nor method", "add 'service', or remove it");
    }
    PathMatch path = PathMatch.grpc(service, method, expressions);
    if (path.kind() == PathMatch.Kind.EXPRESSION) {
      // Two expressions that are right make one that may be too large.
      Optional<String> mistake = Expression.mistake(path.value());
      if (mistake.isPresent()) {
        fields.value().problem("as one expression " + mistake.get(), "write less");
        return Match.ALL.path();
      }
    }
    return path;
  }
}
