package dev.fairlead.kubernetes.enforce;

import static dev.fairlead.kubernetes.enforce.Splits.OPT_IN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.discovery.GeneratedRoute.Backend;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.enforce.Restorer.Restored;
import dev.fairlead.kubernetes.enforce.Restorer.Result;
import dev.fairlead.kubernetes.lead.Leadership;
import dev.fairlead.steering.control.Mode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** When a route is made, what becomes of it, and that nobody else's ever is. */
class GeneratedRouteTest {
  private static final ObjectName ROUTE = new ObjectName("HTTPRoute", "shop", "web");
  private static final GeneratedRoute WEB = route(new Backend("a", 80, 3), new Backend("b", 81, 1));

  private final MemoryObjects objects = new MemoryObjects();
  private final List<String> made = new ArrayList<>();
  private final Enforcement enforcement = enforcement(Splits.term(1));

  private static GeneratedRoute route(Backend... backends) {
    return new GeneratedRoute(
        new ServiceName("shop", "web"), "web", "HTTPRoute", List.of(backends));
  }

  private Enforcement enforcement(Leadership leadership) {
    return new Enforcement(
        objects,
        objects,
        OPT_IN,
        leadership,
        Clock.systemUTC(),
        new Enforcement.Witness() {
          @Override
          public void conflict() {}

          @Override
          public void made(Split route) {
            made.add(route.name().toString());
          }
        });
  }

  private static Order order(Mode mode, GeneratedRoute route, Map<String, Double> shares) {
    return new Order(mode, Splits.plan(shares), "as the test has it", Optional.of(route));
  }

  private static Order drive(double a) {
    return order(Mode.DRIVE, WEB, Map.of("a", a, "b", 1 - a));
  }

  private String backends() {
    return objects.spec(ROUTE).at("/rules/0/backendRefs").toString();
  }

  private Optional<StoredPlan> plan() {
    return objects.plan("shop", "httproute-web");
  }

  /** A route of somebody's own for the same service. */
  private void putRoute(String name, String label) {
    objects.put(
        """
        {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute",
         "metadata":{"namespace":"shop","name":"%s","labels":{"%s":"%s"}},
         "spec":{"parentRefs":[{"group":"","kind":"Service","name":"web"}],
           "rules":[{"backendRefs":[{"name":"a","port":80},{"name":"b","port":80}]}]}}
        """
            .formatted(name, OptIn.L3_KEY, label));
  }

  @Test
  void itIsThereBeforeAnythingIsMeasuredAndThenFollowsThePlan() {
    assertThat(enforcement.follow(ROUTE, Order.toBeThere(WEB))).isEqualTo(Outcome.MADE);

    assertThat(objects.spec(ROUTE).at("/parentRefs/0/name").asText()).isEqualTo("web");
    assertThat(backends())
        .isEqualTo(
            """
            [{"name":"a","port":80,"weight":3},{"name":"b","port":81,"weight":1}]""");
    assertThat(plan()).isEmpty();
    assertThat(made).containsExactly("HTTPRoute/shop/web");
    assertThat(enforcement.follow(ROUTE, Order.toBeThere(WEB)).kind())
        .isEqualTo(Outcome.Kind.SUPPRESSED);

    assertThat(enforcement.follow(ROUTE, drive(0.25))).isEqualTo(Outcome.WRITTEN);

    assertThat(backends())
        .isEqualTo(
            """
            [{"name":"a","port":80,"weight":2500},{"name":"b","port":81,"weight":7500}]""");
    assertThat(made).hasSize(1);
    assertThat(
            enforcement.isSettled(
                objects.split(ROUTE).orElseThrow(), plan().orElseThrow(), drive(0.25)))
        .isTrue();
  }

  @Test
  void itGoesWithItsPlanWhenItsObjectiveDoes() {
    enforcement.follow(ROUTE, drive(0.25));

    assertThat(enforcement.release(ROUTE)).isEqualTo(Outcome.REMOVED);

    assertThat(objects.split(ROUTE)).isEmpty();
    assertThat(plan()).isEmpty();
    assertThat(enforcement.release(ROUTE).kind()).isEqualTo(Outcome.Kind.SUPPRESSED);
  }

  @Test
  void onlyInDriveIsItThere() {
    Map<String, Double> shares = Map.of("a", 0.25, "b", 0.75);
    enforcement.follow(ROUTE, order(Mode.OBSERVE, WEB, shares));
    assertThat(objects.writes()).isEmpty();

    enforcement.follow(ROUTE, order(Mode.ADVISE, WEB, shares));
    assertThat(objects.split(ROUTE)).isEmpty();
    assertThat(plan().orElseThrow().plan().driven()).isFalse();
    assertThat(plan().orElseThrow().plan().weights()).containsValue(WrittenWeight.of(7500));

    enforcement.follow(ROUTE, drive(0.25));
    assertThat(objects.split(ROUTE)).isPresent();

    enforcement.follow(ROUTE, order(Mode.ADVISE, WEB, shares));
    assertThat(objects.split(ROUTE)).isEmpty();
    enforcement.follow(ROUTE, order(Mode.ADVISE, WEB, shares));
    assertThat(plan().orElseThrow().plan().driven()).isFalse();
  }

  @Test
  void noneIsMadeWhereSomebodySplitsTheTraffic() {
    for (String label : List.of("", "another-manager", OPT_IN.value())) {
      putRoute("theirs", label);
      assertThat(enforcement.follow(ROUTE, drive(0.25)).reason())
          .isEqualTo(Enforcement.ANOTHER_ROUTE);
    }
    objects.remove(new ObjectName("HTTPRoute", "shop", "theirs"));
    objects.put(Splits.web("", Map.of("a", "1", "b", "1")));
    assertThat(enforcement.follow(ROUTE, drive(0.25)).reason())
        .isEqualTo(Enforcement.ANOTHER_ROUTE);
    assertThat(objects.writes()).isEmpty();

    objects.remove(Splits.WEB);
    assertThat(enforcement.follow(ROUTE, drive(0.25))).isEqualTo(Outcome.WRITTEN);
  }

  @Test
  void itGivesWayToSomebodysOwn() {
    enforcement.follow(ROUTE, drive(0.25));
    putRoute("theirs", "");

    assertThat(enforcement.follow(ROUTE, drive(0.5))).isEqualTo(Outcome.REMOVED);

    assertThat(objects.split(ROUTE)).isEmpty();
    assertThat(objects.split(new ObjectName("HTTPRoute", "shop", "theirs"))).isPresent();
  }

  @Test
  void somebodysOwnOfThatNameIsLeftAloneOrLedAsHeWants() {
    putRoute("web", "");
    assertThat(enforcement.follow(ROUTE, drive(0.25)).reason())
        .isEqualTo(Enforcement.ANOTHER_ROUTE);
    assertThat(objects.writes()).isEmpty();

    putRoute("web", OPT_IN.value());
    assertThat(enforcement.follow(ROUTE, drive(0.25))).isEqualTo(Outcome.WRITTEN);
    assertThat(enforcement.release(ROUTE)).isEqualTo(Outcome.RESTORED);
    assertThat(backends()).isEqualTo("[{\"name\":\"a\",\"port\":80},{\"name\":\"b\",\"port\":80}]");
    assertThat(made).isEmpty();
  }

  @Test
  void aNameThatIsTakenByOneThatSplitsNothingIsNotFoughtFor() {
    objects.put(
        """
        {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute",
         "metadata":{"namespace":"shop","name":"web"},
         "spec":{"parentRefs":[{"kind":"Gateway","name":"edge"}],
           "rules":[{"filters":[{"type":"RequestRedirect"}]}]}}
        """);
    assertThat(enforcement.follow(ROUTE, drive(0.25)).reason())
        .isEqualTo(Enforcement.ANOTHER_ROUTE);
    assertThat(objects.writes()).isEmpty();
  }

  @Test
  void oneOfThatNameWithoutAChoiceIsNotAdvisedOn() {
    objects.put(
        """
        {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute",
         "metadata":{"namespace":"shop","name":"web","labels":{"%s":"%s"}},
         "spec":{"parentRefs":[{"group":"","kind":"Service","name":"web"}],
           "rules":[{"backendRefs":[{"name":"a","port":80}]}]}}
        """
            .formatted(OptIn.L3_KEY, OPT_IN.value()));
    enforcement.follow(ROUTE, order(Mode.ADVISE, WEB, Map.of("a", 1.0)));
    assertThat(objects.writes()).isEmpty();
  }

  @Test
  void aCopyOfItUnderAnotherNameIsSomebodysOwn() {
    objects.put(
        """
        {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute",
         "metadata":{"namespace":"shop","name":"web-copy","labels":{"%s":"%s"},
           "annotations":{"fairlead.dev/generated-from":"%s"}},
         "spec":{"parentRefs":[{"group":"","kind":"Service","name":"web"}],
           "rules":[{"backendRefs":[{"name":"a","port":80},{"name":"b","port":80}]}]}}
        """
            .formatted(OptIn.L3_KEY, OPT_IN.value(), RouteJson.recipe(WEB)));
    ObjectName copy = new ObjectName("HTTPRoute", "shop", "web-copy");
    assertThat(objects.split(copy).orElseThrow().led().generated()).isFalse();
    assertThat(enforcement.follow(copy, Order.ABANDON).kind()).isEqualTo(Outcome.Kind.SUPPRESSED);
    assertThat(objects.split(copy)).isPresent();
  }

  @Test
  void adviceIsSettledWithoutARouteAndNotWithOne() {
    Order advice = order(Mode.ADVISE, WEB, Map.of("a", 0.25, "b", 0.75));
    enforcement.follow(ROUTE, advice);
    StoredPlan stored = plan().orElseThrow();
    assertThat(enforcement.seen(Optional.empty(), advice))
        .hasValueSatisfying(
            draft -> assertThat(enforcement.isSettled(draft, stored, advice)).isTrue());

    enforcement.follow(ROUTE, Order.toBeThere(WEB));
    assertThat(enforcement.seen(objects.split(ROUTE), advice)).isEmpty();
    assertThat(enforcement.follow(ROUTE, advice)).isEqualTo(Outcome.REMOVED);
  }

  @Test
  void whoTakesTheLabelOffKeepsIt() {
    enforcement.follow(ROUTE, drive(0.25));
    String json =
        """
        {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute",
         "metadata":{"namespace":"shop","name":"web",
           "annotations":{"fairlead.dev/generated-from":"%s"}},
         "spec":{"parentRefs":[{"group":"","kind":"Service","name":"web"}],
           "rules":[{"backendRefs":%s}]}}
        """
            .formatted(RouteJson.recipe(WEB), backends());
    objects.put(json);

    assertThat(enforcement.follow(ROUTE, drive(0.5))).isEqualTo(Outcome.RESTORED);
    assertThat(enforcement.follow(ROUTE, drive(0.5)).reason()).isEqualTo(Enforcement.ANOTHER_ROUTE);

    assertThat(backends()).contains("\"weight\":3").contains("\"weight\":1");
    assertThat(plan()).isEmpty();
    assertThat(enforcement.release(ROUTE).kind()).isEqualTo(Outcome.Kind.SUPPRESSED);
  }

  @Test
  void otherBackendsMakeAnotherRouteOfIt() {
    enforcement.follow(ROUTE, drive(0.25));
    GeneratedRoute other = route(new Backend("a", 80, 1), new Backend("c", 80, 1));
    Order order = order(Mode.DRIVE, other, Map.of("a", 0.25, "c", 0.75));
    assertThat(
            enforcement.isSettled(objects.split(ROUTE).orElseThrow(), plan().orElseThrow(), order))
        .isFalse();

    assertThat(enforcement.follow(ROUTE, order)).isEqualTo(Outcome.WRITTEN);

    assertThat(backends())
        .isEqualTo(
            """
            [{"name":"a","port":80,"weight":2500},{"name":"c","port":80,"weight":7500}]""");
  }

  @Test
  void anObjectiveThatIsOnlyWrongForTheMomentKeepsIt() {
    enforcement.follow(ROUTE, drive(0.25));
    objects.asked(true);
    assertThat(enforcement.follow(ROUTE, Order.ABANDON).kind()).isEqualTo(Outcome.Kind.REFUSED);
    assertThat(objects.split(ROUTE)).isPresent();

    objects.asked(false);
    assertThat(enforcement.follow(ROUTE, Order.ABANDON)).isEqualTo(Outcome.REMOVED);
    assertThat(objects.split(ROUTE)).isEmpty();
  }

  @Test
  void anUninstallationRemovesIt() {
    enforcement.follow(ROUTE, Order.toBeThere(WEB));
    putRoute("theirs", OPT_IN.value());
    Restorer restorer = new Restorer(objects, objects, OPT_IN, Splits.term(2), Clock.systemUTC());

    assertThat(restorer.restoreAll())
        .containsExactly(new Restored(ROUTE, Result.RESTORED, "generated route removed"));
    assertThat(restorer.restoreAll()).isEmpty();

    objects.remove(new ObjectName("HTTPRoute", "shop", "theirs"));
    enforcement(Splits.term(3)).follow(ROUTE, drive(0.25));
    assertThat(
            new Restorer(objects, objects, OPT_IN, Splits.term(4), Clock.systemUTC()).restoreAll())
        .extracting(Restored::result)
        .containsExactly(Result.RESTORED);
    assertThat(objects.split(ROUTE)).isEmpty();
    assertThat(plan()).isEmpty();
  }

  @Test
  void whoLeadsNoMoreMakesAndRemovesNothing() {
    long[] left = {1};
    Leadership lost =
        new Leadership() {
          @Override
          public OptionalLong term() {
            return left[0]-- > 0 ? OptionalLong.of(1) : OptionalLong.empty();
          }

          @Override
          public void surpassed(long by) {}
        };
    assertThat(enforcement(lost).follow(ROUTE, drive(0.25)).reason())
        .isEqualTo(Enforcement.NOT_LEADER);
    assertThat(objects.writes()).isEmpty();

    enforcement.follow(ROUTE, Order.toBeThere(WEB));
    left[0] = 1;
    assertThat(enforcement(lost).release(ROUTE).reason()).isEqualTo(Enforcement.NOT_LEADER);
    assertThat(objects.split(ROUTE)).isPresent();
  }
}
