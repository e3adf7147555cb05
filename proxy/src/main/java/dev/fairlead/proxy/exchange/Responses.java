package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.upstream.UpstreamUser.Broken;
import java.util.concurrent.TimeUnit;

/** What an upstream's answer says to a proxy. */
final class Responses {
  /** An endpoint that asks to be left alone for longer is asked again after this. */
  static final long MAX_RETRY_AFTER_SECONDS = 300;

  private Responses() {}

  /** What a stream that broke before its answer says of the endpoint. */
  static Outcome outcome(Broken when) {
    return switch (when) {
      case REFUSED -> Outcome.REFUSED;
      case UNTOUCHED -> Outcome.IGNORED;
      case SILENT, MIDWAY -> Outcome.RESET;
    };
  }

  /** The same in a few words, behind the endpoint's address. */
  static String phrase(Broken when) {
    return when.untouched()
        ? " did not take the request"
        : " closed the connection without an answer";
  }

  static Outcome outcome(int status) {
    if (status == 429 || status == 503) {
      return Outcome.OVERLOADED;
    }
    return status >= 500 ? Outcome.FAILED : Outcome.REPLIED;
  }

  /** Retry-After in seconds; 0 without one, or with a date. */
  static long retryAfterNanos(ResponseHead response) {
    if (outcome(response.status()) != Outcome.OVERLOADED) {
      return 0;
    }
    int header = response.find(KnownHeader.RETRY_AFTER);
    if (header < 0) {
      return 0;
    }
    long seconds = 0;
    for (int i = response.valueStart(header); i < response.valueEnd(header); i++) {
      int digit = response.bytes()[i] - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      seconds = Math.min(MAX_RETRY_AFTER_SECONDS, seconds * 10 + digit);
    }
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
