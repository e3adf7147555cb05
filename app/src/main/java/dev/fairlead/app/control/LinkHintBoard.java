package dev.fairlead.app.control;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.steering.cost.LinkHint;
import dev.fairlead.steering.cost.LinkHints;
import java.util.List;

/** Where network controllers post their hints and the slow loop reads them. For any thread. */
public final class LinkHintBoard {
  private final Ticker ticker;
  private volatile LinkHints hints = LinkHints.NONE;

  public LinkHintBoard(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Puts a hint up, in place of what the same controller said of the same way; for no time at all
   * takes it down.
   *
   * @param factor by which the round trip is multiplied
   * @param forNanos how long it is in force, at least 0
   * @throws IllegalArgumentException with what is wrong, for whoever posted it
   */
  public synchronized void post(
      String by, String from, String to, double factor, long addedNanos, long forNanos) {
    long now = ticker.nanos();
    hints =
        forNanos == 0
            ? hints.without(by, from, to)
            : hints.with(new LinkHint(by, from, to, factor, addedNanos, now + forNanos), now);
  }

  /** Those that are in force. */
  public List<LinkHint> inForce() {
    LinkHints read = hints;
    return read.all().isEmpty() ? List.of() : read.expired(ticker.nanos()).all();
  }

  /** How long a hint is still in force. */
  public long remainingNanos(LinkHint hint) {
    return Math.max(0, hint.untilNanos() - ticker.nanos());
  }
}
