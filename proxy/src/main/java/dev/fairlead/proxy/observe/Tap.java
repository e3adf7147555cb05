package dev.fairlead.proxy.observe;

import dev.fairlead.proxy.RequestLog;

/** Somebody who looks at exchanges as they end, on their event loops. Must not block. */
public interface Tap {
  /** Whether it wants this one. {@code entry} is reused: read it now, keep nothing. */
  boolean wants(RequestLog entry);

  /** Whether it wants headers at all. */
  boolean wantsFields();

  /** Whether the value of a header (name in lower case) is to be hidden, beside those that are. */
  boolean hides(String name);

  void take(ExchangeStory story);
}
