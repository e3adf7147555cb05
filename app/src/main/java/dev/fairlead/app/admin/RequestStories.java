package dev.fairlead.app.admin;

import dev.fairlead.app.observe.StoryTree;
import dev.fairlead.app.state.Exchanges;
import dev.fairlead.proxy.observe.ExchangeStory;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What is remembered of requests that have ended, for {@code fairlead explain request}. */
final class RequestStories {
  static final String PREFIX = "/api/requests/";

  private RequestStories() {}

  /** One line for each, the last first. */
  static Map<String, List<Map<String, Object>>> list(Exchanges exchanges) {
    return Map.of(
        "requests",
        exchanges.stories().get().stream()
            .sorted(Comparator.comparingLong(ExchangeStory::millis).reversed())
            .map(StoryTree::line)
            .toList());
  }

  /** All of one by its trace id or request id. */
  static Reply one(Exchanges exchanges, String id) {
    return exchanges
        .find(id)
        .map(story -> Reply.json(StoryTree.whole(story)))
        .orElseGet(() -> Reply.text(404, "no request with this id is remembered"));
  }
}
