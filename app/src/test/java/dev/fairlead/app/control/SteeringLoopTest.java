package dev.fairlead.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Request;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.steering.capacity.Capacity;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.MonthlyVolume;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Allocation;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.Valuation;
import dev.fairlead.steering.plan.Plan;
import dev.fairlead.steering.plan.PolicyKind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The driver on a clock of its own, with real balancers and controllers. */
class SteeringLoopTest {
  private static final ServiceName SHOP = new ServiceName("default", "shop");
  private static final Place WEST = new Place("west", new Locality("us-west", "a", ""), "", "");
  private static final Place EAST = new Place("east", new Locality("us-east", "a", ""), "", "");
  private static final Configuration.Cluster FAR_APART =
      new Configuration.Cluster(
          "west",
          WEST,
          true,
          new TreeMap<>(Map.of("east", Duration.ofMillis(60))),
          Optional.empty());
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong nanos = new AtomicLong();
  private final SplittableRandom random = new SplittableRandom(42);
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final ServiceBalancer balancer =
      new ServiceBalancer(SHOP, BalancerPolicy.DEFAULT, WEST, nanos::get, random::nextLong);
  private InForce inForce = inForce(1, Optional.empty());
  private List<Led> led = List.of();
  private final Overrides overrides = new Overrides();
  private final SteeringLoop loop =
      new SteeringLoop(
          () -> inForce,
          new LinkHintBoard(nanos::get),
          overrides,
          () -> MonthlyVolume.NONE,
          _ -> led,
          noPings(),
          nanos::get,
          Clock.fixed(Instant.ofEpochMilli(1234), ZoneOffset.UTC),
          new OperatorLog(
              new PrintStream(logged, true, StandardCharsets.UTF_8), Clock.systemUTC()));

  SteeringLoopTest() {
    balancer.update(
        new EndpointSet(
            List.of(
                new Endpoint(new Address("127.0.0.1", 9001), WEST),
                new Endpoint(new Address("127.0.0.1", 9101), EAST))));
  }

  private Pings noPings() {
    return new Pings(
        () -> inForce,
        (uri, timeout) -> {
          throw new AssertionError("nothing is to be pinged");
        },
        nanos::get,
        random::nextLong);
  }

  private InForce inForce(long generation, Optional<Objective> objective) {
    return inForce(generation, objective, Map.of(SHOP, balancer));
  }

  private static InForce inForce(
      long generation, Optional<Objective> objective, Map<ServiceName, ServiceBalancer> balancers) {
    TreeMap<ServiceName, Configuration.ServiceConfig> services = new TreeMap<>();
    for (ServiceName name : balancers.keySet()) {
      services.put(
          name,
          new Configuration.ServiceConfig(
              name,
              BalancerPolicy.DEFAULT,
              objective,
              Optional.empty(),
              List.of(),
              List.of(),
              Optional.empty()));
    }
    return new InForce(
        generation,
        0,
        new Configuration(WEST, RouteConfig.EMPTY, services, List.of(FAR_APART), PriceList.FREE),
        new TreeMap<>(balancers));
  }

  private void configure(Optional<Objective> objective) {
    inForce = inForce(inForce.generation() + 1, objective);
    loop.tick();
  }

  private static Objective even(Mode mode) {
    return even(mode, Duration.ofSeconds(1));
  }

  private static Objective even(Mode mode, Duration period) {
    return new Objective(PolicyKind.EVEN, mode, period, ChangeControl.DEFAULT);
  }

  private void pass(long time) {
    nanos.addAndGet(time);
    loop.tick();
  }

  /** The share of 1000 requests that leaves the caller's cluster. */
  private double leaves() {
    int east = 0;
    for (int i = 0; i < 1000; i++) {
      Lease lease = (Lease) balancer.pick(Request.ANY);
      if (lease.endpoint().cluster().equals("east")) {
        east++;
      }
      lease.answered();
      lease.end(Outcome.REPLIED);
    }
    return east / 1000.0;
  }

  @Test
  void withoutAnObjectiveNothingIsSteered() {
    pass(SECOND);

    assertThat(loop.plans()).isEmpty();
    assertThat(leaves()).isZero();
  }

  @Test
  void aPlanComesAfterAPeriodAndDriveEnforcesIt() {
    configure(Optional.of(even(Mode.DRIVE)));
    pass(SECOND - 1);
    assertThat(loop.plans()).isEmpty();
    assertThat(leaves()).isZero();

    pass(1);

    PlanView plan = loop.plans().get(SHOP);
    assertThat(plan.version()).isEqualTo(1);
    assertThat(plan.changedAtMillis()).isEqualTo(1234);
    assertThat(plan.inForce().shares()).hasSize(2);
    assertThat(plan.history()).hasSize(1);
    // Six standard deviations of a fair coin thrown 1000 times.
    assertThat(leaves()).isCloseTo(0.5, within(6 * 0.5 / Math.sqrt(1000)));
  }

  @Test
  void observeAndAdvisePlanButEnforceNothing() {
    for (Mode mode : List.of(Mode.OBSERVE, Mode.ADVISE)) {
      configure(Optional.of(even(mode)));
      pass(SECOND);

      assertThat(loop.plans().get(SHOP).mode()).isEqualTo(mode);
      assertThat(leaves()).isZero();
    }
  }

  private static Optional<Objective> l3(Mode mode) {
    return Optional.of(
        new Objective(PolicyKind.L3, mode, Duration.ofSeconds(1), ChangeControl.DEFAULT));
  }

  @Test
  void whatOthersCarryIsSteeredByWhatTheyMeasured() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    led = List.of(split);

    for (int i = 0; i < 30; i++) {
      pass(SECOND);
    }

    Map<String, Double> shares = new TreeMap<>();
    loop.plans()
        .get(SHOP)
        .inForce()
        .shares()
        .forEach(each -> shares.put(each.destination(), each.share()));
    assertThat(shares.get("shop-west")).isGreaterThan(1.3 * shares.get("shop-east"));
    assertThat(split.writes()).isNotEmpty().doesNotContain("released");
    // Its own proxy' traffic is led by locality as before.
    assertThat(leaves()).isZero();
  }

  @Test
  void numbersThatAreStaleChangeNothing() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    led = List.of(split);
    for (int i = 0; i < 10; i++) {
      pass(SECOND);
    }
    String before = loop.plans().get(SHOP).inForce().shares().toString();

    split.age(3600 * SECOND);
    for (int i = 0; i < 10; i++) {
      pass(SECOND);
    }

    assertThat(shares(loop.plans().get(SHOP).inForce().shares().toString()))
        .isEqualTo(shares(before));
    assertThat(split.writes()).doesNotContain("released");
  }

  private static List<String> shares(String text) {
    return java.util.regex.Pattern.compile("share=[0-9.]+")
        .matcher(text)
        .results()
        .map(java.util.regex.MatchResult::group)
        .toList();
  }

  /** Orders are in force again before the first plan. */
  @Test
  void whatWasDrivenUnderAFreezeStaysAsItIsUntilTheFirstPlanOfTheNextProcess() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    led = List.of(split);
    Plan kept =
        new Plan(
            new TrafficKey(SHOP, "west", TrafficKey.ANY_CLASS),
            List.of(
                new Plan.Share("shop-west", 0.9, Double.NaN, "kept"),
                new Plan.Share("shop-east", 0.1, Double.NaN, "kept")));
    overrides.rollback(
        SHOP,
        new PlanVersion(7, 1, "before", kept, new TreeMap<>()),
        Mode.DRIVE,
        new Overrides.Order("ann", 1, ""));

    loop.tick();
    assertThat(split.writes()).isEmpty();
    pass(SECOND);
    pass(SECOND);

    assertThat(split.writes()).isNotEmpty().doesNotContain("released");
    assertThat(split.writes().getLast()).contains("share=0.9");
    assertThat(loop.plans().get(SHOP).why()).isEqualTo("back to version 7 by order of ann");
  }

  @Test
  void whatIsRolledBackOrAppliedSaysSoWhereverItIsWritten() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    led = List.of(split);
    for (int i = 0; i < 30; i++) {
      pass(SECOND);
    }
    PlanVersion first = loop.plans().get(SHOP).history().getFirst();
    Overrides.Order order = new Overrides.Order("ann", 1, "");

    overrides.rollback(SHOP, first, Mode.DRIVE, order);
    for (int i = 0; i < 5; i++) {
      pass(SECOND);
      String why = "back to version " + first.version() + " by order of ann";
      assertThat(split.lastWhy()).isEqualTo(why);
      assertThat(loop.plans().get(SHOP).why()).isEqualTo(why);
    }

    overrides.unfreeze(Optional.of(SHOP));
    overrides.mode(SHOP, Optional.of(Mode.ADVISE), order);
    pass(SECOND);
    overrides.apply(SHOP, first, Mode.DRIVE, order);
    pass(SECOND);
    assertThat(split.lastWhy())
        .isEqualTo("version " + first.version() + " applied by order of ann");
  }

  @Test
  void anObjectThatIsNoLongerLedGetsItsWeightsBack() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    led = List.of(split);
    pass(SECOND);
    pass(SECOND);
    assertThat(split.writes()).isNotEmpty();

    led = List.of();
    pass(1);

    assertThat(split.writes()).last().isEqualTo("released");
    assertThat(loop.plans()).doesNotContainKey(SHOP);
  }

  @Test
  void ofTwoObjectsOfOneServiceTheFirstIsLedAndTheOtherIsNamed() {
    Split first = new Split("TrafficSplit/default/shop", SHOP, l3(Mode.DRIVE));
    Split second = new Split("HTTPRoute/default/shop", SHOP, l3(Mode.DRIVE));
    led = List.of(first);
    pass(SECOND);
    pass(SECOND);
    led = List.of(first, second);
    pass(SECOND);
    led = List.of(first, second, new Split(new ServiceName("default", "cart"), l3(Mode.DRIVE)));
    pass(SECOND);

    assertThat(first.writes()).isNotEmpty().doesNotContain("released");
    assertThat(second.writes()).isEmpty();
    assertThat(loop.others()).containsEntry(SHOP, first);
    assertThat(logged.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("object=HTTPRoute/default/shop service=default/shop");

    led = List.of(second);
    pass(SECOND);
    pass(SECOND);
    assertThat(first.writes()).last().isEqualTo("released");
    assertThat(second.writes()).isNotEmpty();
  }

  @Test
  void aBackendThatWasNeverMeasuredDoesNotKeepAJointPolicyFromBeginning() {
    Split split =
        new Split(
            SHOP,
            Optional.of(
                new Objective(
                    PolicyKind.OPTIMIZED,
                    Mode.OBSERVE,
                    Duration.ofSeconds(1),
                    ChangeControl.DEFAULT)));
    split.renewEast();
    led = List.of(split);
    for (int i = 0; i < 5; i++) {
      pass(SECOND);
    }

    assertThat(loop.plans().get(SHOP).insight().solution()).isPresent();
    assertThat(loop.plans().get(SHOP).wanted().shares())
        .allSatisfy(share -> assertThat(share.terms()).isPresent());
  }

  @Test
  void aDocumentsObjectiveIsStrongerThanTheObjects() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    led = List.of(split);
    configure(Optional.of(even(Mode.OBSERVE)));
    pass(SECOND);

    assertThat(loop.plans().get(SHOP).mode()).isEqualTo(Mode.OBSERVE);
    assertThat(split.writes()).containsOnly("released");
  }

  /** How much of it each order so far gives to the west, where L3 wants two thirds or so. */
  private static List<Double> west(Split split) {
    return split.orders().stream().map(each -> each.getOrDefault("shop-west", 0.0)).toList();
  }

  private static final double LARGEST_STEP = ChangeControl.DEFAULT.largestStep() + 1e-9;

  @Test
  void theFirstPlanIsAStepFromTheWeightsThatAreThere() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    split.write(0.1, 0.9);
    led = List.of(split);
    for (int i = 0; i < 30; i++) {
      pass(SECOND);
    }

    double last = 0.1;
    for (double west : west(split)) {
      assertThat(west).isBetween(last, last + LARGEST_STEP);
      last = west;
    }
    assertThat(last).isGreaterThan(0.5);
  }

  @Test
  void whoIsDrivenByOrderGoesFromTheWeightsThatAreThereAtOnce() {
    Split split = new Split(SHOP, longL3());
    split.write(0.1, 0.9);
    led = List.of(split);
    for (int i = 0; i < 5; i++) {
      pass(10 * SECOND);
    }
    assertThat(loop.plans().get(SHOP).inForce().shares().getFirst().share()).isNotEqualTo(0.1);

    overrides.mode(SHOP, Optional.of(Mode.DRIVE), new Overrides.Order("a test", 0, ""));
    pass(1);
    pass(1);

    assertThat(west(split)).hasSize(1).first().satisfies(isAbout(0.2));
  }

  private static Consumer<Double> isAbout(double share) {
    return west -> assertThat(west).isCloseTo(share, within(1e-3));
  }

  @Test
  void frozenFromTheBeginningWeightsStayAsTheyAre() {
    Split split =
        new Split(
            SHOP,
            Optional.of(
                new Objective(
                    PolicyKind.L3,
                    Mode.DRIVE,
                    Duration.ofSeconds(1),
                    new ChangeControl(0.02, 0.1, 2, true))));
    split.write(0.1, 0.9);
    led = List.of(split);
    for (int i = 0; i < 10; i++) {
      pass(SECOND);
    }

    assertThat(loop.plans()).containsKey(SHOP);
    assertThat(west(split)).allSatisfy(isAbout(0.1));
  }

  private static Optional<Objective> longL3() {
    return Optional.of(
        new Objective(PolicyKind.L3, Mode.OBSERVE, Duration.ofSeconds(10), ChangeControl.DEFAULT));
  }

  @Test
  void weightsThatSomebodyElseWroteAreWhereThePlanGoesOnFrom() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    led = List.of(split);
    for (int i = 0; i < 30; i++) {
      pass(SECOND);
    }
    int orders = split.orders().size();
    split.write(0.05, 0.95);
    pass(SECOND);
    pass(SECOND);
    pass(SECOND);

    List<Double> since = west(split).subList(orders, split.orders().size());
    assertThat(since).isNotEmpty();
    assertThat(since.getLast()).isLessThan(0.05 + 2 * LARGEST_STEP);
  }

  @Test
  void aPlanThatDoesNotComeToPassIsNotBuiltUpon() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    split.write(0.1, 0.9);
    led = List.of(split);
    pass(SECOND);
    pass(SECOND);
    double there = split.shares().getOrDefault("shop-west", 0.0);
    split.away(true);
    for (int i = 0; i < 100; i++) {
      pass(SECOND);
    }

    assertThat(west(split)).allSatisfy(west -> assertThat(west).isLessThan(there + LARGEST_STEP));
    assertThat(loop.plans().get(SHOP).why()).contains("not written yet");
    assertThat(loop.plans().get(SHOP).history()).hasSizeLessThan(5);

    split.away(false);
    split.retry();
    for (int i = 0; i < 30; i++) {
      pass(SECOND);
    }
    assertThat(split.shares().getOrDefault("shop-west", 0.0)).isGreaterThan(0.5);
  }

  @Test
  void weightsStayAsTheyAreUntilSomethingIsMeasured() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    split.measured(false);
    led = List.of(split);
    for (int i = 0; i < 5; i++) {
      pass(SECOND);
    }
    assertThat(split.writes()).containsOnly("made");
    assertThat(loop.plans()).isEmpty();

    split.measured(true);
    pass(SECOND);

    assertThat(loop.plans().get(SHOP).version()).isEqualTo(1);

    assertThat(split.writes()).last().asString().startsWith("DRIVE");
  }

  @Test
  void whoIsDrivenByOrderHasTheReasonOfTheLastChange() {
    Split split = new Split(SHOP, l3(Mode.OBSERVE));
    led = List.of(split);
    for (int i = 0; i < 30; i++) {
      pass(SECOND);
    }

    overrides.mode(SHOP, Optional.of(Mode.DRIVE), new Overrides.Order("a test", 0, ""));
    pass(SECOND);

    assertThat(split.lastWhy()).isEqualTo(loop.plans().get(SHOP).history().getLast().why());
    assertThat(split.lastWhy()).doesNotContain("kept");
  }

  @Test
  void anObjectThatIsObservedHasAPlanAndIsDrivenByOrderAlone() {
    Split split = new Split(SHOP, l3(Mode.OBSERVE));
    led = List.of(split);
    for (int i = 0; i < 5; i++) {
      pass(SECOND);
    }
    assertThat(loop.plans().get(SHOP).inForce().shares()).isNotEmpty();
    // Once: a process before this one may have driven it.
    assertThat(split.writes()).containsExactly("released");

    Overrides.Order order = new Overrides.Order("a test", 0, "");
    overrides.mode(SHOP, Optional.of(Mode.DRIVE), order);
    pass(SECOND);
    assertThat(loop.plans().get(SHOP).mode()).isEqualTo(Mode.DRIVE);
    assertThat(split.writes()).last().asString().startsWith("DRIVE");

    overrides.mode(SHOP, Optional.empty(), order);
    pass(1);
    pass(SECOND);
    assertThat(split.writes()).last().isEqualTo("released");
    assertThat(split.writes()).filteredOn("released"::equals).hasSize(2);
  }

  @Test
  void nothingIsLedBeforeTheDocumentsAreThere() {
    Split split = new Split(SHOP, l3(Mode.DRIVE));
    led = List.of(split);
    inForce = inForce(0, Optional.empty(), Map.of());
    pass(SECOND);
    pass(SECOND);
    assertThat(split.writes()).isEmpty();
    assertThat(loop.steering()).isEmpty();

    configure(Optional.of(even(Mode.OBSERVE)));
    pass(SECOND);
    assertThat(split.writes()).containsOnly("released");
  }

  @Test
  void leavingDriveGivesTheChoiceBackAtOnce() {
    configure(Optional.of(even(Mode.DRIVE)));
    pass(SECOND);
    assertThat(leaves()).isPositive();

    configure(Optional.of(even(Mode.OBSERVE)));
    assertThat(leaves()).isZero();

    configure(Optional.of(even(Mode.DRIVE)));
    pass(SECOND);
    assertThat(leaves()).isPositive();

    configure(Optional.empty());
    assertThat(leaves()).isZero();
    assertThat(loop.plans()).isEmpty();
  }

  @Test
  void aModeIsShownAndTakesEffectAtOnceHoweverLongThePeriod() {
    Duration hour = Duration.ofHours(1);
    configure(Optional.of(even(Mode.OBSERVE, hour)));
    pass(hour.toNanos());
    assertThat(leaves()).isZero();

    configure(Optional.of(even(Mode.DRIVE, hour)));
    assertThat(loop.plans().get(SHOP).mode()).isEqualTo(Mode.DRIVE);
    assertThat(leaves()).isPositive();

    configure(Optional.of(even(Mode.ADVISE, hour)));
    assertThat(loop.plans().get(SHOP).mode()).isEqualTo(Mode.ADVISE);
    assertThat(leaves()).isZero();
  }

  @Test
  void aReloadThatChangesNothingHereKeepsThePlan() {
    configure(Optional.of(even(Mode.DRIVE)));
    pass(SECOND);
    PlanView before = loop.plans().get(SHOP);

    configure(Optional.of(even(Mode.DRIVE)));

    assertThat(loop.plans().get(SHOP)).isEqualTo(before);
    assertThat(leaves()).isPositive();
  }

  private void send(int trafficClass, int requests) {
    Request request =
        new Request() {
          @Override
          public int trafficClass() {
            return trafficClass;
          }
        };
    for (int i = 0; i < requests; i++) {
      Lease lease = (Lease) balancer.pick(request);
      nanos.addAndGet(100_000);
      lease.answered();
      lease.end(Outcome.REPLIED);
    }
  }

  @Test
  void optimizedPlansEachClassAndTheOthersAllTogether() {
    for (PolicyKind policy : List.of(PolicyKind.OPTIMIZED, PolicyKind.L3)) {
      configure(
          Optional.of(
              new Objective(policy, Mode.DRIVE, Duration.ofSeconds(1), ChangeControl.DEFAULT)));
      for (int period = 0; period < 4; period++) {
        send(0, 200);
        send(6, 300);
        pass(SECOND);
      }
      PlanView plan = loop.plans().get(SHOP);
      if (policy == PolicyKind.OPTIMIZED) {
        assertThat(plan.byClass()).containsOnlyKeys(0, 6);
        plan.byClass()
            .values()
            .forEach(
                each -> {
                  assertThat(each.shed()).isZero();
                  assertThat(each.inForce().shares()).hasSize(2);
                });
      } else {
        assertThat(plan.byClass()).isEmpty();
      }
    }
  }

  @Test
  void theWaitNeverPassesWhatIsDueNext() {
    configure(Optional.of(even(Mode.DRIVE)));

    assertThat(loop.tick()).isPositive().isLessThanOrEqualTo(SECOND);
    nanos.addAndGet(10 * SECOND + 1);
    assertThat(loop.tick()).isPositive().isLessThanOrEqualTo(SECOND);
    assertThat(loop.plans().get(SHOP).version()).isEqualTo(1);
  }

  @Test
  void aPlanTellsWhatItRestsOnAndHowLongItTook() {
    configure(
        Optional.of(
            new Objective(
                PolicyKind.OPTIMIZED, Mode.DRIVE, Duration.ofSeconds(1), ChangeControl.DEFAULT)));
    for (int period = 0; period < 3; period++) {
      leaves();
      pass(SECOND);
    }
    Insight insight = loop.plans().get(SHOP).insight();

    assertThat(insight.solution().orElseThrow().status()).isEqualTo(Allocation.Status.OPTIMAL);
    assertThat(insight.capacities()).containsOnlyKeys("east", "west");
    assertThat(insight.capacities().get("west").rps().value()).isPositive();
    // The clock stood still.
    assertThat(insight.stepNanos()).isZero();
    assertThat(insight.quarantined()).isEmpty();
  }

  @Test
  void capacitiesAreWatchedForAPolicyThatAsksForNone() {
    configure(Optional.of(even(Mode.OBSERVE)));
    for (int period = 0; period < 3; period++) {
      leaves();
      pass(SECOND);
    }
    Insight insight = loop.plans().get(SHOP).insight();

    assertThat(insight.solution()).isEmpty();
    assertThat(insight.capacities().get("west").bound()).isEqualTo(Capacity.Bound.AT_LEAST);
  }

  @Test
  void aStepThatFailsIsCountedAndTheNextOneRuns() {
    configure(Optional.of(even(Mode.DRIVE)));
    ClockThatBreaks breaks = new ClockThatBreaks();
    SteeringLoop other =
        new SteeringLoop(
            () -> inForce,
            new LinkHintBoard(nanos::get),
            overrides,
            () -> MonthlyVolume.NONE,
            _ -> led,
            noPings(),
            nanos::get,
            breaks,
            new OperatorLog(
                new PrintStream(logged, true, StandardCharsets.UTF_8), Clock.systemUTC()));
    other.tick();
    nanos.addAndGet(SECOND);
    other.tick();
    assertThat(other.stepFailures()).isEqualTo(1);
    assertThat(logged.toString(StandardCharsets.UTF_8)).contains("steering step failed");

    breaks.broken = false;
    nanos.addAndGet(SECOND);
    other.tick();
    assertThat(other.plans()).containsKey(SHOP);
    assertThat(other.stepFailures()).isEqualTo(1);
  }

  /**
   * The shop asks a database in the east twice for each request: 24 ms from the west, nothing to
   * speak of from the east, which is 13 ms away.
   */
  @Test
  void theServicesOfACallGraphAreSteeredTogether() {
    ServiceName db = new ServiceName("default", "db");
    ServiceBalancer database =
        new ServiceBalancer(db, BalancerPolicy.DEFAULT, WEST, nanos::get, random::nextLong);
    database.update(new EndpointSet(List.of(new Endpoint(new Address("127.0.0.1", 9201), EAST))));
    Map<ServiceName, ServiceBalancer> both = Map.of(SHOP, balancer, db, database);
    Objective objective =
        new Objective(
            PolicyKind.MULTI_HOP,
            Mode.DRIVE,
            Duration.ofSeconds(1),
            ChangeControl.DEFAULT,
            Valuation.of(Valuation.Objective.PERFORMANCE, 1e-4),
            Double.NaN);
    Objective joint = objective.over(CallGraph.of(CallGraph.Call.of(SHOP, db, 2)));
    inForce = inForce(2, Optional.of(joint), both);
    loop.tick();
    assertThat(loop.plans()).isEmpty();

    for (int period = 0; period < 30; period++) {
      second(database);
    }

    assertThat(loop.plans().keySet()).containsExactlyInAnyOrder(SHOP, db);
    PlanView shop = loop.plans().get(SHOP);
    assertThat(share(shop, "east")).isGreaterThan(0.9);
    // What only a plan that knows the calls can say.
    assertThat(shop.inForce().shares().toString())
        .contains("downstream than in east, since default/db is in east only");
    assertThat(share(loop.plans().get(db), "east")).isEqualTo(1);

    inForce = inForce(3, Optional.of(joint), both);
    loop.tick();
    assertThat(loop.plans().get(SHOP)).isEqualTo(shop);

    inForce = inForce(4, Optional.of(joint), Map.of(SHOP, balancer));
    loop.tick();
    assertThat(loop.plans().keySet()).containsExactly(SHOP);
    second(database);
    assertThat(share(loop.plans().get(SHOP), "east")).isGreaterThan(0.8);
    assertThat(loop.stepFailures()).isZero();
  }

  private static double share(PlanView plan, String cluster) {
    return plan.inForce().shares().stream()
        .filter(share -> share.destination().equals(cluster))
        .mapToDouble(Plan.Share::share)
        .sum();
  }

  /** A second of 20 requests one after the other, each with its calls. */
  private void second(ServiceBalancer database) {
    long begin = nanos.get();
    for (int i = 0; i < 20; i++) {
      Lease request = (Lease) balancer.pick(Request.ANY);
      long before = nanos.get();
      if (request.endpoint().cluster().equals("west")) {
        for (int call = 0; call < 2; call++) {
          Lease lease = (Lease) database.pick(Request.ANY);
          nanos.addAndGet(12_000_000);
          lease.answered();
          lease.end(Outcome.REPLIED);
        }
        nanos.addAndGet(2_000_000);
      } else {
        nanos.addAndGet(15_000_000);
      }
      assertThat(nanos.get() - before).isLessThan(SECOND / 20);
      request.answered();
      request.end(Outcome.REPLIED);
      nanos.set(begin + (i + 1) * SECOND / 20);
      loop.tick();
    }
  }

  /** Stands for any defect inside a step. */
  private static final class ClockThatBreaks extends Clock {
    private boolean broken = true;

    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
      if (broken) {
        throw new IllegalStateException("broken on purpose");
      }
      return 0;
    }
  }
}
