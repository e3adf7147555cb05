package dev.fairlead.discovery.yaml;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Readers of single values. */
public final class Scalars {
  /** The longest text that is not a body: as long as a Kubernetes annotation is ever useful. */
  private static final int MAX_TEXT_BYTES = 256 * 1024;

  /** Any text. */
  public static final Reader<String> TEXT = text(MAX_TEXT_BYTES);

  public static final Reader<Boolean> BOOLEAN =
      value -> {
        if (value.node() instanceof Node.Scalar scalar
            && scalar.type() == Node.Scalar.Type.BOOLEAN) {
          return Optional.of(scalar.text().equals("true"));
        }
        return wrong(value, "true or false", "write true or false, without quotes");
      };

  /** Gateway API's duration (GEP-2257): up to four numbers of at most five digits with a unit. */
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,5}(h|ms|m|s)){1,4}");

  private static final Pattern DURATION_PART = Pattern.compile("([0-9]{1,5})(h|ms|m|s)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|KiB|MiB|GiB)");

  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,6})(\\.[0-9]{1,3})?%");

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");

  private Scalars() {}

  /** Text of at most so many bytes in UTF-8. A number or a boolean is not text unless quoted. */
  public static Reader<String> text(int maxBytes) {
    return value -> {
      if (!(value.node() instanceof Node.Scalar scalar)
          || scalar.type() != Node.Scalar.Type.STRING) {
        return wrong(value, "text", value.node() instanceof Node.Scalar ? "put it in quotes" : "");
      }
      if (scalar.text().length() > maxBytes
          || scalar.text().getBytes(StandardCharsets.UTF_8).length > maxBytes) {
        value.problem("is longer than " + maxBytes + " bytes", "");
        return Optional.empty();
      }
      return Optional.of(scalar.text());
    };
  }

  /** Text that passes a test; {@code what} completes "is not …". */
  public static Reader<String> text(Predicate<String> valid, String what, String hint) {
    return value ->
        TEXT.read(value)
            .filter(
                text -> {
                  if (!valid.test(text)) {
                    value.problem(Quoted.of(text) + " is not " + what, hint);
                    return false;
                  }
                  return true;
                });
  }

  /** One of some words. */
  public static <T> Reader<T> oneOf(Map<String, T> words) {
    return oneOf(words, Set.of());
  }

  /** One of some words; {@code unsupported} ones are known to the API, but not acted on yet. */
  public static <T> Reader<T> oneOf(Map<String, T> words, Set<String> unsupported) {
    return value ->
        TEXT.read(value)
            .flatMap(
                word -> {
                  T meaning = words.get(word);
                  if (meaning == null && unsupported.contains(word)) {
                    value.problem(
                        Quoted.of(word) + " is not supported yet", Nearest.listed(words.keySet()));
                  } else if (meaning == null) {
                    value.problem(
                        Quoted.of(word) + " is not known here", Nearest.hint(word, words.keySet()));
                  }
                  return Optional.ofNullable(meaning);
                });
  }

  /** A whole number in [min, max]. */
  public static Reader<Integer> integer(int min, int max) {
    return value -> {
      if (!(value.node() instanceof Node.Scalar scalar)
          || scalar.type() != Node.Scalar.Type.NUMBER) {
        return wrong(value, "a whole number", "write one from " + min + " to " + max);
      }
      if (!INTEGER.matcher(scalar.text()).matches()) {
        value.problem(
            Quoted.of(scalar.text()) + " is not a whole number",
            "write one from " + min + " to " + max);
        return Optional.empty();
      }
      long number = Long.parseLong(scalar.text());
      if (number < min || number > max) {
        value.problem(number + " is outside " + min + "…" + max, "");
        return Optional.empty();
      }
      return Optional.of((int) number);
    };
  }

  /** A finite number in [min, max]. */
  public static Reader<Double> number(double min, double max) {
    return value -> {
      if (!(value.node() instanceof Node.Scalar scalar)
          || scalar.type() != Node.Scalar.Type.NUMBER) {
        return wrong(
            value,
            "a number",
            value.node() instanceof Node.Scalar ? "write it without quotes or unit" : "");
      }
      double number = Double.parseDouble(scalar.text());
      if (!(number >= min && number <= max)) {
        value.problem(
            Quoted.of(scalar.text()) + " is outside " + plain(min) + "…" + plain(max), "");
        return Optional.empty();
      }
      return Optional.of(number);
    };
  }

  /** A duration in [min, max], as Gateway API writes it: {@code 250ms}, {@code 1m30s}. */
  public static Reader<Duration> duration(Duration min, Duration max) {
    String hint = "write it as 250ms, 5s or 1m30s; units are h, m, s and ms";
    return value -> {
      if (!(value.node() instanceof Node.Scalar scalar)
          || scalar.type() == Node.Scalar.Type.NULL
          || scalar.type() == Node.Scalar.Type.BOOLEAN) {
        return wrong(value, "a duration", hint);
      }
      if (!DURATION.matcher(scalar.text()).matches()) {
        value.problem(Quoted.of(scalar.text()) + " is not a duration", hint);
        return Optional.empty();
      }
      Duration sum = Duration.ZERO;
      Matcher part = DURATION_PART.matcher(scalar.text());
      while (part.find()) {
        long count = Long.parseLong(part.group(1));
        sum =
            sum.plus(
                switch (part.group(2)) {
                  case "h" -> Duration.ofHours(count);
                  case "m" -> Duration.ofMinutes(count);
                  case "s" -> Duration.ofSeconds(count);
                  default -> Duration.ofMillis(count);
                });
      }
      if (sum.compareTo(min) < 0 || sum.compareTo(max) > 0) {
        value.problem(scalar.text() + " is outside " + spelled(min) + "…" + spelled(max), "");
        return Optional.empty();
      }
      return Optional.of(sum);
    };
  }

  /**
   * A share, written in percent.
   *
   * @param min in percent, as {@code max}
   * @return the share: 0.2 of {@code 20%}
   */
  public static Reader<Double> percent(double min, double max) {
    return value ->
        percentOf(value, min, max)
            // As if the point had been moved by hand: 29 / 100 is not always the nearest to 0.29.
            .map(percent -> new BigDecimal(percent).movePointLeft(2).doubleValue());
  }

  /** A whole number of percent in [min, max]: 140 of {@code 140%}. */
  public static Reader<Integer> wholePercent(int min, int max) {
    return value ->
        percentOf(value, min, max)
            .flatMap(
                percent -> {
                  BigDecimal number = new BigDecimal(percent).stripTrailingZeros();
                  if (number.scale() > 0) {
                    value.problem(percent + "% is not a whole number of percent", "");
                    return Optional.empty();
                  }
                  return Optional.of(number.intValueExact());
                });
  }

  /** The number before the sign. */
  private static Optional<String> percentOf(Value value, double min, double max) {
    String hint = "write it as 20% or 12.5%";
    if (!(value.node() instanceof Node.Scalar scalar)
        || scalar.type() == Node.Scalar.Type.NULL
        || scalar.type() == Node.Scalar.Type.BOOLEAN) {
      return wrong(value, "a percentage", hint);
    }
    String text = scalar.text();
    if (!PERCENT.matcher(text).matches()) {
      value.problem(Quoted.of(text) + " is not a percentage", hint);
      return Optional.empty();
    }
    String number = text.substring(0, text.length() - 1);
    double percent = Double.parseDouble(number);
    if (percent < min || percent > max) {
      value.problem(text + " is outside " + plain(min) + "…" + plain(max) + "%", "");
      return Optional.empty();
    }
    return Optional.of(number);
  }

  /** A number of bytes in [min, max]: {@code 64KiB}. */
  public static Reader<Long> size(long min, long max) {
    String hint = "write it as 512B, 64KiB or 1MiB; units are B, KiB, MiB and GiB";
    return value -> {
      if (!(value.node() instanceof Node.Scalar scalar)) {
        return wrong(value, "a size", hint);
      }
      Matcher matcher = SIZE.matcher(scalar.text());
      if (!matcher.matches()) {
        value.problem(Quoted.of(scalar.text()) + " is not a size", hint);
        return Optional.empty();
      }
      int shift =
          switch (matcher.group(2)) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
          };
      long bytes = Long.parseLong(matcher.group(1)) << shift;
      if (bytes < min || bytes > max) {
        value.problem(scalar.text() + " is outside " + min + "B…" + max + "B", "");
        return Optional.empty();
      }
      return Optional.of(bytes);
    };
  }

  private static <T> Optional<T> wrong(Value value, String wanted, String hint) {
    String found =
        value.node() instanceof Node.Scalar scalar
            ? Quoted.of(scalar.text()) + " is " + scalar.what()
            : "is " + value.node().what();
    value.problem(found + ", not " + wanted, hint);
    return Optional.empty();
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /** {@code 1m30s}; {@code 0s} for nothing. */
  static String spelled(Duration duration) {
    StringBuilder text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long count, String unit) {
    if (count > 0) {
      text.append(count).append(unit);
    }
  }
}
