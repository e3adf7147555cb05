package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.endpoints;
import static dev.fairlead.balancer.pick.Fixture.key;
import static dev.fairlead.balancer.pick.Fixture.triedPorts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is noted of a pick, against what its explanation says. */
class PickReasonTest {
  private final Fixture fixture = new Fixture(Algorithm.P2c.DEFAULT);
  private final PickReason reason = new PickReason();

  static List<Algorithm> algorithms() {
    return Fixture.ALGORITHMS;
  }

  private String why(Request request) {
    if (fixture.balancer.pick(request, reason) instanceof Lease lease) {
      lease.end(Outcome.REPLIED);
    }
    return reason.text();
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void itSaysPoolAndRuleAsTheExplanationDoes(Algorithm algorithm) {
    Fixture own = new Fixture(algorithm);
    own.groups(endpoints("west", 1, 5), endpoints("east", 6, 9));
    Explanation explained = own.balancer.explain(key(7));

    assertThat(own.balancer.pick(key(7), reason)).isInstanceOf(Lease.class);

    assertThat(explained.rule()).isNotEmpty();
    assertThat(reason.text()).isEqualTo(explained.pool() + ": " + explained.rule());
    PickReason taken = new PickReason();
    taken.take(explained);
    assertThat(taken.text()).isEqualTo(reason.text());
  }

  @Test
  void theClusterThatThePlanNamesIsThePool() {
    fixture.groups(endpoints("west", 1, 2), endpoints("east", 3, 4));
    fixture.shares(Map.of("east", 1.0));

    assertThat(why(Request.ANY))
        .isEqualTo("east: least loaded of 2 drawn by weight, the first drawn of equals");
  }

  @Test
  void whatWasGivenUpStandsBehind() {
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2));

    Request elsewhereFirst =
        new Request() {
          @Override
          public boolean triedIn(String cluster) {
            return cluster.equals("west");
          }
        };
    assertThat(why(elsewhereFirst)).endsWith(" (fresh)");
    assertThat(why(triedPorts(1, 2))).endsWith(" (tried)");
    assertThat(why(Request.ANY)).doesNotContain("(");
  }

  @Test
  void panicIsSaid() {
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2), endpoint("west", 3));
    fixture.balancer.update(
        new BalancerPolicy(Algorithm.P2c.DEFAULT, LocalityPolicy.DEFAULT)
            .with(dev.fairlead.balancer.health.ActiveCheckPolicy.DEFAULT));
    fixture.checked(false, 1, 3);

    assertThat(why(Request.ANY)).endsWith(" (panic)");
  }

  @Test
  void aRefusalLeavesWhatWasSaidOfTheAttemptBefore() {
    fixture.endpoints(endpoint("west", 1));
    String before = why(Request.ANY);
    assertThat(before).isNotEmpty();

    fixture.endpoints();
    assertThat(why(Request.ANY)).isEqualTo(before);
    assertThat(fixture.balancer.explain(Request.ANY).refusal()).isPresent();
    reason.take(fixture.balancer.explain(Request.ANY));
    assertThat(reason.text()).isEqualTo(before);

    reason.clear();
    assertThat(why(Request.ANY)).isEmpty();
  }

  @Test
  void whoCannotSayWhySaysNothing() {
    fixture.endpoints(endpoint("west", 1));
    assertThat(why(Request.ANY)).isNotEmpty();
    Balancer plain = request -> fixture.balancer.pick(request);

    assertThat(plain.pick(Request.ANY, reason)).isInstanceOf(Lease.class);

    assertThat(reason.text()).isEmpty();
  }

  @Test
  void picksThatAreExplainedAnywayNoteItToo() {
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2));
    String plain = why(Request.ANY);
    List<Explanation> told = new ArrayList<>();
    fixture.balancer.explainSome(1, told::add);

    assertThat(why(Request.ANY)).isEqualTo(plain);
    assertThat(told).hasSize(1);
  }
}
