package dev.fairlead.proxy.loop;

import dev.fairlead.balancer.Ticker;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one event loop, all behind a single scheduled task.
 *
 * <p>A deadline that moves away, as at each byte and each request, costs one field write: the timer
 * stays where it hangs and moves on when the wheel gets there. Only its loop may touch it.
 */
public final class TimerWheel implements Runnable {
  /** About 17 ms: below what any timeout of a proxy is set to, and 60 wake-ups a second. */
  static final int TICK_SHIFT = 24;

  /** 17 s in one turn; timers further away pass by once a turn. A power of two. */
  static final int SLOTS = 1024;

  private static final long TICK_NANOS = 1L << TICK_SHIFT;

  /** Runs a task on the wheel's loop, once so many nanoseconds have passed. */
  public interface Scheduler {
    void after(long nanos, Runnable task);
  }

  /** Told how late the wheel is, which is how far its loop is behind. */
  public interface Watch {
    /**
     * @param lateNanos since the tick was due
     */
    void ticked(long lateNanos);
  }

  private final Scheduler scheduler;
  private final Ticker ticker;
  private final Consumer<Throwable> faults;
  private final long origin;
  private final Timer[] slots = new Timer[SLOTS];
  private final Timer firing = new Sentinel();
  private long now;
  private long doneTick;
  private int linked;
  private boolean ticking;
  private @Nullable Watch watch;

  /**
   * @param faults told when a timer throws as it expires; the others go on
   */
  public TimerWheel(Scheduler scheduler, Ticker ticker, Consumer<Throwable> faults) {
    this.scheduler = scheduler;
    this.ticker = ticker;
    this.faults = faults;
    this.origin = ticker.nanos();
    this.now = origin;
  }

  /** Tells from now on how late each tick is, while there are any. */
  public void watch(Watch told) {
    watch = told;
  }

  /** The ticker's time as of the last tick: old by a tick at most while any timer is armed. */
  public long coarseNanos() {
    return now;
  }

  /** Makes {@code timer} expire once {@code deadline} of the ticker has passed, and not before. */
  public void arm(Timer timer, long deadline) {
    timer.deadline = deadline;
    timer.armed = true;
    if (timer.next != null && timer.tick <= tickOf(deadline)) {
      return;
    }
    unlink(timer);
    if (!ticking) {
      start();
    }
    link(timer);
  }

  /** Forgets the timer's deadline and the timer. */
  public void cancel(Timer timer) {
    timer.armed = false;
    unlink(timer);
  }

  private void start() {
    ticking = true;
    now = ticker.nanos();
    doneTick = (now - origin) >> TICK_SHIFT;
    schedule();
  }

  private void schedule() {
    scheduler.after(TICK_NANOS, this);
  }

  @Override
  public void run() {
    long due = now + TICK_NANOS;
    now = ticker.nanos();
    if (watch != null) {
      watch.ticked(Math.max(0, now - due));
    }
    long nowTick = (now - origin) >> TICK_SHIFT;
    // After a pause longer than a turn each slot is still looked at only once.
    long tick = Math.max(doneTick + 1, nowTick - SLOTS + 1);
    doneTick = nowTick;
    for (; tick <= nowTick; tick++) {
      fire(slots[(int) (tick & (SLOTS - 1))], nowTick);
    }
    if (linked > 0) {
      schedule();
    } else {
      ticking = false;
    }
  }

  private void fire(@Nullable Timer slot, long nowTick) {
    if (slot == null || slot.next instanceof Sentinel) {
      return;
    }
    // A list of its own, as a timer that expires may arm, cancel or pass by any other.
    splice(slot, firing);
    Timer timer;
    while ((timer = firing.next) != null && !(timer instanceof Sentinel)) {
      unlink(timer);
      if (!timer.armed) {
        continue;
      }
      if (timer.tick > nowTick || timer.deadline - now > 0) {
        link(timer);
      } else {
        timer.armed = false;
        expire(timer);
      }
    }
  }

  private void expire(Timer timer) {
    try {
      timer.expired();
    } catch (Throwable e) { // of whatever kind: the other timers of this loop depend on going on
      faults.accept(e);
    }
  }

  private static void splice(Timer from, Timer to) {
    Timer first = from.next;
    Timer last = from.prev;
    if (first == null || last == null) {
      return;
    }
    to.next = first;
    to.prev = last;
    first.prev = to;
    last.next = to;
    from.next = from;
    from.prev = from;
  }

  private long tickOf(long deadline) {
    return ((deadline - origin) >> TICK_SHIFT) + 1;
  }

  private void link(Timer timer) {
    timer.tick = Math.max(tickOf(timer.deadline), doneTick + 1);
    int index = (int) (timer.tick & (SLOTS - 1));
    Timer slot = slots[index];
    if (slot == null) {
      slot = new Sentinel();
      slots[index] = slot;
    }
    Timer last = slot.prev;
    timer.prev = last;
    timer.next = slot;
    if (last != null) {
      last.next = timer;
    }
    slot.prev = timer;
    linked++;
  }

  private void unlink(Timer timer) {
    Timer prev = timer.prev;
    Timer next = timer.next;
    if (prev == null || next == null) {
      return;
    }
    prev.next = next;
    next.prev = prev;
    timer.prev = null;
    timer.next = null;
    linked--;
  }

  /** Something with a deadline. It hangs in its wheel by its own links. */
  public abstract static class Timer {
    private long deadline;
    private long tick;
    private boolean armed;
    private @Nullable Timer prev;
    private @Nullable Timer next;

    /** The deadline passed. Called once for each arming, on the loop. */
    protected abstract void expired();
  }

  private static final class Sentinel extends Timer {
    Sentinel() {
      super.prev = this;
      super.next = this;
    }

    @Override
    protected void expired() {
      throw new IllegalStateException("a slot's head is no timer");
    }
  }
}
