package dev.fairlead.discovery.yaml;

import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The known name that somebody probably meant. */
public final class Nearest {
  /** Longer names are not compared: the table below is quadratic. */
  private static final int MAX_LENGTH = 100;

  /** More names of about the same length than this would take seconds for a thousand mistakes. */
  private static final int MAX_COMPARED = 2000;

  /** A hint lists at most so many names. */
  private static final int MAX_LISTED = 20;

  private Nearest() {}

  /** {@code did you mean 'backendRefs'?}, else the known names, else nothing. */
  public static String hint(String unknown, Collection<String> known) {
    return nearest(unknown, known)
        .map(name -> "did you mean " + Quoted.of(name) + "?")
        .orElseGet(() -> listed(known));
  }

  /** {@code known are a, b, c}. */
  public static String listed(Collection<String> known) {
    if (known.isEmpty()) {
      return "";
    }
    String names = known.stream().sorted().limit(MAX_LISTED).collect(Collectors.joining(", "));
    return "known are " + names + (known.size() > MAX_LISTED ? ", …" : "");
  }

  /** At most one edit in three characters away. */
  static Optional<String> nearest(String unknown, Collection<String> known) {
    if (unknown.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    int limit = Math.max(1, unknown.length() / 3);
    String nearest = "";
    int least = limit + 1;
    Iterator<String> candidates =
        known.stream()
            .filter(name -> Math.abs(name.length() - unknown.length()) <= limit)
            .sorted()
            .limit(MAX_COMPARED)
            .iterator();
    while (candidates.hasNext()) {
      String name = candidates.next();
      int distance = distance(unknown, name);
      if (distance < least) {
        nearest = name;
        least = distance;
      }
    }
    return least > limit ? Optional.empty() : Optional.of(nearest);
  }

  /** Insertions, deletions, replacements and swaps of neighbours, upper or lower case alike. */
  static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
