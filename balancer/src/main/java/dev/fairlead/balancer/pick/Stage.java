package dev.fairlead.balancer.pick;

import java.util.Locale;

/**
 * How much a pick asks of an endpoint, from the strictest on: one that finds nothing goes on to the
 * next, because a second attempt or a disregarded wish for rest is better than a refusal.
 */
enum Stage {
  /**
   * As {@link #FRESH}, and those in a cluster that this request has tried stay out too: what broke
   * one endpoint has often broken its neighbours, and there is one retry.
   */
  ELSEWHERE,
  /** Those that rest by Retry-After and those that this request has tried stay out. */
  FRESH,
  /** Those that this request has tried are in. */
  TRIED,
  /** Those that rest by Retry-After are in as well. */
  RESTING;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** How explanations call it. */
  String word() {
    return word;
  }
}
