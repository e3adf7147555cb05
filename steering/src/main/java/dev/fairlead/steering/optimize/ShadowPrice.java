package dev.fairlead.steering.optimize;

/**
 * What one more rps of a destination's capacity saves.
 *
 * @param saving exactly: the right-hand derivative
 * @param atMost what the dual value of the capacity promises; never less than {@code saving}, and
 *     more only where the optimum is degenerate
 */
public record ShadowPrice(Saving saving, Saving atMost) {
  public static final ShadowPrice NONE = new ShadowPrice(Saving.NONE, Saving.NONE);
}
