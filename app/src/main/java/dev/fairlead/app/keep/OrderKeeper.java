package dev.fairlead.app.keep;

import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.balancer.endpoint.ServiceName;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Has what operators ordered outlive the process: written when it changed, and again until that
 * works; in force again at the next start. Orders do not wait for it: who freezes at night must not
 * fail because of a full disk, but is told.
 */
public final class OrderKeeper {
  private static final long LOOK_NANOS = 1_000_000_000;

  private final OrderStore store;
  private final Overrides overrides;
  private final Supplier<Map<ServiceName, PlanView>> plans;
  private final OperatorLog log;
  private long kept;
  private Optional<String> trouble = Optional.empty();

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
    Optional<String> text = store.read();
    if (text.isEmpty()) {
      return;
    }
    Overrides.Board board = overrides.restore(KeptOrders.board(text.get()));
    kept = board.generation();
    if (!board.services().isEmpty() || board.all().isPresent()) {
      log.info(
          "orders restored",
          "from",
          store,
          "services",
          board.services().size(),
          "allFrozen",
          board.all().isPresent());
    }
  }

  /** Keeps what is ordered by now, if that is news; why that failed, empty where it is kept. */
  public synchronized Optional<String> keep() {
    Overrides.Board board = overrides.board();
    if (board.generation() == kept) {
      return Optional.empty();
    }
    Optional<String> before = trouble;
    try {
      store.write(KeptOrders.of(board, plans.get()).text());
      kept = board.generation();
      trouble = Optional.empty();
    } catch (IOException e) {
      trouble = Optional.of(String.valueOf(e));
      if (!trouble.equals(before)) {
        log.error("orders are not kept", "in", store, "error", e);
      }
    }
    return trouble;
  }

  /** Keeps what has not been; nanoseconds until it may be time again. */
  public long tick() {
    keep();
    return LOOK_NANOS;
  }
}
