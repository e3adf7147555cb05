package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static dev.fairlead.balancer.pick.Fixture.in;
import static dev.fairlead.balancer.pick.Fixture.key;
import static dev.fairlead.balancer.pick.Fixture.labelled;
import static dev.fairlead.balancer.pick.Fixture.triedPorts;
import static dev.fairlead.balancer.pick.Fixture.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.health.ActiveCheckPolicy;
import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.locality.Residency;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Explanation.Considered;
import dev.fairlead.balancer.pick.Explanation.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationTest {
  private static final long SECOND = 1_000_000_000L;
  private static final ActiveCheckPolicy CHECKS =
      new ActiveCheckPolicy(Duration.ofSeconds(2), 0, 1, 1, Duration.ofHours(1));
  private static final LocalityPolicy STRICT =
      new LocalityPolicy(LocalityPolicy.Mode.STRICT, LocalityPolicy.DEFAULT.preference());

  private final Fixture fixture = new Fixture(Algorithm.P2c.DEFAULT);

  static List<Algorithm> algorithms() {
    return Fixture.ALGORITHMS;
  }

  private static BalancerPolicy policy() {
    return new BalancerPolicy(Algorithm.P2c.DEFAULT, LocalityPolicy.DEFAULT);
  }

  private static Considered of(Explanation explanation, int port) {
    return explanation.endpoints().stream()
        .filter(each -> each.endpoint().address().port() == port)
        .findFirst()
        .orElseThrow();
  }

  private void assertVerdict(int port, Verdict verdict, Request request) {
    assertThat(of(fixture.balancer.explain(request), port).verdict()).isEqualTo(verdict);
  }

  private void assertVerdict(int port, Verdict verdict) {
    assertVerdict(port, verdict, Request.ANY);
  }

  @Test
  void whatTheSourceOrThePolicyRulesOut() {
    fixture.balancer.update(
        policy().with(STRICT).with(new Residency(Set.of("north"), Set.of(), Set.of())));
    fixture.endpoints(
        endpoint("west", 1),
        endpoint("north", 2),
        in(Endpoint.Condition.DRAINING, endpoint("west", 3)),
        endpoint("west", 4, 0),
        endpoint("east", 5));

    assertVerdict(1, Verdict.CHOSEN);
    assertVerdict(2, Verdict.FORBIDDEN);
    assertVerdict(3, Verdict.DRAINING);
    assertVerdict(4, Verdict.WEIGHT_ZERO);
    assertVerdict(5, Verdict.OUT_OF_REACH);
  }

  @Test
  void whatHealthRulesOut() {
    fixture.balancer.update(
        policy()
            .with(CHECKS)
            .with(
                new OutlierDetection(
                    2,
                    Duration.ofSeconds(10),
                    OutlierDetection.OFF.successRate(),
                    OutlierDetection.OFF.latency(),
                    OutlierDetection.Ejection.DEFAULT)));
    fixture.endpoints(
        endpoint("west", 1),
        endpoint("west", 2),
        endpoint("west", 3),
        endpoint("west", 4),
        in(Endpoint.Condition.DEGRADED, endpoint("west", 5)),
        endpoint("west", 6),
        endpoint("west", 7));
    fixture.fail(2, Outcome.CONNECT_FAILED, 3);
    fixture.fail(3, Outcome.FAILED, 2);
    fixture.checked(false, 4, 4);

    assertVerdict(2, Verdict.UNREACHABLE);
    assertVerdict(3, Verdict.EJECTED);
    assertVerdict(4, Verdict.UNHEALTHY);
    for (int explained = 0; explained < 20; explained++) {
      Explanation explanation = fixture.balancer.explain(Request.ANY);
      boolean degraded = explanation.chosen().orElseThrow().address().port() == 5;
      assertThat(of(explanation, 5).verdict())
          .isEqualTo(degraded ? Verdict.CHOSEN : Verdict.NOT_DRAWN);
      assertThat(explanation.panic()).isFalse();
    }

    fixture.checked(false, 1, 7);
    // In panic what is thought of them counts for nothing.
    Explanation panic = fixture.balancer.explain(Request.ANY);
    assertThat(panic.panic()).isTrue();
    assertThat(of(panic, 2).verdict()).isEqualTo(Verdict.UNREACHABLE);
    assertThat(of(panic, 4).verdict()).isIn(Verdict.ADMITTED, Verdict.COMPARED, Verdict.CHOSEN);
  }

  @Test
  void whatTheRequestOrTheMomentRulesOut() {
    fixture.balancer.update(policy().with(new RequestLimits(1, Integer.MAX_VALUE)));
    fixture.endpoints(
        labelled("west", 1, "v1"),
        labelled("west", 2, "v2"),
        labelled("west", 3, "v1"),
        labelled("west", 4, "v1"),
        labelled("east", 5, "v1"));
    fixture.leaseOn(3).end(Outcome.OVERLOADED, LoadReport.NONE, SECOND);
    fixture.leaseOn(4);

    assertVerdict(1, Verdict.CHOSEN, version("v1"));
    assertVerdict(2, Verdict.OTHER_LABELS, version("v1"));
    assertVerdict(3, Verdict.RESTING);
    assertVerdict(4, Verdict.FULL);
    assertVerdict(5, Verdict.NOT_DRAWN);
    assertVerdict(1, Verdict.TRIED, triedPorts(1));
    assertVerdict(2, Verdict.CHOSEN, triedPorts(1));
  }

  @Test
  void ofTwoDrawnTheOtherIsTheRunnerUpAndTheTermsMakeTheLoad() {
    fixture.endpoints(endpoint("west", 1, 2), endpoint("west", 2, 2));
    fixture.leaseOn(1);
    fixture.leaseOn(1);
    fixture.advance(1000);
    fixture.leaseOn(1).end(Outcome.FAILED);
    fixture.leaseOn(2);

    Explanation explanation = fixture.balancer.explain(Request.ANY);
    assertThat(explanation.chosen().orElseThrow().address().port()).isEqualTo(2);
    assertThat(explanation.runnerUp().orElseThrow().address().port()).isEqualTo(1);
    Considered loser = of(explanation, 1);
    assertThat(loser.verdict()).isEqualTo(Verdict.COMPARED);
    assertThat(loser.terms())
        .isEqualTo(Map.of("inFlight", 2.0, "heldByFailures", 1.0, "weight", 2.0));
    assertThat(loser.load()).isEqualTo((2.0 + 1) / 2);
    assertThat(of(explanation, 2).load()).isEqualTo(1.0 / 2);
    assertThat(explanation.pool()).isEqualTo("priority 0");
    assertThat(explanation.refusal()).isEmpty();
    assertThat(explanation.nanos()).isEqualTo(fixture.ticker.nanos());
  }

  @Test
  void theRunnerUpIsTheNextBestOfAll() {
    fixture.balancer.update(policy().with(new Algorithm.LeastRequest()));
    fixture.groups(endpoints("west", 1, 3));
    fixture.leaseOn(1);
    fixture.leaseOn(1);
    fixture.leaseOn(2);

    Explanation explanation = fixture.balancer.explain(Request.ANY);
    assertThat(explanation.chosen().orElseThrow().address().port()).isEqualTo(3);
    assertThat(explanation.runnerUp().orElseThrow().address().port()).isEqualTo(2);
  }

  @Test
  void thePredictedCostIsExplainedByItsTerms() {
    fixture.balancer.update(BalancerPolicy.DEFAULT);
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2));
    Lease answered = fixture.leaseOn(1);
    fixture.advance(40);
    answered.end(Outcome.REPLIED);
    fixture.leaseOn(1);

    Considered first = of(fixture.balancer.explain(Request.ANY), 1);
    assertThat(first.terms()).containsEntry("latencyMillis", 40.0).containsEntry("inFlight", 1.0);
    assertThat(first.load()).isCloseTo(40e6 * 2, within(1.0));
  }

  @Test
  void thePoolAndItsShareAreNamed() {
    fixture.endpoints(endpoint("west", 1), endpoint("east", 2));
    fixture.shares(Map.of("west", 0.25, "east", 0.75));
    for (int explained = 0; explained < 20; explained++) {
      Explanation explanation = fixture.balancer.explain(Request.ANY);
      String cluster = explanation.chosen().orElseThrow().cluster();
      assertThat(explanation.pool()).isEqualTo(cluster);
      assertThat(explanation.poolShare())
          .isCloseTo(cluster.equals("west") ? 0.25 : 0.75, within(1e-9));
    }
  }

  @Test
  void oneThatAKeyPassesByIsNotSaidToBeCompared() {
    fixture.balancer.update(
        new BalancerPolicy(Algorithm.RingHash.DEFAULT, LocalityPolicy.DEFAULT).with(CHECKS));
    fixture.groups(endpoints("west", 1, 4));
    int first = fixture.portOf(key(1));
    fixture.checked(false, first, first);

    assertVerdict(first, Verdict.UNHEALTHY, key(1));
    Explanation explanation = fixture.balancer.explain(key(1));
    assertThat(explanation.chosen().orElseThrow().address().port()).isNotEqualTo(first);
    assertThat(explanation.runnerUp()).isEmpty();
  }

  @Test
  void aRefusalIsExplainedToo() {
    assertThat(fixture.balancer.explain(Request.ANY).refusal()).contains(Refusal.NO_ENDPOINT);

    fixture.balancer.update(policy().with(new RequestLimits(Integer.MAX_VALUE, 1)));
    fixture.endpoints(endpoint("west", 1));
    fixture.lease();
    Explanation explanation = fixture.balancer.explain(Request.ANY);
    assertThat(explanation.refusal()).contains(Refusal.OVER_LIMIT);
    assertThat(explanation.chosen()).isEmpty();

    fixture.balancer.close();
    assertThat(fixture.balancer.explain(Request.ANY).refusal()).contains(Refusal.CLOSED);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void eachPickIsExplainedAndTheChosenIsTheOnePicked(Algorithm algorithm) {
    Fixture sampled = new Fixture(algorithm);
    sampled.groups(endpoints("west", 1, 5), endpoints("east", 6, 10));
    sampled.shares(Map.of("west", 0.5, "east", 0.5));
    List<Explanation> explanations = new ArrayList<>();
    sampled.balancer.explainSome(1, explanations::add);
    for (int pick = 0; pick < 500; pick++) {
      Lease lease = sampled.lease(key(pick % 7));
      assertThat(explanations).hasSize(pick + 1);
      Explanation explanation = explanations.get(pick);
      assertThat(explanation.chosen()).contains(lease.endpoint());
      assertThat(explanation.endpoints())
          .filteredOn(each -> each.verdict() == Verdict.CHOSEN)
          .extracting(Considered::endpoint)
          .containsExactly(lease.endpoint());
      assertThat(explanation.endpoints()).hasSize(10);
      assertThat(explanation.runnerUp()).isNotEqualTo(explanation.chosen());
      sampled.advance(1);
      if (pick % 3 == 0) {
        lease.end(Outcome.REPLIED);
      }
    }
    sampled.balancer.explainNone();
    sampled.lease();
    assertThat(explanations).hasSize(500);
  }

  @Test
  void aTrialIsExplained() {
    fixture.endpoints(endpoint("west", 1));
    fixture.fail(1, Outcome.CONNECT_FAILED, 3);
    fixture.advance(2_000);
    List<Explanation> explanations = new ArrayList<>();
    fixture.balancer.explainSome(1, explanations::add);
    fixture.lease();

    assertThat(explanations.get(0).chosen()).isPresent();
    assertThat(explanations.get(0).rule()).contains("trial");
    assertThat(fixture.balancer.pick(Request.ANY)).isEqualTo(Refusal.ALL_UNREACHABLE);
    assertThat(explanations.get(1).refusal()).contains(Refusal.ALL_UNREACHABLE);
  }

  @Test
  void oneInSoManyIsExplained() {
    fixture.endpoints(endpoint("west", 1));
    int[] explained = new int[1];
    fixture.balancer.explainSome(10, explanation -> explained[0]++);
    fixture.countByPort(Request.ANY, 10_000);

    assertThat(explained[0] / 10_000.0).isCloseTo(0.1, Fixture.chance(0.1, 10_000));
  }

  @Test
  void explainingTakesNoLease() {
    fixture.endpoints(endpoint("west", 1));
    fixture.balancer.explain(Request.ANY);

    assertThat(fixture.report(1).picks()).isZero();
    assertThat(fixture.balancer.report().destinations().get(0).started()).isZero();
  }
}
