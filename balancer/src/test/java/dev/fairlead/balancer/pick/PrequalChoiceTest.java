package dev.fairlead.balancer.pick;

import static dev.fairlead.balancer.pick.ChoiceModel.MS;
import static dev.fairlead.balancer.pick.ChoiceModel.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.probe.ProbeCounters;
import dev.fairlead.balancer.probe.ProbePolicy;
import dev.fairlead.balancer.probe.ProbeReply;
import dev.fairlead.balancer.probe.Prober;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PrequalChoiceTest {
  private final ProbeCounters counters = new ProbeCounters();

  private static ChoiceModel model(int endpoints) {
    double[] weights = new double[endpoints];
    Arrays.fill(weights, 1);
    return new ChoiceModel(weights);
  }

  private PrequalChoice prequal(ChoiceModel model, Prober prober) {
    return new PrequalChoice(
        model.candidates,
        new LeastOf(2, Load.cost(ChoiceModel.ESTIMATION), model.candidates, model.draw(), null),
        ChoiceModel.ESTIMATION,
        ProbePolicy.DEFAULT,
        prober,
        counters,
        model.clock());
  }

  private static ChoiceModel.Answer usual(ChoiceModel model) {
    return new ChoiceModel.Answer(
        (long) ((10 + 20 * model.random.nextDouble()) * MS), Outcome.REPLIED);
  }

  @Test
  void aSlowServerIsLeftAloneAndComesBack() {
    ChoiceModel model = model(10);
    Choice choice = prequal(model, model.prober());
    ChoiceModel.Server slow =
        (index, now) ->
            index == 0 ? new ChoiceModel.Answer(500 * MS, Outcome.REPLIED) : usual(model);
    int[] whileSlow = model.run(choice, 1000, SECOND, 11 * SECOND, slow);
    int[] after = model.run(choice, 1000, SECOND, 11 * SECOND, (index, now) -> usual(model));

    // A fair share is a thousand. A second after its last answer the server says that it knows no
    // latency, and is tried until it is hot.
    assertThat(whileSlow[0]).as(Seed.replay()).isLessThan(250);
    assertThat(after[0]).as(Seed.replay()).isGreaterThan(500);
  }

  @Test
  void aTriedOneIsNotChosenThoughItIsTheBestInThePool() {
    ChoiceModel model = model(3);
    Prober first =
        (endpoint, timeout, reply) ->
            reply.accept(
                new ProbeReply.Answered(0, endpoint.address().port() == 1 ? 1.0 : 5.0 * MS));
    PrequalChoice choice = prequal(model, first);
    model.choose(choice, Request.ANY, Stage.FRESH, 0);

    assertThat(model.choose(choice, Request.ANY, Stage.FRESH, 0)).isZero();
    for (int pick = 0; pick < 100; pick++) {
      assertThat(model.choose(choice, Fixture.triedPorts(1), Stage.FRESH, 0))
          .isNotEqualTo(0)
          .isNotEqualTo(WeightedDraw.NONE);
    }
    assertThat(model.choose(choice, Fixture.triedPorts(1, 2, 3), Stage.FRESH, 0))
        .isEqualTo(WeightedDraw.NONE);
  }

  @Test
  void withoutAnyAnswerTheSharesAreTheWeights() {
    ChoiceModel model = new ChoiceModel(1, 3);
    PrequalChoice choice =
        prequal(model, (endpoint, timeout, reply) -> reply.accept(ProbeReply.Unanswered.FAILED));
    int light = 0;
    for (int pick = 0; pick < 10_000; pick++) {
      light += model.choose(choice, Request.ANY, Stage.FRESH, 0) == 0 ? 1 : 0;
    }

    // Five standard deviations.
    assertThat(light / 10_000.0)
        .as(Seed.replay())
        .isCloseTo(0.25, within(5 * Math.sqrt(0.25 * 0.75 / 10_000)));
    assertThat(counters.failed()).isEqualTo(counters.started()).isEqualTo(20_000);
  }

  @Test
  void aSingleEndpointIsNotProbed() {
    ChoiceModel model = model(1);
    PrequalChoice choice = prequal(model, model.prober());

    assertThat(model.choose(choice, Request.ANY, Stage.FRESH, 0)).isZero();
    assertThat(counters.started()).isZero();
  }
}
