package dev.fairlead.kubernetes.enforce;

import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A weight as it stands in an object: a number, or a Kubernetes quantity in quotes as {@code
 * "500m"}, which v1alpha1 of TrafficSplit has. The form is kept, so that what is restored is what
 * was there.
 *
 * @param json {@code 1}, {@code "500m"}; empty where the object has none
 */
record WrittenWeight(String json) {
  static final WrittenWeight ABSENT = new WrittenWeight("");

  /** What an object that leaves its weight out means, by the Gateway API. */
  private static final double DEFAULT = 1;

  /** Longer than any quantity; a longer one is no weight. */
  private static final int MAX_LENGTH = 40;

  /** Powers of ten are at most so large in a quantity; larger ones would take memory to hold. */
  private static final int MAX_SCALE = 30;

  private static final Map<String, BigDecimal> SUFFIXES =
      Map.ofEntries(
          Map.entry("n", BigDecimal.valueOf(1, 9)),
          Map.entry("u", BigDecimal.valueOf(1, 6)),
          Map.entry("m", BigDecimal.valueOf(1, 3)),
          Map.entry("k", BigDecimal.valueOf(1, -3)),
          Map.entry("M", BigDecimal.valueOf(1, -6)),
          Map.entry("G", BigDecimal.valueOf(1, -9)),
          Map.entry("T", BigDecimal.valueOf(1, -12)),
          Map.entry("P", BigDecimal.valueOf(1, -15)),
          Map.entry("E", BigDecimal.valueOf(1, -18)),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
          Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
          Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

  static WrittenWeight of(long number) {
    return new WrittenWeight(Long.toString(number));
  }

  /** Of a value as a JSON reader gives it: a number, a text, or nothing. */
  static WrittenWeight of(@Nullable Object value) {
    return switch (value) {
      case null -> ABSENT;
      case Number number -> new WrittenWeight(number.toString());
      default -> new WrittenWeight(JsonText.quoted(value.toString()));
    };
  }

  boolean isAbsent() {
    return json.isEmpty();
  }

  /** Whether only a schema of int-or-string takes it. */
  boolean isText() {
    return json.startsWith("\"");
  }

  /** What it is worth beside others; empty where it is no weight: negative, or no quantity. */
  OptionalDouble value() {
    if (isAbsent()) {
      return OptionalDouble.of(DEFAULT);
    }
    String text = isText() ? json.substring(1, json.length() - 1) : json;
    int end = text.length();
    while (end > 0 && !Character.isDigit(text.charAt(end - 1)) && text.charAt(end - 1) != '.') {
      end--;
    }
    BigDecimal unit = end == text.length() ? BigDecimal.ONE : SUFFIXES.get(text.substring(end));
    if (unit == null || text.length() > MAX_LENGTH) {
      return OptionalDouble.empty();
    }
    try {
      BigDecimal number = new BigDecimal(text.substring(0, end));
      if (Math.abs((long) number.scale()) > MAX_SCALE || number.signum() < 0) {
        return OptionalDouble.empty();
      }
      return OptionalDouble.of(number.multiply(unit).doubleValue());
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** As it is written. */
  @Override
  public String toString() {
    return isAbsent() ? "none" : json;
  }
}
