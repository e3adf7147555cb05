package dev.fairlead.app.observe;

import dev.fairlead.proxy.RequestLog;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which exchanges a tap wants: all that is named must hold. Immutable.
 *
 * @param statusFrom lowest status, and {@code statusTo} the highest
 * @param path how the path begins
 * @param sample of those that fit, the share that is shown, in (0, 1]
 * @param max how many are shown
 * @param time how long it lasts
 * @param hidden names of headers, lower case, whose values are not shown
 */
public record TapFilter(
    Optional<String> listener,
    Optional<String> route,
    Optional<String> service,
    Optional<String> cluster,
    Optional<String> method,
    Optional<String> path,
    Optional<String> trafficClass,
    int statusFrom,
    int statusTo,
    boolean failedOnly,
    double sample,
    long max,
    Duration time,
    boolean headers,
    Set<String> hidden) {
  /** A tap that was forgotten ends some time. */
  public static final Duration LONGEST = Duration.ofHours(1);

  private static final Set<String> NAMES =
      Set.of(
          "listener",
          "route",
          "service",
          "cluster",
          "method",
          "path",
          "class",
          "status",
          "failed",
          "sample",
          "max",
          "seconds",
          "headers",
          "hide");

  private static final Pattern STATUS = Pattern.compile("([0-9])xx|([0-9]{1,3})(?:-([0-9]{3}))?");

  public TapFilter {
    hidden = Set.copyOf(hidden);
  }

  /**
   * @throws IllegalArgumentException for what is none, in words for whoever asked
   */
  public static TapFilter of(Map<String, String> asked) {
    for (String name : asked.keySet()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException(
            name + " is not known (" + String.join(", ", new TreeSet<>(NAMES)) + ")");
      }
    }
    int[] status = status(asked.get("status"));
    return new TapFilter(
        get(asked, "listener"),
        get(asked, "route"),
        get(asked, "service"),
        get(asked, "cluster"),
        get(asked, "method"),
        get(asked, "path"),
        trafficClass(asked.get("class")),
        status[0],
        status[1],
        flag(asked, "failed"),
        sample(asked.get("sample")),
        whole(asked, "max", Long.MAX_VALUE),
        Duration.ofSeconds(
            Math.min(whole(asked, "seconds", LONGEST.toSeconds()), LONGEST.toSeconds())),
        flag(asked, "headers"),
        Set.of(get(asked, "hide").orElse("").toLowerCase(Locale.ROOT).replace(" ", "").split(",")));
  }

  private static Optional<String> get(Map<String, String> asked, String name) {
    return Optional.ofNullable(asked.get(name)).filter(value -> !value.isEmpty());
  }

  private static Optional<String> trafficClass(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.matches("[0-7]")) {
      throw new IllegalArgumentException("class '" + text + "' is none of 0…7");
    }
    return Optional.of(text);
  }

  private static boolean flag(Map<String, String> asked, String name) {
    return get(asked, name).map("true"::equals).orElse(false);
  }

  private static int[] status(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return new int[] {0, Integer.MAX_VALUE};
    }
    Matcher matcher = STATUS.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("status '" + text + "' is none such as 404, 5xx, 500-503");
    }
    if (matcher.group(1) != null) {
      int hundreds = Integer.parseInt(matcher.group(1)) * 100;
      return new int[] {hundreds, hundreds + 99};
    }
    int from = Integer.parseInt(matcher.group(2));
    int to = matcher.group(3) == null ? from : Integer.parseInt(matcher.group(3));
    return new int[] {from, to};
  }

  private static double sample(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return 1;
    }
    try {
      double ratio = Double.parseDouble(text);
      if (ratio > 0 && ratio <= 1) {
        return ratio;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("sample '" + text + "' is no ratio above 0, up to 1");
  }

  private static long whole(Map<String, String> asked, String name, long otherwise) {
    String text = asked.getOrDefault(name, "");
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) == 0) {
      throw new IllegalArgumentException(name + " '" + text + "' is no whole number above 0");
    }
    return Long.parseLong(text);
  }

  /** Whether an exchange fits, but for the sample. */
  boolean fits(RequestLog entry) {
    return entry.status() >= statusFrom
        && entry.status() <= statusTo
        && (!failedOnly || entry.status() >= 500 || !entry.flags().isEmpty())
        && fits(method, entry.method())
        && fits(listener, entry.listener())
        && fits(trafficClass, Integer.toString(entry.trafficClass()))
        && (route.isEmpty() || under(entry.route(), route.get()))
        && (service.isEmpty()
            || (entry.service() != null && under(entry.service().toString(), service.get())))
        && (cluster.isEmpty()
            || (entry.endpoint() != null && entry.endpoint().cluster().equals(cluster.get())))
        && (path.isEmpty() || entry.target().startsWith(path.get()));
  }

  private static boolean fits(Optional<String> wanted, String value) {
    return wanted.isEmpty() || wanted.get().equals(value);
  }

  /** {@code shop} is {@code default/shop}; a route is meant with all its rules. */
  private static boolean under(String value, String wanted) {
    String full = wanted.indexOf('/') < 0 ? "default/" + wanted : wanted;
    return value.equals(full) || value.startsWith(full + "/");
  }
}
