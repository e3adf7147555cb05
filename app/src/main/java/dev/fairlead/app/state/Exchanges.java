package dev.fairlead.app.state;

import dev.fairlead.proxy.observe.ExchangeStory;
import dev.fairlead.proxy.observe.Tap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How exchanges of a running proxy are looked at.
 *
 * @param stories what is remembered of exchanges that have ended
 */
public record Exchanges(
    Consumer<Tap> tap, Consumer<Tap> untap, Supplier<List<ExchangeStory>> stories) {
  /** Ids shorter than it would find many. */
  private static final int MIN_ID = 4;

  /** The last one that is remembered with a trace id or request id, whole. */
  public Optional<ExchangeStory> find(String id) {
    return id.length() < MIN_ID
        ? Optional.empty()
        : stories.get().stream()
            .filter(story -> story.traceId().equals(id) || story.requestId().equals(id))
            .max((a, b) -> Long.compare(a.millis(), b.millis()));
  }
}
