package dev.fairlead.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Documents.Result.Accepted;
import dev.fairlead.route.Action;
import dev.fairlead.route.Cors;
import dev.fairlead.route.HeaderEdits;
import dev.fairlead.route.Match;
import dev.fairlead.route.Match.PathMatch;
import dev.fairlead.route.Match.ValueMatch;
import dev.fairlead.route.Mirror;
import dev.fairlead.route.Persistence;
import dev.fairlead.route.Protocol;
import dev.fairlead.route.Retries;
import dev.fairlead.route.Route;
import dev.fairlead.route.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What Gateway API's extended features and GRPCRoutes become. */
class RouteDocumentsTest {
  private static final ServiceName CART = new ServiceName("default", "cart");
  private static final ServiceName SLICED = new ServiceName("default", "sliced");
  private static final ServiceName PLAIN = new ServiceName("other", "plain");

  private final List<Route> routes = routes();

  private static List<Route> routes() {
    Documents.Result result =
        Documents.read(List.of(Path.of("src/test/resources/valid/routes.yaml")));
    assertThat(result).isInstanceOf(Accepted.class);
    return ((Accepted) result).configuration().routes().listeners().getFirst().routes();
  }

  private Rule rule(String route, int index) {
    return routes.stream()
        .filter(r -> r.name().equals("default/" + route))
        .findFirst()
        .orElseThrow()
        .rules()
        .get(index);
  }

  private static Action.Backend backend(ServiceName service, int weight, Protocol protocol) {
    return new Action.Backend(
        Optional.of(service),
        weight,
        HeaderEdits.NONE,
        HeaderEdits.NONE,
        Optional.empty(),
        protocol);
  }

  @Test
  void matchesMayBeExpressions() {
    assertThat(rule("shop", 0).matches())
        .containsExactly(
            new Match(
                new PathMatch(PathMatch.Kind.EXPRESSION, "/v[0-9]+/cart"),
                Optional.empty(),
                List.of(new ValueMatch("x-user", "a|b", true)),
                List.of(new ValueMatch("q", ".+", true))));
    assertThat(rule("shop", 0).name()).isEqualTo("cart");
  }

  @Test
  void aMirrorGetsAPercentageAFractionOrAll() {
    assertThat(rule("shop", 0).mirrors())
        .containsExactly(
            new Mirror(backend(CART, 1, Protocol.H2C), 5, 100),
            new Mirror(backend(PLAIN, 1, Protocol.HTTP1), 1, 1000),
            new Mirror(backend(CART, 1, Protocol.H2C), 1, 1));
  }

  @Test
  void corsSaysWhoMayRead() {
    assertThat(rule("shop", 0).cors())
        .contains(
            new Cors(
                List.of("https://*.example.com", "http://localhost:3000"),
                List.of("GET", "PUT"),
                List.of("X-A"),
                List.of("*"),
                true,
                Duration.ofSeconds(600)));
    assertThat(rule("shop", 1).cors()).isEmpty();
  }

  @Test
  void retriesHaveCodesAttemptsAndBackOff() {
    assertThat(rule("shop", 0).retries())
        .contains(new Retries(Set.of(502, 503), 3, Optional.of(Duration.ofMillis(100))));
    assertThat(rule("shop", 1).retries()).contains(new Retries(Set.of(), 1, Optional.empty()));
    assertThat(rule("calls", 0).retries()).isEmpty();
  }

  @Test
  void sessionsAreKeptByCookieOrHeader() {
    assertThat(rule("shop", 0).persistence())
        .contains(
            new Persistence(
                Persistence.Kind.COOKIE, "sid", Duration.ofHours(1), Duration.ofMinutes(10), true));
    assertThat(rule("shop", 1).persistence())
        .contains(
            new Persistence(
                Persistence.Kind.HEADER, "X-Session", Duration.ZERO, Duration.ZERO, false));
  }

  @Test
  void aBackendSpeaksWhatItsPortItsSliceOrItsShortFormSays() {
    assertThat(rule("shop", 0).action())
        .isEqualTo(
            new Action.Forward(
                List.of(
                    backend(SLICED, 1, Protocol.H2C),
                    backend(CART, 0, Protocol.H2C),
                    backend(PLAIN, 1, Protocol.HTTP1))));
  }

  @Test
  void aGrpcRouteMatchesPathsOfCallsAndItsBackendsSpeakHttp2() {
    Rule rule = rule("calls", 0);
    assertThat(rule.matches())
        .extracting(Match::path)
        .containsExactly(
            new PathMatch(PathMatch.Kind.EXACT, "/a.b.Cart/Add"),
            new PathMatch(PathMatch.Kind.PREFIX, "/a.b.Cart"),
            PathMatch.grpc("", "Add", false),
            PathMatch.grpc("a[.]b[.].*", "Get.*", true));
    assertThat(rule.matches().getFirst().headers()).containsExactly(new ValueMatch("x-a", "1"));
    assertThat(rule.action())
        .isEqualTo(new Action.Forward(List.of(backend(PLAIN, 1, Protocol.H2C))));
    assertThat(rule.mirrors()).containsExactly(new Mirror(backend(CART, 1, Protocol.H2C), 1, 1));
    assertThat(rule("calls", 1).matches()).containsExactly(Match.ALL);
  }
}
