package dev.fairlead.discovery.document;

import dev.fairlead.balancer.health.AdaptiveConcurrency;
import dev.fairlead.balancer.health.RequestLimits;
import dev.fairlead.balancer.health.RetryAllowance;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.route.ConnectionLimits;
import dev.fairlead.route.Hedging;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Readers of how much a service is sent at most: requests in flight, connections, retries. */
final class LimitReaders {
  /**
   * Limits on requests in flight, and on what carries them.
   *
   * @param adaptive one that follows latency; empty: none
   */
  record Limits(
      RequestLimits fixed, Optional<AdaptiveConcurrency> adaptive, ConnectionLimits connections) {
    static final Limits NONE =
        new Limits(RequestLimits.NONE, Optional.empty(), ConnectionLimits.NONE);
  }

  static final Reader<Hedging> HEDGING = Structures.object(LimitReaders::hedging);
  static final Reader<RetryAllowance> RETRY_BUDGET = Structures.object(LimitReaders::retryBudget);

  private static final int MOST = 1_000_000;
  private static final String CONNECTIONS = "connectionsPerEndpoint";
  private static final String PENDING = "pendingPerEndpoint";
  private static final List<String> FIELDS =
      List.of("perEndpoint", "perService", "adaptive", CONNECTIONS, PENDING);

  private static final Duration HOUR = Duration.ofHours(1);

  private LimitReaders() {}

  /**
   * @param embedded whether whoever balances has no connections
   */
  static Reader<Limits> limits(boolean embedded) {
    return Structures.object(fields -> limits(fields, embedded));
  }

  private static Limits limits(Fields fields, boolean embedded) {
    Reader<Integer> requests = Scalars.integer(1, MOST);
    RequestLimits none = RequestLimits.NONE;
    Limits read =
        new Limits(
            new RequestLimits(
                fields.optional("perEndpoint", requests, none.perEndpoint()),
                fields.optional("perService", requests, none.perService())),
            fields.optional("adaptive", Structures.object(LimitReaders::adaptive)),
            embedded ? noConnections(fields) : connections(fields));
    if (FIELDS.stream().allMatch(field -> fields.find(field).isEmpty())) {
      fields.value().problem("limits nothing", "add one of " + String.join(", ", FIELDS));
    }
    return read;
  }

  private static ConnectionLimits connections(Fields fields) {
    Reader<Integer> any = Scalars.integer(1, MOST);
    ConnectionLimits none = ConnectionLimits.NONE;
    return new ConnectionLimits(
        fields.optional(CONNECTIONS, any, none.perEndpoint()),
        fields.optional(PENDING, any, none.pendingPerEndpoint()));
  }

  private static ConnectionLimits noConnections(Fields fields) {
    String hint = "leave it out: there are no connections there";
    fields.unsupported(CONNECTIONS, hint);
    fields.unsupported(PENDING, hint);
    return ConnectionLimits.NONE;
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

  private static Hedging hedging(Fields fields) {
    Optional<Duration> delay =
        fields.optional("delay", Scalars.duration(Duration.ofMillis(1), Duration.ofSeconds(10)));
    Optional<Double> quantile = fields.optional("quantile", Scalars.percent(1, 99.9));
    if (fields.find("delay").isEmpty() && fields.find("quantile").isEmpty()) {
      fields.value().problem("says not when", "add delay, as 50ms, or quantile, as 95%");
    }
    return new Hedging(
        delay.orElse(Duration.ZERO),
        quantile.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        fields.optional("anyMethod", Scalars.BOOLEAN, false));
  }

  private static RetryAllowance retryBudget(Fields fields) {
    RetryAllowance d = RetryAllowance.DEFAULT;
    return new RetryAllowance(
        fields.optional("ratio", Scalars.percent(0, 100), d.ratio()),
        fields.optional("perSecond", Scalars.number(0, MOST), d.perSecond()),
        fields.optional("window", Scalars.duration(Duration.ofSeconds(1), HOUR), d.window()));
  }
}
