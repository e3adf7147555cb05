package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.Fixture.endpoint;
import static dev.fairlead.balancer.pick.Fixture.in;
import static dev.fairlead.balancer.pick.Fixture.labelled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.endpoint.Endpoint.Condition;
import dev.fairlead.balancer.endpoint.Labels;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.outcome.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that belong to a session, and when they do not get its endpoint. */
class SessionsTest {
  static List<Algorithm> algorithms() {
    return Fixture.ALGORITHMS;
  }

  private static Request bound(Endpoint endpoint) {
    return new Request() {
      @Override
      public long session() {
        return endpoint.sessionId();
      }
    };
  }

  private static Fixture three() {
    Fixture fixture = new Fixture(Algorithm.P2c.DEFAULT);
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2), endpoint("west", 3));
    return fixture;
  }

  /** How many of some picks of the session's went to its endpoint. */
  private static int kept(Fixture fixture, Endpoint endpoint) {
    return fixture.countByPort(bound(endpoint), 100).getOrDefault(endpoint.address().port(), 0);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void eachPickGoesToItsEndpointWhateverThePolicyAndHoweverFar(Algorithm algorithm) {
    Fixture fixture = new Fixture(algorithm);
    Endpoint far = endpoint("east", 3);
    fixture.endpoints(endpoint("west", 1), endpoint("west", 2), far);
    assertThat(kept(fixture, far)).isEqualTo(100);
    assertThat(kept(fixture, endpoint("west", 2))).isEqualTo(100);
  }

  @Test
  void anEndpointThatIsGoneOrGetsNothingNewLosesItsSessions() {
    Endpoint bound = endpoint("west", 2);
    for (Endpoint now :
        List.of(in(Condition.DRAINING, bound), endpoint("west", 2, 0), endpoint("south", 2))) {
      Fixture fixture = new Fixture(Algorithm.P2c.DEFAULT);
      fixture.endpoints(endpoint("west", 1), now, endpoint("west", 3));
      assertThat(fixture.countByPort(bound(bound), 100)).as(now.toString()).hasSizeGreaterThan(1);
    }
    Fixture without = new Fixture(Algorithm.P2c.DEFAULT);
    without.endpoints(endpoint("west", 1), endpoint("west", 3));
    assertThat(without.countByPort(bound(bound), 100)).containsOnlyKeys(1, 3);
  }

  @Test
  void anUpdateThatKeepsTheEndpointKeepsItsSessions() {
    Fixture fixture = three();
    assertThat(kept(fixture, endpoint("west", 2))).isEqualTo(100);
    fixture.endpoints(endpoint("west", 2), endpoint("west", 4));
    assertThat(kept(fixture, endpoint("west", 2))).isEqualTo(100);
  }

  @Test
  void anEndpointThatCannotBeReachedIsNotWaitedFor() {
    Fixture fixture = three();
    fixture.fail(2, Outcome.CONNECT_FAILED, 3);
    Map<Integer, Integer> ports = fixture.countByPort(bound(endpoint("west", 2)), 100);
    assertThat(ports).doesNotContainEntry(2, 100);
    assertThat(ports).containsKeys(1, 3);
  }

  @Test
  void aRetryDoesNotGoToTheEndpointThatFailedIt() {
    Fixture fixture = three();
    Endpoint bound = endpoint("west", 2);
    Request retry =
        new Request() {
          @Override
          public long session() {
            return bound.sessionId();
          }

          @Override
          public boolean tried(Endpoint endpoint) {
            return endpoint.address().port() == 2;
          }
        };
    assertThat(fixture.countByPort(retry, 100)).doesNotContainKey(2);
  }

  @Test
  void aSubsetAndAFullEndpointComeFirst() {
    Fixture labelled = new Fixture(Algorithm.P2c.DEFAULT);
    Endpoint old = labelled("west", 1, "v1");
    labelled.endpoints(old, labelled("west", 2, "v2"));
    Request other =
        new Request() {
          @Override
          public long session() {
            return old.sessionId();
          }

          @Override
          public Labels subset() {
            return new Labels(Map.of("version", "v2"));
          }
        };
    assertThat(labelled.countByPort(other, 10)).containsOnlyKeys(2);

    Fixture limited =
        new Fixture(
            new BalancerPolicy(Algorithm.P2c.DEFAULT, LocalityPolicy.DEFAULT)
                .with(new RequestLimits(1, Integer.MAX_VALUE)));
    Endpoint full = endpoint("west", 1);
    limited.endpoints(full, endpoint("west", 2));
    Lease first = limited.lease(bound(full));
    assertThat(first.endpoint()).isEqualTo(full);
    assertThat(limited.lease(bound(full)).endpoint().address().port()).isEqualTo(2);
    first.end(Outcome.REPLIED);
    assertThat(limited.lease(bound(full)).endpoint()).isEqualTo(full);
  }

  @Test
  void anIdIsTheEndpointsOwnAndSaysSoInAnExplanation() {
    assertThat(endpoint("west", 1).sessionId()).isEqualTo(endpoint("west", 1, 7).sessionId());
    assertThat(endpoint("west", 1).sessionId()).isNotEqualTo(endpoint("east", 1).sessionId());
    assertThat(endpoint("west", 1).sessionId()).isNotEqualTo(endpoint("west", 2).sessionId());
    Explanation explanation = three().balancer.explain(bound(endpoint("west", 2)));
    assertThat(explanation.rule()).isEqualTo("the endpoint of the request's session");
    assertThat(explanation.chosen()).contains(endpoint("west", 2));
  }
}
