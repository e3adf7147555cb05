package dev.fairlead.route;

import dev.fairlead.balancer.RandomSource;
import org.jspecify.annotations.Nullable;

/** Draws a backend of a split by weight. */
public final class BackendChoice {
  private BackendChoice() {}

  /** A backend with probability weight/Σ weights; null where all weights are 0 or there is none. */
  public static Action.@Nullable Backend of(Action.Forward forward, RandomSource random) {
    int total = 0;
    for (int i = 0; i < forward.backends().size(); i++) {
      total += forward.backends().get(i).weight();
    }
    if (total == 0) {
      return null;
    }
    int drawn = random.below(total);
    for (int i = 0; ; i++) {
      Action.Backend backend = forward.backends().get(i);
      drawn -= backend.weight();
      if (drawn < 0) {
        return backend;
      }
    }
  }
}
