package dev.fairlead.balancer.probe;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Fresh answers of a few endpoints, at most one of each, and the rule that chooses among them
 * (Prequal, see {@link ProbePolicy}): an entry is hot if it has more in flight than the Q quantile
 * of the pool; the cold one with the lowest latency is chosen, and if all are hot, the one with the
 * fewest in flight.
 *
 * <p>A server that fails fast has nothing in flight and the lowest latency, so what failures there
 * cost this caller is added to the latency. Failures do not count as in flight: at a few hundred
 * requests a second, one failure in a hundred would make an endpoint hot for good.
 *
 * <p>A fixed array of slots, each changed by compare-and-set: no lock. A pick allocates only where
 * it starts probes. Times are nanoseconds of one clock.
 */
public final class ProbePool {
  public static final int NONE = -1;

  /** With one entry there is nothing to compare, and all requests would follow it. */
  private static final int FEWEST = 2;

  /** With half of the endpoints unusable, one draw in 256 has to look at all. */
  private static final int REDRAWS = 8;

  private final ProbePolicy policy;
  private final long ageNanos;
  private final double reuse;
  private final ProbeTargets targets;
  private final Prober prober;
  private final ProbeCounters counters;
  private final Ticker clock;
  private final RoundTrips roundTrips;
  private final AtomicReferenceArray<@Nullable ProbeEntry> slots;
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicInteger removals = new AtomicInteger();

  /**
   * @param clock when a reply comes; the same time as each method's {@code now}
   */
  public ProbePool(
      ProbePolicy policy,
      ProbeTargets targets,
      Prober prober,
      ProbeCounters counters,
      Ticker clock) {
    this.policy = policy;
    this.ageNanos = policy.age().toNanos();
    this.reuse = policy.reuse(targets.count());
    this.targets = targets;
    this.prober = prober;
    this.counters = counters;
    this.clock = clock;
    this.roundTrips = new RoundTrips(targets.count(), policy.timeout().toNanos(), ageNanos);
    this.slots = new AtomicReferenceArray<>(policy.poolSize());
  }

  /** How many slots there are: at most 64, so that a set of them is the bits of a long. */
  public int slots() {
    return slots.length();
  }

  /**
   * The target that the entry of this slot is about; {@link #NONE} if there is no entry. One that
   * is too old or whose target is not usable is dropped.
   */
  public int target(int slot, long now) {
    ProbeEntry entry = slots.get(slot);
    if (entry == null) {
      return NONE;
    }
    if (now - entry.at() > ageNanos || !targets.usable(entry.target(), now)) {
      slots.compareAndSet(slot, entry, null);
      return NONE;
    }
    return entry.target();
  }

  /** What the rule compares of this slot's entry, nanoseconds; NaN if there is none. */
  public double latencyNanos(int slot, long now) {
    ProbeEntry entry = slots.get(slot);
    return entry == null ? Double.NaN : latencyNanos(entry, now);
  }

  /**
   * The target that the rule chooses among some slots' entries; it counts one more in flight from
   * here on.
   *
   * @param admitted the slots that it may be of, one bit each, of those that {@link #target} has
   *     just told of. Another thread may have put another entry there in the meantime
   * @return {@link #NONE} where there are fewer than two: then choose at random
   */
  public int choose(long admitted, long now) {
    if (Long.bitCount(admitted) < FEWEST) {
      return NONE;
    }
    int rank = hotRank();
    int coldest = NONE;
    double lowestLatency = Double.POSITIVE_INFINITY;
    long fewestOfLatency = 0;
    int idlest = NONE;
    long fewest = Long.MAX_VALUE;
    for (long left = admitted; left != 0; left &= left - 1) {
      int slot = Long.numberOfTrailingZeros(left);
      ProbeEntry entry = slots.get(slot);
      if (entry == null) {
        continue;
      }
      long inFlight = entry.inFlight();
      double latency = latencyNanos(entry, now);
      boolean better =
          latency < lowestLatency || (latency == lowestLatency && inFlight < fewestOfLatency);
      if (better && !isHot(inFlight, rank)) {
        coldest = slot;
        lowestLatency = latency;
        fewestOfLatency = inFlight;
      }
      if (inFlight < fewest) {
        idlest = slot;
        fewest = inFlight;
      }
    }
    return use(coldest == NONE ? idlest : coldest);
  }

  private int use(int slot) {
    ProbeEntry entry = slot == NONE ? null : slots.get(slot);
    if (entry == null || !entry.use()) {
      return NONE;
    }
    if (entry.isUsedUp()) {
      slots.compareAndSet(slot, entry, null);
    }
    return entry.target();
  }

  /** After each request that was led anywhere: wears the pool and fills it. */
  public void requested(long now, RandomSource random) {
    for (int left = ProbePolicy.whole(policy.removalsPerRequest(), random); left > 0; left--) {
      remove((removals.getAndIncrement() & 1) == 0 ? oldest() : worst(now));
    }
    probe(now, random);
  }

  private void remove(int slot) {
    if (slot != NONE) {
      // Of whatever is there by now: a younger one instead is a loss of one probe.
      slots.set(slot, null);
    }
  }

  private int oldest() {
    int oldest = NONE;
    long earliest = Long.MAX_VALUE;
    for (int slot = 0; slot < slots.length(); slot++) {
      ProbeEntry entry = slots.get(slot);
      if (entry != null && entry.at() < earliest) {
        oldest = slot;
        earliest = entry.at();
      }
    }
    return oldest;
  }

  /** The hot one with the most in flight; if none is hot, the one with the highest latency. */
  private int worst(long now) {
    int fullest = NONE;
    long most = -1;
    int slowest = NONE;
    double highest = -1;
    for (int slot = 0; slot < slots.length(); slot++) {
      ProbeEntry entry = slots.get(slot);
      if (entry == null) {
        continue;
      }
      long inFlight = entry.inFlight();
      if (inFlight > most) {
        fullest = slot;
        most = inFlight;
      }
      double latency = latencyNanos(entry, now);
      if (latency > highest) {
        slowest = slot;
        highest = latency;
      }
    }
    return fullest != NONE && isHot(most, hotRank()) ? fullest : slowest;
  }

  /** ⌈Q·entries⌉: the quantile is the in-flight of this rank, counted from 1 at the lowest. */
  private int hotRank() {
    int entries = 0;
    for (int slot = 0; slot < slots.length(); slot++) {
      if (slots.get(slot) != null) {
        entries++;
      }
    }
    return Math.max(1, (int) Math.ceil(policy.hotQuantile() * entries));
  }

  /** Above the value of that rank, which it is if so many are below it: no sorting needed. */
  private boolean isHot(long inFlight, int rank) {
    int below = 0;
    for (int slot = 0; slot < slots.length(); slot++) {
      ProbeEntry entry = slots.get(slot);
      if (entry != null && entry.inFlight() < inFlight) {
        below++;
      }
    }
    return below >= rank;
  }

  private double latencyNanos(ProbeEntry entry, long now) {
    return entry.latencyNanos() + targets.failureNanos(entry.target(), now);
  }

  private void probe(long now, RandomSource random) {
    int wanted = Math.min(ProbePolicy.whole(policy.probesPerRequest(), random), targets.count());
    if (wanted == 0) {
      return;
    }
    int[] drawn = new int[wanted];
    for (int count = 0; count < wanted; count++) {
      int target = draw(drawn, count, now, random);
      if (target == NONE) {
        return;
      }
      drawn[count] = target;
      start(target, now, random);
    }
  }

  /** Uniform among the usable that are not among the first {@code count} of {@code drawn}. */
  private int draw(int[] drawn, int count, long now, RandomSource random) {
    for (int attempt = 0; attempt < REDRAWS; attempt++) {
      int target = random.below(targets.count());
      if (!contains(drawn, count, target) && targets.usable(target, now)) {
        return target;
      }
    }
    int chosen = NONE;
    int seen = 0;
    for (int target = 0; target < targets.count(); target++) {
      if (!contains(drawn, count, target) && targets.usable(target, now)) {
        seen++;
        if (random.below(seen) == 0) {
          chosen = target;
        }
      }
    }
    return chosen;
  }

  private static boolean contains(int[] drawn, int count, int target) {
    for (int i = 0; i < count; i++) {
      if (drawn[i] == target) {
        return true;
      }
    }
    return false;
  }

  private void start(int target, long now, RandomSource random) {
    int budget =
        reuse < ProbeEntry.UNLIMITED ? ProbePolicy.whole(reuse, random) : ProbeEntry.UNLIMITED;
    long timeoutNanos = roundTrips.timeoutNanos(target);
    Probe probe = new Probe(this, target, sequence.getAndIncrement(), now, timeoutNanos, budget);
    counters.countStarted();
    try {
      prober.probe(targets.endpoint(target), timeoutNanos, probe);
    } catch (RuntimeException e) {
      // The transport's fault, and no reason to fail the request that came by.
      probe.accept(ProbeReply.Unanswered.FAILED);
    }
  }

  /** Called once for each probe. */
  void replied(Probe probe, ProbeReply reply) {
    long now = clock.nanos();
    long elapsed = now - probe.startedAt();
    switch (reply) {
      case ProbeReply.Answered answer when !answer.isPlausible() -> counters.countImplausible();
      case ProbeReply.Answered answer when elapsed <= probe.timeoutNanos() -> {
        counters.countAnswered();
        roundTrips.answered(probe.target(), elapsed);
        put(
            new ProbeEntry(
                probe.target(),
                probe.sequence(),
                now,
                Math.max(answer.inFlight(), targets.inFlight(probe.target())),
                answer.latencyNanos() + elapsed,
                probe.budget()));
      }
      case ProbeReply.Answered ignored -> timedOut(probe);
      case ProbeReply.Unanswered unanswered -> {
        switch (unanswered) {
          case TIMED_OUT -> timedOut(probe);
          case FAILED -> {
            counters.countFailed();
            dropOlder(probe.target(), probe.sequence());
          }
        }
      }
    }
  }

  private void timedOut(Probe probe) {
    counters.countTimedOut();
    roundTrips.timedOut(probe.target());
    dropOlder(probe.target(), probe.sequence());
  }

  /**
   * Into the slot of the same target, else a free one, else the oldest's. Two threads that put
   * entries of one target into two slots each look again, and the later one sees both: the older
   * entry goes.
   */
  private void put(ProbeEntry entry) {
    while (true) {
      int slot = slotFor(entry.target());
      ProbeEntry there = slots.get(slot);
      if (there != null
          && there.target() == entry.target()
          && there.sequence() > entry.sequence()) {
        return;
      }
      if (slots.compareAndSet(slot, there, entry)) {
        break;
      }
    }
    long newest = dropOlder(entry.target(), entry.sequence());
    if (newest > entry.sequence()) {
      dropOlder(entry.target(), newest);
    }
  }

  private int slotFor(int target) {
    int free = NONE;
    for (int slot = 0; slot < slots.length(); slot++) {
      ProbeEntry entry = slots.get(slot);
      if (entry == null) {
        free = slot;
      } else if (entry.target() == target) {
        return slot;
      }
    }
    int oldest = free == NONE ? oldest() : free;
    return oldest == NONE ? 0 : oldest;
  }

  /** Drops what older probes said of this target; returns the newest sequence seen of it. */
  private long dropOlder(int target, long sequence) {
    long newest = sequence;
    for (int slot = 0; slot < slots.length(); slot++) {
      ProbeEntry entry = slots.get(slot);
      if (entry != null && entry.target() == target) {
        newest = Math.max(newest, entry.sequence());
        if (entry.sequence() < sequence) {
          slots.compareAndSet(slot, entry, null);
        }
      }
    }
    return newest;
  }
}
