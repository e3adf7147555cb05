package dev.fairlead.app.keep;

import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.balancer.endpoint.ServiceName;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Has what operators ordered outlive the process: written when it changed, and again until that
 * works; in force again before the first plan of the next one. Orders do not wait for it: who
 * freezes at night must not fail because of a full disk, but is told.
 */
public final class OrderKeeper {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How late what another process was told may be in force here. */
  private static final long SHARED_LOOK_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** Of a person who ordered something that is in force already. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Another one that writes at the same moment is a person as well. */
  private static final int ATTEMPTS = 3;

  private final OrderStore store;
  private final Overrides overrides;
  private final Supplier<Map<ServiceName, PlanView>> plans;
  private final OperatorLog log;
  private volatile boolean restored;

  /** The text that is there as far as is known, and what it orders. */
  private Optional<String> text = Optional.empty();

  private Overrides.Board kept = Overrides.Board.NONE;
  private volatile Optional<String> trouble = Optional.empty();

  public OrderKeeper(
      OrderStore store,
      Overrides overrides,
      Supplier<Map<ServiceName, PlanView>> plans,
      OperatorLog log) {
    this.store = store;
    this.overrides = overrides;
    this.plans = plans;
    this.log = log;
  }

  /**
   * Puts what was kept in force. What was kept stays where it is, whatever comes of it.
   *
   * @throws IOException where it cannot be read
   * @throws IllegalArgumentException where it is no orders; says what is wrong, and where
   */
  public synchronized void restore() throws IOException {
    take(store.read());
    restored = true;
  }

  /** Whether what was kept is in force; tries to have it so. Nothing may be steered before. */
  public boolean isRestored() {
    if (!restored) {
      tryToRestore();
    }
    return restored;
  }

  private synchronized void tryToRestore() {
    try {
      restore();
      fine();
    } catch (IOException | IllegalArgumentException e) {
      troubled("orders cannot be restored: nothing is steered before they are", e);
    }
  }

  /** Why orders are not kept or not restored, if so. */
  public Optional<String> trouble() {
    return trouble;
  }

  /** Keeps what is ordered by now, and does not wait long for it; why it is not kept, if so. */
  public Optional<String> keepSoon() {
    var kept = new CompletableFuture<Optional<String>>();
    Thread.startVirtualThread(() -> kept.complete(keep()));
    return kept.completeOnTimeout(
            Optional.of("it takes more than " + PATIENCE.toSeconds() + " s"),
            PATIENCE.toNanos(),
            TimeUnit.NANOSECONDS)
        .join();
  }

  /** Takes on what is kept, beside what was ordered here since; both of one service: ours. */
  private void take(Optional<String> found) {
    if (found.equals(text)) {
      return;
    }
    Overrides.Board theirs = found.map(KeptOrders::board).orElse(Overrides.Board.NONE);
    Overrides.Board before = kept;
    overrides.change(now -> now.merge(before, theirs));
    text = found;
    kept = theirs;
    log.info(
        restored ? "orders from elsewhere" : "orders restored",
        "from",
        store,
        "services",
        theirs.services().size(),
        "allFrozen",
        theirs.all().isPresent());
  }

  /** Keeps what is ordered by now, if that is news; why that failed, empty where it is kept. */
  public synchronized Optional<String> keep() {
    if (!restored) {
      return Optional.of("what was ordered before cannot be read yet");
    }
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Overrides.Board board = overrides.board();
        if (board.isLike(kept)) {
          // Nothing was asked of a shared store, which may be away: whoever reads it knows.
          return store.isShared() ? Optional.empty() : fine();
        }
        String next = KeptOrders.of(board, plans.get()).text();
        if (next.length() > store.mostCharacters()) {
          // Of hundreds of services that are frozen: that they are is more than by which plans.
          next = KeptOrders.of(board, Map.of()).text();
        }
        if (store.replace(text, next)) {
          text = Optional.of(next);
          kept = board;
          return fine();
        }
        take(store.read());
      }
      return troubled("orders are not kept", new IOException("others write at the same time"));
    } catch (IOException | IllegalArgumentException e) {
      return troubled("orders are not kept", e);
    }
  }

  private Optional<String> fine() {
    trouble = Optional.empty();
    return trouble;
  }

  /** Says it once. */
  private Optional<String> troubled(String what, Exception e) {
    Optional<String> now = Optional.of(String.valueOf(e.getMessage()));
    if (!now.equals(trouble)) {
      log.error(what, "store", store, "why", now.get());
    }
    trouble = now;
    return now;
  }

  /** Keeps what has not been, and hears of others; nanoseconds until it may be time again. */
  public synchronized long tick() {
    if (!isRestored() || keep().isPresent() || !store.isShared()) {
      return LOOK_NANOS;
    }
    try {
      take(store.read());
      fine();
    } catch (IOException | IllegalArgumentException e) {
      troubled("orders of others are not heard", e);
    }
    return SHARED_LOOK_NANOS;
  }
}
