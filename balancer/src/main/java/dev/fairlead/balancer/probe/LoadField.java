package dev.fairlead.balancer.probe;

import java.util.Optional;

/**
 * The header field in which a server answers a probe over HTTP: {@code x-fairlead-load:
 * in-flight=12, latency-us=3250}. A Dictionary of Integers as in RFC 9651 §3.2; keys that mean
 * nothing here are passed over, so that more may be said one day.
 */
public final class LoadField {
  public static final String NAME = "x-fairlead-load";

  /** Where a server is asked unless somebody names another path (RFC 8615). */
  public static final String PATH = "/.well-known/fairlead/load";

  private static final String IN_FLIGHT = "in-flight";
  private static final String LATENCY = "latency-us";
  private static final int NANOS_PER_MICRO = 1000;

  /** Digits of an Integer of RFC 9651 at most. */
  private static final int MOST_DIGITS = 15;

  /** More says nothing that is of use. */
  private static final int MOST_CHARACTERS = 1024;

  private LoadField() {}

  /** The value that says {@code load}. */
  public static String write(ProbeReply.Answered load) {
    long micros = (long) Math.ceil(load.latencyNanos() / NANOS_PER_MICRO);
    return IN_FLIGHT + "=" + load.inFlight() + ", " + LATENCY + "=" + micros;
  }

  /** What a value says; empty where its form is broken. Whether it can be true is not asked. */
  public static Optional<ProbeReply.Answered> read(String value) {
    if (value.length() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    long inFlight = -1;
    long micros = -1;
    for (String member : value.split(",", -1)) {
      int equals = member.indexOf('=');
      if (equals < 0) {
        return Optional.empty();
      }
      String key = member.substring(0, equals).strip();
      // Of a key that is there twice the last one counts, as the RFC has it.
      if (key.equals(IN_FLIGHT)) {
        inFlight = integer(member.substring(equals + 1).strip());
      } else if (key.equals(LATENCY)) {
        micros = integer(member.substring(equals + 1).strip());
      }
    }
    return inFlight < 0 || micros < 0
        ? Optional.empty()
        : Optional.of(new ProbeReply.Answered(inFlight, (double) micros * NANOS_PER_MICRO));
  }

  /** Negative where it is no number, or a negative one, which is none here. */
  private static long integer(String text) {
    boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits && !text.isEmpty() && text.length() <= MOST_DIGITS ? Long.parseLong(text) : -1;
  }
}
