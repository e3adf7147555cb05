package dev.fairlead.route;

import dev.fairlead.balancer.RandomSource;
import org.jspecify.annotations.Nullable;

/** Draws a backend of a split by weight. */
public final class BackendChoice {
  private BackendChoice() {}

  /** A backend with probability weight/Σ weights; null where all weights are 0 or there is none. */
  public static Action.@Nullable Backend of(Action.Forward forward, RandomSource random) {
    throw new AssertionError("to come");
  }
}
