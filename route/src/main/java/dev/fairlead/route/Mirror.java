package dev.fairlead.route;

/**
 * Sends a copy of some requests to another backend as well, whose answer nobody waits for.
 *
 * @param backend its weight means nothing
 * @param numerator of {@code denominator} requests so many are copied, drawn at random
 * @param denominator at least 1
 */
public record Mirror(Action.Backend backend, int numerator, int denominator) {
  public Mirror {
    if (numerator < 0 || denominator < 1 || numerator > denominator) {
      throw new IllegalArgumentException(numerator + "/" + denominator + " is no share");
    }
  }
}
