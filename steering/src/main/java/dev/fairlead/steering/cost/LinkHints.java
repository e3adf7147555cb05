package dev.fairlead.steering.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * The hints of network controllers that are in force. One who says something about a way again
 * replaces what he said before. Immutable.
 *
 * @param all in the order in which their authors first spoke of each way
 */
public record LinkHints(List<LinkHint> all) {
  public static final LinkHints NONE = new LinkHints(List.of());

  /** Every way among thirty clusters: more is no hint, but somebody's mistake. */
  public static final int MOST = 1000;

  /** A controller that is gone must not slow a way for longer than a day. */
  public static final long LONGEST_NANOS = 24 * 3600 * 1_000_000_000L;

  /** That of a DNS name; and all that is shown must fit somewhere. */
  private static final int LONGEST_NAME = 253;

  public LinkHints {
    all = List.copyOf(all);
  }

  /**
   * With one more, or with a newer one in place of an older.
   *
   * @throws IllegalArgumentException where it names nobody or nothing, is over, lasts too long, or
   *     is one too many
   */
  public LinkHints with(LinkHint hint, long now) {
    named("by", hint.by());
    named("from", hint.from());
    named("to", hint.to());
    long lasts = hint.untilNanos() - now;
    if (lasts <= 0) {
      throw refused(hint, "is over already: give a time in the future");
    }
    if (lasts > LONGEST_NANOS) {
      throw refused(hint, "lasts for more than a day: give a nearer time and renew it");
    }
    List<LinkHint> next = new ArrayList<>(expired(now).all);
    for (int at = 0; at < next.size(); at++) {
      if (isSame(next.get(at), hint)) {
        next.set(at, hint);
        return new LinkHints(next);
      }
    }
    if (next.size() == MOST) {
      throw refused(hint, "is one more than " + MOST + ": let others expire or withdraw them");
    }
    next.add(hint);
    return new LinkHints(next);
  }

  /** Without what somebody said about a way. */
  public LinkHints without(String by, String from, String to) {
    return new LinkHints(
        all.stream()
            .filter(
                each -> !(each.by().equals(by) && each.from().equals(from) && each.to().equals(to)))
            .toList());
  }

  /** Those that are still in force. */
  public LinkHints expired(long now) {
    return new LinkHints(all.stream().filter(hint -> hint.untilNanos() - now > 0).toList());
  }

  private static boolean isSame(LinkHint one, LinkHint other) {
    return one.by().equals(other.by())
        && one.from().equals(other.from())
        && one.to().equals(other.to());
  }

  private static void named(String what, String name) {
    if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException(
          "link hint: `" + what + "` must be a name of 1 to " + LONGEST_NAME + " characters");
    }
  }

  private static IllegalArgumentException refused(LinkHint hint, String why) {
    return new IllegalArgumentException(
        "link hint of " + hint.by() + " for " + hint.from() + " → " + hint.to() + " " + why);
  }
}
