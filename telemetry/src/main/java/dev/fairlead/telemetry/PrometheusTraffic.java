package dev.fairlead.telemetry;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.telemetry.prometheus.Answer;
import dev.fairlead.telemetry.prometheus.PrometheusException;
import dev.fairlead.telemetry.prometheus.Queries;
import dev.fairlead.telemetry.query.Batch;
import dev.fairlead.telemetry.query.QuerySet;
import dev.fairlead.telemetry.query.Signal;
import dev.fairlead.telemetry.query.Target;
import dev.fairlead.telemetry.reading.Gathered;
import dev.fairlead.telemetry.reading.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Traffic as a Prometheus server knows it. Whoever asks is answered at once from the last readings;
 * {@link #tick} fetches new ones, for all that was asked for lately together, one query at a time.
 *
 * <p>Whatever goes wrong there, numbers stay as they are and their ages rise: nothing is ever taken
 * for 0 because nobody said anything.
 */
public final class PrometheusTraffic implements TrafficSource {
  /** Twenty batches: a period's queries are bounded too. */
  static final int MOST_TARGETS = 10_000;

  /** Nobody steers what he has not asked for in so long; control periods are shorter. */
  private static final long FORGET_NANOS = 2 * 3600 * 1_000_000_000L;

  /** What is left of a period is for others who ask the same server. */
  private static final double BUSY_SHARE = 0.8;

  /** Below that a query is not worth the asking. */
  private static final long LEAST_NANOS = 20_000_000;

  private final Queries queries;
  private final QuerySet set;
  private final Settings settings;
  private final Ticker ticker;
  private final Counters counters = new Counters();
  private final Map<Target, Long> asked = new ConcurrentHashMap<>();

  // Written by the one who ticks.
  private volatile Map<Target, Reading> readings = Map.of();
  private volatile long readNanos;
  private volatile boolean everRead;
  private volatile @Nullable PrometheusException lastFailure;

  /** Of the one who ticks: which signal is asked first after the counts, so that none starves. */
  private Signal first = Signal.FAILED;

  private boolean ticked;
  private long nextNanos;

  /**
   * How often, and over which time.
   *
   * @param period between the beginnings of two rounds of queries, 1 s to 5 min; no longer than the
   *     control period
   * @param window that rates are over: three scrape intervals or more, or a scrape that fails now
   *     and then leaves nothing to tell a rate from; 2 s to 10 min
   */
  public record Settings(Duration period, Duration window) {
    /** For scrapes every 10 s, as Linkerd's Prometheus has them, or more often. */
    public static final Settings DEFAULT =
        new Settings(Duration.ofSeconds(5), Duration.ofSeconds(30));

    public Settings {
      if (period.compareTo(Duration.ofSeconds(1)) < 0
          || period.compareTo(Duration.ofMinutes(5)) > 0) {
        throw new IllegalArgumentException("a period of " + period + " is not in 1 s to 5 min");
      }
      if (window.compareTo(Duration.ofSeconds(2)) < 0
          || window.compareTo(Duration.ofMinutes(10)) > 0) {
        throw new IllegalArgumentException("a window of " + window + " is not in 2 s to 10 min");
      }
    }
  }

  /** Nothing is asked before the first {@link #tick}. */
  public PrometheusTraffic(Queries queries, QuerySet set, Settings settings, Ticker ticker) {
    this.queries = queries;
    this.set = set;
    this.settings = settings;
    this.ticker = ticker;
  }

  @Override
  public Observation seen(TrafficKey key, List<String> destinations, long nowNanos) {
    List<Observation.Destination> rows = new ArrayList<>();
    for (String destination : destinations) {
      Target target = new Target(key.service(), destination);
      // Metrics have no classes: of one of them nothing is known.
      Reading reading = key.isWhole() ? reading(target, nowNanos) : Reading.NONE;
      rows.add(reading.destination(destination, nowNanos));
    }
    return new Observation(key, nowNanos, rows);
  }

  private Reading reading(Target target, long nowNanos) {
    if (asked.containsKey(target) || (asked.size() < MOST_TARGETS && target.canBeAsked())) {
      asked.put(target, nowNanos);
    } else {
      counters.notAsked();
    }
    return readings.getOrDefault(target, Reading.NONE);
  }

  /**
   * Asks, if it is time to. One thread at a time; takes up to most of a period where the server is
   * slow.
   *
   * @return nanoseconds until it is time again
   */
  public long tick() {
    long now = ticker.nanos();
    if (!ticked) {
      ticked = true;
      nextNanos = now;
    }
    if (now - nextNanos < 0) {
      return nextNanos - now;
    }
    long period = settings.period().toNanos();
    round(now, now + (long) (BUSY_SHARE * period));
    // From its own time on and not from the end of the round; rounds that were missed are.
    long after = ticker.nanos();
    nextNanos += period * (1 + Math.max(0, (after - nextNanos) / period));
    return Math.max(0, nextNanos - after);
  }

  private void round(long now, long until) {
    asked.values().removeIf(last -> now - last > FORGET_NANOS);
    List<Target> targets = new ArrayList<>(asked.keySet());
    Map<Target, Reading> next = new HashMap<>(readings);
    next.keySet().retainAll(asked.keySet());
    boolean whole = true;
    try {
      for (int from = 0; from < targets.size(); from += Batch.MOST) {
        List<Target> part = targets.subList(from, Math.min(targets.size(), from + Batch.MOST));
        whole &= batch(new Batch(set, part, settings.window()), next, until);
      }
      if (whole && !targets.isEmpty()) {
        everRead = true;
        readNanos = now;
        lastFailure = null;
      }
    } catch (PrometheusException e) {
      failed(e);
    }
    readings = Collections.unmodifiableMap(next);
  }

  /**
   * Asks all about some; false where a query failed.
   *
   * @throws PrometheusException where it makes no sense to go on
   */
  private boolean batch(Batch batch, Map<Target, Reading> next, long until) {
    long askedNanos = ticker.nanos();
    Answer ages = ask(batch, Signal.AGE, Double.NaN, until);
    double oldest = settings.window().toMillis() / 1e3;
    Gathered gathered = new Gathered(batch, ages, askedNanos, oldest);
    if (gathered.isEmpty()) {
      counters.bad(gathered.bad());
      return true;
    }
    boolean whole = true;
    List<Signal> signals = signals();
    int done = 0;
    try {
      for (; done < signals.size(); done++) {
        Signal signal = signals.get(done);
        try {
          gathered.take(signal, ask(batch, signal, ages.atSeconds(), until));
        } catch (PrometheusException e) {
          if (e.reason().concernsTheServer()) {
            throw e;
          }
          failed(e);
          whole = false;
        }
      }
    } finally {
      // What came before it stopped is good.
      if (done < signals.size()) {
        beginWith(signals.get(done));
      }
      next.putAll(gathered.after(next));
      counters.bad(gathered.bad());
    }
    return whole;
  }

  /** Counts of requests first, on which the others rest; then what the last round left out. */
  private List<Signal> signals() {
    List<Signal> counts = new ArrayList<>();
    List<Signal> others = new ArrayList<>();
    for (Signal signal : Signal.values()) {
      if (signal != Signal.AGE && set.has(signal)) {
        (isCount(signal) ? counts : others).add(signal);
      }
    }
    Collections.rotate(others, -Math.max(0, others.indexOf(first)));
    counts.addAll(others);
    return counts;
  }

  private static boolean isCount(Signal signal) {
    return signal == Signal.STARTED || signal == Signal.ENDED;
  }

  private void beginWith(Signal leftOut) {
    if (isCount(leftOut)) {
      return;
    }
    // A mean is of both; where there is no time for two it must not keep the others waiting.
    boolean parted = leftOut == Signal.LATENCY_SUM && first != Signal.LATENCY;
    first = parted && set.has(Signal.LATENCY) ? Signal.LATENCY : leftOut;
  }

  private Answer ask(Batch batch, Signal signal, double atSeconds, long until) {
    long left = until - ticker.nanos();
    if (left < LEAST_NANOS) {
      throw new PrometheusException(
          PrometheusException.Reason.TIMEOUT,
          "the period was over before "
              + signal.field()
              + " was asked for (a faster server, a longer period, or fewer series)");
    }
    counters.query();
    return queries.ask(batch.query(signal), atSeconds, Duration.ofNanos(left));
  }

  private void failed(PrometheusException e) {
    counters.failed(e.reason());
    lastFailure = e;
  }

  /** The last failure since the last round without any. */
  public Optional<PrometheusException> failure() {
    return Optional.ofNullable(lastFailure);
  }

  /** What this source says of itself, for metrics. */
  public TrafficStatus status(long nowNanos) {
    return new TrafficStatus(
        set.name(),
        everRead ? Math.max(0, nowNanos - readNanos) : Long.MAX_VALUE,
        counters.queries(),
        counters.failures(),
        counters.badNumbers(),
        counters.unasked());
  }

  /** All that is known, for whoever wants to show it: each number with its age and width. */
  public Map<Target, Reading> readings() {
    return readings;
  }
}
