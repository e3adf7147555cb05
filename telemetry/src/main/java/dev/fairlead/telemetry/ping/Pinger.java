package dev.fairlead.telemetry.ping;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.steering.cost.RoundTrips;
import dev.fairlead.steering.cost.Topology.Way;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Measures round trips from here to other clusters by small HTTP requests, one to each at a time.
 *
 * <p>Each target has its own beat, of one ping that warms the connection up and one that counts. It
 * begins anywhere in a period and is a fifth longer or shorter each time, so that clusters do not
 * ping each other in step. One that does not answer is asked less and less often; what was known of
 * it grows old and is stale in {@link RoundTrips}.
 */
public final class Pinger {
  /** As clusters go; further ones are not pinged. */
  public static final int MOST_TARGETS = 1000;

  /** However many are due: their answers must not wait for each other in this process. */
  private static final int MOST_UNDER_WAY = 32;

  private static final double JITTER = 0.2;

  /** Below the minute after which pings are stale: one answer makes a way known again. */
  private static final long LONGEST_NANOS = 40_000_000_000L;

  /** Servers keep a connection that is quiet for so long, as a rule. */
  private static final long WARM_NANOS = 2_000_000_000L;

  private static final long IDLE_NANOS = 1_000_000_000;

  private final Probe probe;
  private final Duration period;
  private final Ticker ticker;
  private final RandomSource random;

  // Guarded by this, as are all Beats.
  private final Map<Way, Beat> beats = new LinkedHashMap<>();
  private RoundTrips roundTrips = RoundTrips.NONE;
  private int underWay;
  private long sent;
  private long answered;

  /** One target's state. */
  private static final class Beat {
    final URI uri;
    long nextNanos;
    boolean underWay;
    int failuresInARow;
    boolean warm;
    long warmNanos;

    Beat(URI uri, long nextNanos) {
      this.uri = uri;
      this.nextNanos = nextNanos;
    }
  }

  /**
   * How pings fared.
   *
   * @param answered those among the sent that had an answer, so far
   */
  public record Counts(long sent, long answered) {}

  /**
   * Pings nobody before {@link #follow}.
   *
   * @param period of each target's pings, 1 s to 30 s
   */
  public Pinger(Probe probe, Duration period, Ticker ticker, RandomSource random) {
    if (period.compareTo(Duration.ofSeconds(1)) < 0
        || period.compareTo(Duration.ofSeconds(30)) > 0) {
      throw new IllegalArgumentException("a ping each " + period + " is not in 1 s to 30 s");
    }
    this.probe = probe;
    this.period = period;
    this.ticker = ticker;
    this.random = random;
  }

  /**
   * Pings these from now on; those that were pinged before go on with their beat, the others are
   * forgotten.
   *
   * @param targets what answers there, by http or https; the first {@link #MOST_TARGETS} of them
   * @throws IllegalArgumentException where one is not {@link #canBePinged}; nothing has changed
   */
  public synchronized void follow(Map<Way, URI> targets) {
    targets.forEach(Pinger::check);
    Map<Way, Beat> next = new LinkedHashMap<>();
    long now = ticker.nanos();
    for (Map.Entry<Way, URI> target : targets.entrySet()) {
      if (next.size() == MOST_TARGETS) {
        break;
      }
      Beat known = beats.get(target.getKey());
      next.put(
          target.getKey(),
          known != null && known.uri.equals(target.getValue())
              ? known
              : new Beat(target.getValue(), now + (long) (random.nextDouble() * period.toNanos())));
    }
    beats.clear();
    beats.putAll(next);
    roundTrips = roundTrips.pingedOnly(beats.keySet());
  }

  private static void check(Way way, URI uri) {
    if (!canBePinged(uri)) {
      throw new IllegalArgumentException(
          "the ping from "
              + way.from()
              + " to "
              + way.to()
              + " goes to no URL as http://HOST:PORT/PATH");
    }
  }

  /** Whether it is a URL by http or https, without a user. */
  public static boolean canBePinged(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    return (scheme.equals("http") || scheme.equals("https"))
        && uri.getHost() != null
        && uri.getRawUserInfo() == null;
  }

  /**
   * Sends what is due and waits for no answer.
   *
   * @return nanoseconds until something is due again
   */
  public long tick() {
    long now = ticker.nanos();
    Map<Way, Beat> due = new HashMap<>();
    long wait = IDLE_NANOS;
    synchronized (this) {
      for (Map.Entry<Way, Beat> entry : beats.entrySet()) {
        Beat beat = entry.getValue();
        if (beat.underWay) {
          continue;
        }
        if (beat.nextNanos - now > 0) {
          wait = Math.min(wait, beat.nextNanos - now);
        } else if (underWay < MOST_UNDER_WAY) {
          beat.underWay = true;
          underWay++;
          sent++;
          due.put(entry.getKey(), beat);
        }
      }
    }
    due.forEach(this::send);
    return wait;
  }

  private void send(Way way, Beat beat) {
    long began = ticker.nanos();
    CompletableFuture<Integer> coming;
    try {
      coming = probe.send(beat.uri, period);
    } catch (RuntimeException e) {
      coming = CompletableFuture.failedFuture(e);
    }
    var _ =
        coming.handle(
            (status, failure) -> {
              // 5xx is whoever stands before it, or an overload: no measure of the way.
              ended(way, beat, began, failure == null && status < 500);
              return beat;
            });
  }

  private synchronized void ended(Way way, Beat beat, long began, boolean good) {
    long now = ticker.nanos();
    beat.underWay = false;
    underWay--;
    beat.failuresInARow = good ? 0 : Math.min(beat.failuresInARow + 1, 30);
    beat.nextNanos = now + wait(beat.failuresInARow);
    // The first over a connection has the connect in it: it is followed by another at once.
    boolean warm = beat.warm && began - beat.warmNanos < WARM_NANOS;
    beat.warm = good;
    beat.warmNanos = now;
    if (good) {
      answered++;
      // One that is not followed any more has nothing to say.
      if (warm && beat.equals(beats.get(way))) {
        roundTrips = roundTrips.pinged(now, way, (double) (now - began));
      }
      if (!warm) {
        beat.nextNanos = now;
      }
    }
  }

  private long wait(int failuresInARow) {
    double wait = period.toNanos() * StrictMath.pow(2, Math.min(failuresInARow, 10));
    double jittered = (1 - JITTER + 2 * JITTER * random.nextDouble()) * wait;
    return (long) Math.min(LONGEST_NANOS, jittered);
  }

  /** What is known of ways by now; {@link RoundTrips#known} joins it with what is configured. */
  public synchronized RoundTrips roundTrips() {
    return roundTrips;
  }

  public synchronized Counts counts() {
    return new Counts(sent, answered);
  }
}
