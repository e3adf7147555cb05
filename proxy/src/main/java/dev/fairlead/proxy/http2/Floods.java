package dev.fairlead.proxy.http2;

import dev.fairlead.balancer.Ticker;

/**
 * What a peer may do that costs it little and us something, each kind within a budget of its own
 * (RFC 9113 §10.5); one that overdraws ends the connection. Useful work earns more.
 */
final class Floods {
  /** Each data frame of ours may be answered by an update of the stream's and of our window. */
  private static final int UPDATES_PER_DATA = 3;

  /** Less is data that a peer made us send in crumbs, which earns it no updates. */
  private static final int DATA_WORTH = 128;

  /**
   * Browsers still send a priority or two for each request; and of a stream that we gave up a head,
   * trailers and a reset may be on their way already.
   */
  private static final int IGNORED_PER_STREAM = 4;

  private final Http2Connection connection;
  private final Budget pings;
  private final Budget settings;
  private final Budget empties;
  private final Budget updates;
  private final Budget ignored;
  private final Budget resets;

  Floods(Http2Connection connection, Ticker ticker) {
    this.connection = connection;
    // gRPC measures each round trip by a ping while data flows, thousands a second where the way is
    // short; so data, whichever way it goes, earns them.
    pings = new Budget(ticker, 1000, 100);
    // Ordinary peers change settings once or twice in a connection's life.
    settings = new Budget(ticker, 100, 10);
    // Nobody has a use for data without data but at the end.
    empties = new Budget(ticker, 200, 10);
    // Some peers give back each read's bytes; that we have sent data earns them more.
    updates = new Budget(ticker, 10_000, 1000);
    ignored = new Budget(ticker, 1000, 100);
    // As many streams may come to nothing as may be open at once; each whole one adds.
    resets = new Budget(ticker, 200, 20);
  }

  // ---- what earns

  /** We sent a data frame. */
  void sent(int length) {
    pings.earn(1);
    if (length >= DATA_WORTH) {
      updates.earn(UPDATES_PER_DATA);
    }
  }

  /** A data frame that is not empty is here whole. */
  void received() {
    pings.earn(1);
  }

  /** The client began a stream. */
  void begun() {
    ignored.earn(IGNORED_PER_STREAM);
  }

  /** We reset a stream of whose end the peer does not know yet. */
  void weReset() {
    ignored.earn(IGNORED_PER_STREAM);
  }

  /** A stream ended as it should. */
  void ended() {
    resets.earn(1);
  }

  // ---- what costs

  void ping() {
    spend(pings, Violation.PING_FLOOD);
  }

  void settings() {
    spend(settings, Violation.SETTINGS_FLOOD);
  }

  /** A data frame without data that ends nothing. */
  void empty() {
    spend(empties, Violation.EMPTY_FRAME_FLOOD);
  }

  void update() {
    spend(updates, Violation.WINDOW_UPDATE_FLOOD);
  }

  /** A frame that leads to nothing. */
  void ignored() {
    spend(ignored, Violation.IGNORED_FRAME_FLOOD);
  }

  /** One more stream that came to nothing; a server's answers that we do not take cost nothing. */
  void reset() {
    if (connection.server) {
      spend(resets, Violation.RESET_FLOOD);
    }
  }

  private void spend(Budget budget, Violation rule) {
    if (!budget.spend()) {
      connection.fail(rule);
    }
  }
}
