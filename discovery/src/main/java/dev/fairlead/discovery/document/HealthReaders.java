package dev.fairlead.discovery.document;

import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.OutlierDetection.Ejection;
import dev.fairlead.balancer.health.OutlierDetection.Latency;
import dev.fairlead.balancer.health.OutlierDetection.SuccessRate;
import dev.fairlead.balancer.health.WarmUp;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Readers of when an endpoint is an outlier, and how a new one is warmed up. An empty mapping is
 * the feature with its defaults; without the field it is off.
 */
final class HealthReaders {
  static final Reader<OutlierDetection> OUTLIERS =
      Structures.object(HealthReaders::outlierDetection);
  static final Reader<WarmUp> WARM_UP = Structures.object(HealthReaders::warmUp);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofHours(24);

  /** More than any service has, and any interval sees. */
  private static final int MOST = 1_000_000;

  private HealthReaders() {}

  private static OutlierDetection outlierDetection(Fields fields) {
    OutlierDetection d = OutlierDetection.DEFAULT;
    OutlierDetection read =
        new OutlierDetection(
            fields.optional(
                "consecutiveFailures", Scalars.integer(0, MOST), d.consecutiveFailures()),
            fields.optional(
                "interval", Scalars.duration(Duration.ofMillis(100), HOUR), d.interval()),
            fields.optional(
                "successRate", Structures.object(HealthReaders::successRate), d.successRate()),
            fields.optional("latency", Structures.object(HealthReaders::latency), d.latency()),
            fields.optional("ejection", Structures.object(HealthReaders::ejection), d.ejection()));
    if (read.consecutiveFailures() == 0
        && read.successRate().isEmpty()
        && read.latency().isEmpty()) {
      fields.value().problem("has all three rules off", "leave outlierDetection out");
    }
    return read;
  }

  private static Optional<SuccessRate> successRate(Fields fields) {
    SuccessRate d = SuccessRate.DEFAULT;
    SuccessRate read =
        new SuccessRate(
            fields.optional("minHosts", Scalars.integer(2, MOST), d.minHosts()),
            fields.optional("minRequests", Scalars.integer(1, MOST), d.minRequests()),
            fields.optional("deviations", Scalars.number(0, 1000), d.deviations()),
            fields.optional("leastGap", Scalars.percent(0, 100), d.leastGap()));
    return enabled(fields, List.of("minHosts", "minRequests", "deviations", "leastGap"))
        ? Optional.of(read)
        : Optional.empty();
  }

  private static Optional<Latency> latency(Fields fields) {
    Latency d = Latency.DEFAULT;
    Latency read =
        new Latency(
            fields.optional("minHosts", Scalars.integer(3, MOST), d.minHosts()),
            fields.optional("minRequests", Scalars.integer(1, MOST), d.minRequests()),
            fields.optional("factor", Scalars.number(1, 1_000_000), d.factor()),
            fields.optional("floor", Scalars.duration(Duration.ZERO, HOUR), d.floor()));
    return enabled(fields, List.of("minHosts", "minRequests", "factor", "floor"))
        ? Optional.of(read)
        : Optional.empty();
  }

  /** A rule that is switched off has nothing else to say. */
  private static boolean enabled(Fields fields, List<String> others) {
    boolean enabled = fields.optional("enabled", Scalars.BOOLEAN, true);
    for (String name : others) {
      fields
          .find(name)
          .filter(ignored -> !enabled)
          .ifPresent(at -> at.problem("means nothing while 'enabled' is false", "remove one"));
    }
    return enabled;
  }

  private static Ejection ejection(Fields fields) {
    Ejection d = Ejection.DEFAULT;
    Reader<Duration> time = Scalars.duration(Duration.ofMillis(100), DAY);
    Duration base = fields.optional("base", time, d.base());
    Duration least = base.compareTo(d.longest()) > 0 ? base : d.longest();
    Duration longest = fields.optional("longest", time, least);
    if (longest.compareTo(base) < 0) {
      fields
          .find("longest")
          .ifPresent(at -> at.problem("is shorter than 'base'", "write at least as much"));
      longest = base;
    }
    return new Ejection(
        base,
        longest,
        fields.optional("jitter", Scalars.percent(0, 99), d.jitter()),
        fields.optional("maxShare", Scalars.percent(0, 100), d.maxShare()));
  }

  private static WarmUp warmUp(Fields fields) {
    WarmUp d = WarmUp.DEFAULT;
    return new WarmUp(
        fields.optional("window", Scalars.duration(Duration.ofMillis(1), DAY), d.window()),
        fields.optional("aggression", Scalars.number(0.01, 100), d.aggression()),
        fields.optional("min", Scalars.percent(0.1, 100), d.min()));
  }
}
