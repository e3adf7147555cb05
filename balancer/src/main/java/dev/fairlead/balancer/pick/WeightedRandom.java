package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import org.jspecify.annotations.Nullable;

/** Any admitted candidate, in proportion to the weights. */
final class WeightedRandom implements Choice {
  private final WeightedDraw draw;

  WeightedRandom(WeightedDraw draw) {
    this.draw = draw;
  }

  @Override
  public int choose(
      Request request, Admission admission, long now, RandomSource random, @Nullable Trace trace) {
    if (trace != null) {
      trace.rule("drawn by weight");
    }
    return draw.draw(request, admission, now, random);
  }
}
