package dev.fairlead.steering.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.steering.capacity.Capacity;
import dev.fairlead.steering.demand.Estimate;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PrudenceTest {
  private static Capacity measured(double rps, double deviation, boolean over) {
    return new Capacity(
        Capacity.Bound.MEASURED,
        new Estimate(rps, deviation, 0),
        Optional.empty(),
        over,
        over,
        "in a test");
  }

  @Test
  void aDeviationIsTakenFromWhatIsBelievedDownToHalfOfIt() {
    assertThat(Prudence.capacity(measured(500, 20, false), 100)).isEqualTo(480);
    assertThat(Prudence.capacity(measured(500, 300, false), 100)).isEqualTo(250);
  }

  @Test
  void noDoubtTakesFromWhatIsServedNow() {
    Capacity doubtful = measured(480, 230, false);
    assertThat(Prudence.capacity(doubtful, 400)).isEqualTo(400);
    // Nor does it prove more than is believed: chance may have brought it.
    assertThat(Prudence.capacity(doubtful, 530)).isEqualTo(480);
    assertThat(Prudence.hoped(doubtful, 400)).isGreaterThanOrEqualTo(400);
  }

  @Test
  void plansThatFollowEachOtherTakeADeviationOnce() {
    double load = 480;
    for (int plan = 0; plan < 10; plan++) {
      // As of one that seems slower: it is believed to serve what it serves, give or take a fifth.
      load = Prudence.capacity(measured(load, 0.2 * load, plan == 0), load);
    }
    assertThat(load).isEqualTo(0.8 * 480);
  }

  @Test
  void oneThatIsOverItsCapacityProvesNothing() {
    assertThat(Prudence.capacity(measured(480, 230, true), 400)).isEqualTo(250);
  }

  @Test
  void whatWasNotCountedProvesNothing() {
    assertThat(Prudence.capacity(measured(480, 230, false), Double.NaN)).isEqualTo(250);
  }
}
