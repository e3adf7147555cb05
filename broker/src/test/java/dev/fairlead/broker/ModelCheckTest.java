package dev.fairlead.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Broker and members over a network that does what networks do, from a seed. */
class ModelCheckTest {
  private static final int RUNS = 10;

  @Test
  void whateverHappensNobodyGoesBackAndAllAgreeInTheEnd() {
    long seed = Seeds.base();
    long accepted = 0;
    long refused = 0;
    long alone = 0;
    for (int run = 0; run < RUNS; run++) {
      World world = new World(seed + run);
      try {
        world.run(1800, true);
        world.run(400, false);
        world.assertAgreement();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("-Dseed=" + (seed + run), e);
      }
      accepted += world.accepted;
      refused += world.refused;
      alone += world.alone;
    }
    // The faults were there, and not all the time.
    assertThat(accepted).isGreaterThan(RUNS * 200L);
    assertThat(refused).isGreaterThan(RUNS * 20L);
    assertThat(alone).isGreaterThan(RUNS * 20L);
  }
}
