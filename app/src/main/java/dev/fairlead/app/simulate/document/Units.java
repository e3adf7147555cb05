package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Readers of a scenario's quantities. */
final class Units {
  /** A simulation of years would take days; everything else is shorter than the simulation. */
  private static final Duration LONGEST = Duration.ofDays(366);

  /** As in all documents, and finer: a service may take a fraction of a millisecond. */
  private static final Pattern TIME =
      Pattern.compile("([0-9]{1,9}(\\.[0-9]{1,3})?(h|ms|m|s|us|ns)){1,4}");

  private static final Pattern TIME_PART =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(h|ms|m|s|us|ns)");

  private static final Map<String, Long> NANOS = new TreeMap<>();

  static {
    NANOS.put("ns", 1L);
    NANOS.put("us", 1_000L);
    NANOS.put("ms", 1_000_000L);
    NANOS.put("s", 1_000_000_000L);
    NANOS.put("m", 60_000_000_000L);
    NANOS.put("h", 3_600_000_000_000L);
  }

  private static final String TIME_HINT =
      "write it as 250ms, 1.5s, 1m30s or 50us; units are h, m, s, ms, us and ns";

  /** A time, 0 included. */
  static final Reader<Duration> TIME_OR_ZERO = time(Duration.ZERO);

  static final Reader<Duration> POSITIVE_TIME = time(Duration.ofNanos(1));

  /** A time after which something is done again: any shorter, and nothing else would be done. */
  static final Reader<Duration> INTERVAL = time(Duration.ofMillis(1));

  /** A time in nanoseconds, as laws have it. */
  static final Reader<Double> NANOSECONDS =
      value -> TIME_OR_ZERO.read(value).map(time -> (double) time.toNanos());

  /** A number of bytes: a larger body than a terabyte is a mistaken unit. */
  static final Reader<Double> BYTES =
      value -> Scalars.size(0, 1L << 40).read(value).map(Long::doubleValue);

  /** Bytes per second. */
  static final Reader<Double> BANDWIDTH =
      value -> Scalars.size(1, 1L << 50).read(value).map(Long::doubleValue);

  /** A number that multiplies or counts, 0 included. */
  static final Reader<Double> FACTOR = Scalars.number(0, 1e9);

  /** A share of the whole, in percent in the document. */
  static final Reader<Double> SHARE = Scalars.percent(0, 100);

  /** Requests per second; beyond that no simulation ends. */
  static final Reader<Double> RATE = Scalars.number(0.000_001, 1e7);

  static final Reader<Integer> TRAFFIC_CLASS = Scalars.integer(0, 7);

  private Units() {}

  private static Reader<Duration> time(Duration least) {
    return value -> {
      if (!(value.node() instanceof Node.Scalar scalar)) {
        value.problem("is " + value.node().what() + ", not a time", TIME_HINT);
        return Optional.empty();
      }
      String text = scalar.text();
      if (!TIME.matcher(text).matches()) {
        value.problem(Quoted.of(text) + " is not a time", TIME_HINT);
        return Optional.empty();
      }
      BigDecimal nanos = BigDecimal.ZERO;
      Matcher part = TIME_PART.matcher(text);
      while (part.find()) {
        long unit = NANOS.getOrDefault(part.group(2), 1L);
        nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
      }
      if (nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0) {
        value.problem(text + " is longer than " + LONGEST.toDays() + " days", "");
        return Optional.empty();
      }
      Duration time = Duration.ofNanos(nanos.longValue());
      if (time.compareTo(least) < 0) {
        value.problem(
            text + " is too short",
            least.toMillis() > 0
                ? "write at least " + least.toMillis() + "ms"
                : "write more than 0");
        return Optional.empty();
      }
      return Optional.of(time);
    };
  }
}
