package dev.fairlead.kubernetes.schema;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The parts of a {@link TrafficPolicy} that say when an endpoint is well, and how much is much. */
final class Guards {
  private Guards() {}

  @ValidationRule(
      value =
          "!(has(self.consecutiveFailures) && self.consecutiveFailures == 0"
              + " && has(self.successRate) && has(self.successRate.enabled)"
              + " && !self.successRate.enabled && has(self.latency) && has(self.latency.enabled)"
              + " && !self.latency.enabled)",
      message = "has all three rules off: leave outlierDetection out")
  record OutlierDetection(
      @Min(0) @Max(1_000_000) Integer consecutiveFailures,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.TENTH_TO_AN_HOUR, message = Text.SAY_TENTH_TO_AN_HOUR)
          String interval,
      SuccessRate successRate,
      Latency latency,
      Ejection ejection) {}

  private static final String SAY_DISABLED =
      "enabled: false leaves nothing else to say: remove one or the other";

  @ValidationRule(
      value =
          "!has(self.enabled) || self.enabled || !(has(self.minHosts) || has(self.minRequests)"
              + " || has(self.deviations) || has(self.leastGap))",
      message = SAY_DISABLED)
  record SuccessRate(
      Boolean enabled,
      @Min(2) @Max(1_000_000) Integer minHosts,
      @Min(1) @Max(1_000_000) Integer minRequests,
      @Min(0) @Max(1000) Double deviations,
      @Pattern(Text.SHARE) @Size(max = Text.PERCENT_LENGTH) String leastGap) {}

  @ValidationRule(
      value =
          "!has(self.enabled) || self.enabled || !(has(self.minHosts) || has(self.minRequests)"
              + " || has(self.factor) || has(self.floor))",
      message = SAY_DISABLED)
  record Latency(
      Boolean enabled,
      @Min(3) @Max(1_000_000) Integer minHosts,
      @Min(1) @Max(1_000_000) Integer minRequests,
      @Min(1) @Max(1_000_000) Double factor,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.TO_AN_HOUR, message = Text.SAY_TO_AN_HOUR)
          String floor) {}

  private static final String A_DAY =
      "duration(self) >= duration('100ms') && duration(self) <= duration('24h')";
  private static final String SAY_A_DAY = "must be 100ms to 24h";

  @ValidationRule(
      value =
          "!has(self.base) || !has(self.longest) || duration(self.base) <= duration(self.longest)",
      message = "longest is shorter than base: write at least as much")
  record Ejection(
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = A_DAY, message = SAY_A_DAY)
          String base,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = A_DAY, message = SAY_A_DAY)
          String longest,
      @JsonPropertyDescription("0% to 99%") @Pattern(Text.SHARE) @Size(max = Text.PERCENT_LENGTH)
          String jitter,
      @Pattern(Text.SHARE) @Size(max = Text.PERCENT_LENGTH) String maxShare) {}

  record WarmUp(
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(
              value = "duration(self) >= duration('1ms') && duration(self) <= duration('24h')",
              message = "must be 1ms to 24h")
          String window,
      @Min(0.01) @Max(100) Double aggression,
      @JsonPropertyDescription("0.1% to 100%") @Pattern(Text.SHARE) @Size(max = Text.PERCENT_LENGTH)
          String min) {}

  @ValidationRule(
      value = "(has(self.http) ? 1 : 0) + (has(self.grpc) ? 1 : 0) + (has(self.tcp) ? 1 : 0) == 1",
      message = "asks endpoints nothing, or in several ways: write one of http, grpc and tcp")
  record HealthCheck(
      Http http,
      Grpc grpc,
      Tcp tcp,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.TENTH_TO_AN_HOUR, message = Text.SAY_TENTH_TO_AN_HOUR)
          String interval,
      @JsonPropertyDescription("0% to 50%") @Pattern(Text.SHARE) @Size(max = Text.PERCENT_LENGTH)
          String jitter,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.ONE_MS_TO_AN_HOUR, message = Text.SAY_ONE_MS_TO_AN_HOUR)
          String timeout,
      @Min(1) @Max(100) Integer healthyThreshold,
      @Min(1) @Max(100) Integer unhealthyThreshold) {}

  record Http(
      @Pattern(Text.PATH) @Size(max = Text.PATH_LENGTH) String path,
      @Pattern(Text.NAME) @Size(max = Text.NAME_LENGTH) String host,
      @JsonPropertyDescription("Each a status, as 204, or a range, as 200-299")
          @Size(min = 1, max = 32)
          List<JsonNode> statuses,
      @Min(1) @Max(65535) Integer port) {}

  record Grpc(
      @Size(max = 1024) String service,
      @Pattern(Text.NAME) @Size(max = Text.NAME_LENGTH) String host,
      @Min(1) @Max(65535) Integer port) {}

  record Tcp(@Min(1) @Max(65535) Integer port) {}

  @ValidationRule(
      value =
          "has(self.perEndpoint) || has(self.perService) || has(self.adaptive)"
              + " || has(self.connectionsPerEndpoint) || has(self.pendingPerEndpoint)",
      message =
          "limits nothing: add one of perEndpoint, perService, adaptive, connectionsPerEndpoint,"
              + " pendingPerEndpoint")
  record Limits(
      @Min(1) @Max(1_000_000) Integer perEndpoint,
      @Min(1) @Max(1_000_000) Integer perService,
      Adaptive adaptive,
      @Min(1) @Max(1_000_000) Integer connectionsPerEndpoint,
      @Min(1) @Max(1_000_000) Integer pendingPerEndpoint) {}

  @ValidationRule(
      value = "!has(self.min) || !has(self.max) || self.min <= self.max",
      message = "max is below min")
  record Adaptive(
      @Min(1) @Max(1_000_000) Integer min,
      @Min(1) @Max(1_000_000) Integer max,
      @Min(1) @Max(1_000_000) Integer initial,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.ONE_MS_TO_AN_HOUR, message = Text.SAY_ONE_MS_TO_AN_HOUR)
          String window,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.ONE_MS_TO_AN_HOUR, message = Text.SAY_ONE_MS_TO_AN_HOUR)
          String measureInterval,
      @JsonPropertyDescription("0% to 1000%")
          @Pattern(Text.PERCENT)
          @Size(max = Text.PERCENT_LENGTH)
          String buffer) {}

  record RetryBudget(
      @Pattern(Text.SHARE) @Size(max = Text.PERCENT_LENGTH) String ratio,
      @Min(0) @Max(1_000_000) Double perSecond,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(
              value = "duration(self) >= duration('1s') && duration(self) <= duration('1h')",
              message = "must be 1s to 1h")
          String window) {}

  @ValidationRule(
      value = "has(self.delay) || has(self.quantile)",
      message = "says not when: add delay, as 50ms, or quantile, as 95%")
  record Hedging(
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(
              value = "duration(self) >= duration('1ms') && duration(self) <= duration('10s')",
              message = "must be 1ms to 10s")
          String delay,
      @JsonPropertyDescription("1% to 99.9%") @Pattern(Text.SHARE) @Size(max = Text.PERCENT_LENGTH)
          String quantile,
      Boolean anyMethod) {}
}
