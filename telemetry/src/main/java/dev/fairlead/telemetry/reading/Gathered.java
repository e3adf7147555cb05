package dev.fairlead.telemetry.reading;

import dev.fairlead.telemetry.prometheus.Answer;
import dev.fairlead.telemetry.query.Batch;
import dev.fairlead.telemetry.query.Signal;
import dev.fairlead.telemetry.query.Target;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What one batch's queries brought, all evaluated at one moment; signal by signal, as answers come.
 * Nothing is believed of a destination that has no newest sample: what rates say of it is what was,
 * and would go on for a window after its end.
 */
public final class Gathered {
  // Above any real one by orders of magnitude: a hundred million, 10 TB/s, an hour.
  private static final double MOST_COUNT = 1e8;
  private static final double MOST_BYTES_PER_SECOND = 1e13;
  private static final double MOST_SECONDS = 3600;
  // The slope through a counter that stands still.
  private static final double ROUNDING = 1e-6;

  private final Batch batch;
  private final Map<Target, Row> rows = new LinkedHashMap<>();
  private final Set<Signal> answered = EnumSet.noneOf(Signal.class);
  private long bad;

  /** One destination's. */
  private static final class Row {
    final double sampleSeconds;
    final long atNanos;
    final Map<Signal, Double> sums = new EnumMap<>(Signal.class);
    final Buckets buckets = new Buckets();

    Row(double sampleSeconds, long atNanos) {
      this.sampleSeconds = sampleSeconds;
      this.atNanos = atNanos;
    }

    Measured exactly(double value) {
      return new Measured(value, 0, sampleSeconds, atNanos);
    }
  }

  /**
   * Begins with the ages.
   *
   * @param askedNanos when they were asked for, by our clock: it was evaluated then or later, so
   *     that ages are rather too high than too low
   * @param oldestSeconds of what is older nothing is believed: rates know nothing of it
   */
  public Gathered(Batch batch, Answer ages, long askedNanos, double oldestSeconds) {
    this.batch = batch;
    for (Answer.Series series : ages.series()) {
      double age = series.value();
      if (!(age >= 0)) {
        bad++;
        continue;
      }
      if (age > oldestSeconds) {
        continue;
      }
      for (Target target : batch.of(series.labels())) {
        double sample = ages.atSeconds() - age;
        Row known = rows.get(target);
        if (known == null || known.sampleSeconds < sample) {
          rows.put(target, new Row(sample, askedNanos - Math.round(age * 1e9)));
        }
      }
    }
  }

  /** Whether no destination has a sample that is new enough. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Takes the answer to another signal's query. */
  public void take(Signal signal, Answer answer) {
    answered.add(signal);
    for (Answer.Series series : answer.series()) {
      for (Target target : batch.of(series.labels())) {
        Row row = rows.get(target);
        if (row == null) {
          continue;
        }
        if (signal == Signal.LATENCY) {
          if (!row.buckets.add(series.labels().getOrDefault("le", ""), series.value())) {
            bad++;
          }
        } else {
          row.sums.merge(signal, series.value(), Double::sum);
        }
      }
    }
  }

  /** Numbers that were dropped since none can be such. */
  public long bad() {
    return bad;
  }

  /** What is known now, from what was known; of destinations that are not in it nothing is new. */
  public Map<Target, Reading> after(Map<Target, Reading> before) {
    Map<Target, Reading> next = new HashMap<>();
    rows.forEach(
        (target, row) ->
            next.put(target, before.getOrDefault(target, Reading.NONE).after(numbers(row))));
    return next;
  }

  private Map<Quantity, Measured> numbers(Row row) {
    Map<Quantity, Measured> numbers = new EnumMap<>(Quantity.class);
    double ended = count(row, Signal.ENDED);
    double started = batch.set().has(Signal.STARTED) ? count(row, Signal.STARTED) : ended;
    // Whoever counts the one and not the other cannot be compared with what he said before.
    if (!Double.isNaN(started) && Double.isNaN(ended) && answered.contains(Signal.ENDED)) {
      // Begun, and none has ended yet: that has no series.
      ended = 0;
    }
    if (!Double.isNaN(started) && !Double.isNaN(ended)) {
      numbers.put(Quantity.STARTED_RPS, row.exactly(started));
      numbers.put(Quantity.ENDED_RPS, row.exactly(ended));
      putUnlessNaN(numbers, Quantity.SENT_PER_REQUEST, row, bytes(row, Signal.BYTES_SENT, ended));
      putUnlessNaN(
          numbers, Quantity.RECEIVED_PER_REQUEST, row, bytes(row, Signal.BYTES_RECEIVED, ended));
      success(numbers, row, ended);
    }
    latency(numbers, row);
    putUnlessNaN(numbers, Quantity.IN_FLIGHT, row, inFlight(numbers, row, ended));
    return numbers;
  }

  private static void putUnlessNaN(
      Map<Quantity, Measured> numbers, Quantity of, Row row, double value) {
    if (!Double.isNaN(value)) {
      numbers.put(of, row.exactly(value));
    }
  }

  private void success(Map<Quantity, Measured> numbers, Row row, double ended) {
    if (!answered.contains(Signal.FAILED)
        || (batch.set().has(Signal.IGNORED) && !answered.contains(Signal.IGNORED))) {
      return;
    }
    double failed = orNone(row, Signal.FAILED);
    double judged = ended - orNone(row, Signal.IGNORED);
    if (Double.isNaN(failed) || Double.isNaN(judged)) {
      return;
    }
    // Two slopes of one counter's parts may be off by rounding.
    double ratio = judged > 0 ? Math.clamp(1 - failed / judged, 0, 1) : Double.NaN;
    numbers.put(Quantity.SUCCESS_RATIO, row.exactly(ratio));
  }

  private void latency(Map<Quantity, Measured> numbers, Row row) {
    double total = row.buckets.total();
    if (!answered.contains(Signal.LATENCY) || Double.isNaN(total)) {
      return;
    }
    double unit = batch.set().latencyUnitNanos();
    Buckets.Quantile p50 = row.buckets.quantile(0.5);
    Buckets.Quantile p99 = row.buckets.quantile(0.99);
    if (Double.isNaN(p50.value()) || Double.isNaN(p99.value())) {
      p50 = Buckets.Quantile.UNKNOWN;
      p99 = Buckets.Quantile.UNKNOWN;
    }
    numbers.put(Quantity.P50_NANOS, in(unit, p50, row));
    numbers.put(Quantity.P99_NANOS, in(unit, p99, row));
    Double sum = row.sums.get(Signal.LATENCY_SUM);
    if (sum != null) {
      double mean = total > 0 ? sum / total * unit : Double.NaN;
      if (total > 0 && !(mean >= 0 && mean <= MOST_SECONDS * 1e9)) {
        bad++;
        return;
      }
      numbers.put(Quantity.MEAN_NANOS, row.exactly(mean));
    }
  }

  private static Measured in(double unit, Buckets.Quantile quantile, Row row) {
    return new Measured(
        quantile.value() * unit, quantile.width() * unit, row.sampleSeconds, row.atNanos);
  }

  /** As counted; where nobody counts, by Little's law from those that ended. */
  private double inFlight(Map<Quantity, Measured> numbers, Row row, double ended) {
    if (batch.set().has(Signal.IN_FLIGHT)) {
      return count(row, Signal.IN_FLIGHT);
    }
    if (ended == 0) {
      return 0;
    }
    Measured mean = numbers.get(Quantity.MEAN_NANOS);
    return mean == null ? Double.NaN : ended * mean.value() / 1e9;
  }

  private double bytes(Row row, Signal signal, double ended) {
    Double perSecond = row.sums.get(signal);
    if (perSecond == null || !(ended > 0)) {
      return Double.NaN;
    }
    if (!(perSecond >= 0 && perSecond <= MOST_BYTES_PER_SECOND)) {
      bad++;
      return Double.NaN;
    }
    return perSecond / ended;
  }

  /** A number of parts of what there is: without a series there are none of them. */
  private double orNone(Row row, Signal signal) {
    return row.sums.containsKey(signal) ? count(row, signal) : 0;
  }

  private double count(Row row, Signal signal) {
    Double value = row.sums.get(signal);
    if (value == null) {
      return Double.NaN;
    }
    if (Math.abs(value) < ROUNDING) {
      return 0;
    }
    if (!(value >= 0 && value <= MOST_COUNT)) {
      // Below 0: a difference of sums in which somebody is missing. NaN: nothing over nothing.
      bad++;
      return Double.NaN;
    }
    return value;
  }
}
