package dev.fairlead.discovery.document;

import dev.fairlead.balancer.health.AdaptiveConcurrency;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.health.RetryAllowance;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import java.time.Duration;
import java.util.Optional;

/** Readers of how much a service is sent at most: requests in flight, retries, endpoints. */
final class LimitReaders {
  /**
   * Limits on requests in flight.
   *
   * @param adaptive one that follows latency; empty: none
   */
  record Limits(RequestLimits fixed, Optional<AdaptiveConcurrency> adaptive) {
    static final Limits NONE = new Limits(RequestLimits.NONE, Optional.empty());
  }

  static final Reader<Limits> LIMITS = Structures.object(LimitReaders::limits);
  static final Reader<RetryAllowance> RETRY_BUDGET = Structures.object(LimitReaders::retryBudget);

  private static final int MOST = 1_000_000;
  private static final Duration HOUR = Duration.ofHours(1);

  private LimitReaders() {}

  private static Limits limits(Fields fields) {
    Reader<Integer> requests = Scalars.integer(1, MOST);
    RequestLimits none = RequestLimits.NONE;
    Limits read =
        new Limits(
            new RequestLimits(
                fields.optional("perEndpoint", requests, none.perEndpoint()),
                fields.optional("perService", requests, none.perService())),
            fields.optional("adaptive", Structures.object(LimitReaders::adaptive)));
    if (fields.find("perEndpoint").isEmpty()
        && fields.find("perService").isEmpty()
        && fields.find("adaptive").isEmpty()) {
      fields.value().problem("limits nothing", "add perEndpoint, perService or adaptive");
    }
    return read;
  }

  private static AdaptiveConcurrency adaptive(Fields fields) {
    AdaptiveConcurrency d = AdaptiveConcurrency.DEFAULT;
    Reader<Integer> requests = Scalars.integer(1, MOST);
    int min = fields.optional("min", requests, d.min());
    int max = fields.optional("max", requests, Math.max(min, d.max()));
    if (max < min) {
      fields.find("max").ifPresent(at -> at.problem("is below 'min'", "write at least " + min));
      max = min;
    }
    int initial = fields.optional("initial", requests, Math.clamp(d.initial(), min, max));
    if (initial < min || initial > max) {
      String range = min + "…" + max;
      fields
          .find("initial")
          .ifPresent(at -> at.problem(initial + " is outside 'min' to 'max'", "write " + range));
    }
    Duration window =
        fields.optional("window", Scalars.duration(Duration.ofMillis(1), HOUR), d.window());
    Duration least = window.compareTo(d.measureInterval()) > 0 ? window : d.measureInterval();
    Duration interval =
        fields.optional("measureInterval", Scalars.duration(Duration.ofMillis(1), HOUR), least);
    if (interval.compareTo(window) < 0) {
      fields
          .find("measureInterval")
          .ifPresent(at -> at.problem("is shorter than 'window'", "write at least as much"));
      interval = window;
    }
    return new AdaptiveConcurrency(
        min,
        max,
        Math.clamp(initial, min, max),
        window,
        interval,
        fields.optional("buffer", Scalars.percent(0, 1000), d.buffer()));
  }

  private static RetryAllowance retryBudget(Fields fields) {
    RetryAllowance d = RetryAllowance.DEFAULT;
    return new RetryAllowance(
        fields.optional("ratio", Scalars.percent(0, 100), d.ratio()),
        fields.optional("perSecond", Scalars.number(0, MOST), d.perSecond()),
        fields.optional("window", Scalars.duration(Duration.ofSeconds(1), HOUR), d.window()));
  }
}
