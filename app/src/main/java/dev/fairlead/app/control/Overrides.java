package dev.fairlead.app.control;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.control.Mode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * What operators ordered while the process runs, over what the documents say: modes, freezes and
 * plans put in force by hand. It outlives reloads, and ends when it is taken back, or with the
 * process unless it is kept elsewhere. Any thread orders; the slow loop obeys and says when it has.
 */
public final class Overrides {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition obeyed = lock.newCondition();
  private volatile Board board = Board.NONE;
  private long obeyedGeneration;

  /**
   * Who ordered and why, by the word of whoever asked, and when by the wall clock.
   *
   * @param why empty: nobody said
   */
  public record Order(String by, long atMillis, String why) {}

  /** A mode in place of the documents'. */
  public record ModeOrder(Mode mode, Order order) {}

  /**
   * No change of the plan in force, but away from destinations that are unusable or overloaded.
   *
   * @param plan to go back to first
   */
  public record Freeze(Order order, Optional<PlanVersion> plan) {}

  /** A plan that is enforced though the mode is {@link Mode#ADVISE}. */
  public record Applied(PlanVersion plan, Order order) {}

  /** What is ordered for one service. */
  public record OfService(
      Optional<ModeOrder> mode, Optional<Freeze> freeze, Optional<Applied> applied) {
    /** Whether the same people ordered the same: the plans of freezes aside, which are kept. */
    private boolean isLike(OfService other) {
      return mode.equals(other.mode)
          && freeze.map(Freeze::order).equals(other.freeze.map(Freeze::order))
          && applied.map(Applied::order).equals(other.applied.map(Applied::order));
    }

    static final OfService NONE =
        new OfService(Optional.empty(), Optional.empty(), Optional.empty());

    private OfService with(Optional<ModeOrder> other) {
      return new OfService(other, freeze, Optional.empty());
    }

    private OfService frozen(Optional<Freeze> other) {
      return new OfService(mode, other, applied);
    }

    private OfService applying(Optional<Applied> other) {
      return new OfService(mode, freeze, other);
    }
  }

  /**
   * All that is ordered, at one moment.
   *
   * @param generation one more for each change
   * @param services those for which something is ordered, in the documents or not
   * @param all a freeze of all services, those to come included
   */
  public record Board(long generation, Map<ServiceName, OfService> services, Optional<Freeze> all) {
    /** Of which nothing is ordered. */
    public static final Board NONE = new Board(0, Map.of(), Optional.empty());

    public Board {
      services = Map.copyOf(services);
    }

    /** Whether the same people ordered the same, whenever it came here. */
    public boolean isLike(Board other) {
      Set<ServiceName> names = new HashSet<>(services.keySet());
      names.addAll(other.services.keySet());
      return all.map(Freeze::order).equals(other.all.map(Freeze::order))
          && names.stream().allMatch(name -> of(name).isLike(other.of(name)));
    }

    /**
     * What two ordered since something held for both: for what both ordered something, this is the
     * one to follow.
     */
    public Board merge(Board before, Board theirs) {
      Map<ServiceName, OfService> merged = new HashMap<>(theirs.services);
      Set<ServiceName> names = new HashSet<>(services.keySet());
      names.addAll(before.services.keySet());
      names.addAll(theirs.services.keySet());
      for (ServiceName name : names) {
        OfService own = of(name);
        if (!own.isLike(before.of(name)) || own.isLike(theirs.of(name))) {
          if (own.equals(OfService.NONE)) {
            merged.remove(name);
          } else {
            merged.put(name, own);
          }
        }
      }
      Optional<Order> was = before.all.map(Freeze::order);
      return new Board(0, merged, all.map(Freeze::order).equals(was) ? theirs.all : all);
    }

    public OfService of(ServiceName service) {
      return services.getOrDefault(service, OfService.NONE);
    }

    /** Its own freeze, else that of all. */
    public Optional<Freeze> freezeOf(ServiceName service) {
      return of(service).freeze().or(() -> all);
    }

    /** The mode that holds. */
    public Mode modeOf(ServiceName service, Mode documented) {
      return of(service).mode().map(ModeOrder::mode).orElse(documented);
    }
  }

  public Board board() {
    return board;
  }

  /** Orders a mode, or with empty gives it back to the documents; what was applied goes. */
  public Board mode(ServiceName service, Optional<Mode> mode, Order order) {
    return change(service, had -> had.with(mode.map(other -> new ModeOrder(other, order))));
  }

  /** Freezes one service, or with empty all. Who froze first stays named. */
  public Board freeze(Optional<ServiceName> service, Order order) {
    Optional<Freeze> freeze = Optional.of(new Freeze(order, Optional.empty()));
    return service.isPresent()
        ? change(service.get(), had -> had.frozen(had.freeze().or(() -> freeze)))
        : change(now -> new Board(0, now.services(), now.all().or(() -> freeze)));
  }

  /**
   * Ends the freeze of one service, or with empty every freeze.
   *
   * @throws OrderRefused where the service is frozen as all are
   */
  public Board unfreeze(Optional<ServiceName> service) {
    if (service.isEmpty()) {
      return change(
          now -> {
            Map<ServiceName, OfService> services = new HashMap<>(now.services());
            services.replaceAll((name, had) -> had.frozen(Optional.empty()));
            return new Board(0, services, Optional.empty());
          });
    }
    return change(
        now -> {
          if (now.all().isPresent()) {
            throw new OrderRefused(
                "all services are frozen, not only " + service.get() + " (unfreeze all of them)");
          }
          return with(now, service.get(), had -> had.frozen(Optional.empty()));
        });
  }

  /**
   * Has a plan enforced in the mode {@link Mode#ADVISE}.
   *
   * @throws OrderRefused in another mode, or while the service is frozen
   */
  public Board apply(ServiceName service, PlanVersion plan, Mode documented, Order order) {
    return change(
        now -> {
          Mode mode = now.modeOf(service, documented);
          if (mode != Mode.ADVISE) {
            throw new OrderRefused(
                service
                    + (mode == Mode.DRIVE
                        ? " is in mode drive: its plan is in force by itself"
                        : " is in mode observe: plans are only shown")
                    + " (apply is for the mode advise)");
          }
          if (now.freezeOf(service).isPresent()) {
            throw new OrderRefused(service + " is frozen (unfreeze it first)");
          }
          return with(now, service, had -> had.applying(Optional.of(new Applied(plan, order))));
        });
  }

  /** Takes what was applied out of force. */
  public Board withdraw(ServiceName service) {
    return change(service, had -> had.applying(Optional.empty()));
  }

  /**
   * Puts a plan of before in force and freezes the service with it; where a plan is applied, in its
   * place.
   *
   * @throws OrderRefused in the mode {@link Mode#OBSERVE}
   */
  public Board rollback(ServiceName service, PlanVersion plan, Mode documented, Order order) {
    return change(
        now -> {
          if (now.modeOf(service, documented) == Mode.OBSERVE) {
            throw new OrderRefused(
                service + " is in mode observe: no plan is in force or published");
          }
          Freeze freeze = new Freeze(order, Optional.of(plan));
          return with(
              now,
              service,
              had ->
                  had.frozen(Optional.of(freeze))
                      .applying(had.applied().map(applied -> new Applied(plan, order))));
        });
  }

  private Board change(ServiceName service, UnaryOperator<OfService> how) {
    return change(now -> with(now, service, how));
  }

  private static Board with(Board now, ServiceName service, UnaryOperator<OfService> how) {
    Map<ServiceName, OfService> services = new HashMap<>(now.services());
    OfService next = how.apply(now.of(service));
    if (next.equals(OfService.NONE)) {
      services.remove(service);
    } else {
      services.put(service, next);
    }
    return new Board(0, services, now.all());
  }

  /** One order after the other; what changes nothing is no new generation. */
  public Board change(UnaryOperator<Board> how) {
    lock.lock();
    try {
      Board before = board;
      Board after = how.apply(before);
      if (!after.services().equals(before.services()) || !after.all().equals(before.all())) {
        board = new Board(before.generation() + 1, after.services(), after.all());
      }
      return board;
    } finally {
      lock.unlock();
    }
  }

  /** Told by the slow loop: orders up to this generation are in force. */
  void obeyed(long generation) {
    lock.lock();
    try {
      obeyedGeneration = generation;
      obeyed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the slow loop has obeyed in time; it is at work on something else, if not. */
  public boolean awaitObeyed(long generation, long atMostMillis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(atMostMillis);
      while (obeyedGeneration < generation && left > 0) {
        left = obeyed.awaitNanos(left);
      }
      return obeyedGeneration >= generation;
    } finally {
      lock.unlock();
    }
  }
}
