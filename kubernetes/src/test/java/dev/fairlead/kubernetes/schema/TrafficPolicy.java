package dev.fairlead.kubernetes.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** How services are balanced. What endpoints' health and its limits are is in {@link Guards}. */
@Group("fairlead.dev")
@Version("v1alpha1")
@Plural("trafficpolicies")
@ShortNames("ftp")
@AdditionalPrinterColumn(name = "First Service", jsonPath = ".spec.targetRefs[0].name")
@AdditionalPrinterColumn(name = "Policy", jsonPath = ".spec.balancer.policy")
@AdditionalPrinterColumn(name = "Locality", jsonPath = ".spec.locality.mode", priority = 1)
public final class TrafficPolicy extends CustomResource<TrafficPolicy.Spec, Shared.Status>
    implements Namespaced {
  record Spec(
      @Required @Size(min = 1, max = 1000) List<Shared.TargetRef> targetRefs,
      Balancer balancer,
      Locality locality,
      Residency residency,
      Subset subset,
      Guards.OutlierDetection outlierDetection,
      Guards.WarmUp warmUp,
      Guards.HealthCheck healthCheck,
      Guards.Limits limits,
      Boolean answerProbes,
      Guards.RetryBudget retryBudget,
      Guards.Hedging hedging) {}

  enum Algorithm {
    @JsonProperty("peak-ewma")
    PEAK_EWMA,
    @JsonProperty("p2c")
    P2C,
    @JsonProperty("least-request")
    LEAST_REQUEST,
    @JsonProperty("round-robin")
    ROUND_ROBIN,
    @JsonProperty("random")
    RANDOM,
    @JsonProperty("wrr-reported")
    WRR_REPORTED,
    @JsonProperty("prequal")
    PREQUAL,
    @JsonProperty("ring-hash")
    RING_HASH,
    @JsonProperty("maglev")
    MAGLEV,
    @JsonProperty("rendezvous")
    RENDEZVOUS
  }

  private static final String HASHES =
      "(has(self.policy) && self.policy in ['ring-hash', 'maglev', 'rendezvous'])";
  private static final String AVERAGES = "(!has(self.policy) || self.policy == 'peak-ewma')";

  @ValidationRule(
      value = HASHES + " == has(self.affinity)",
      message =
          "ring-hash, maglev and rendezvous lead by a request's key: they need affinity, and no"
              + " other policy has it")
  @ValidationRule(
      value = "!has(self.boundedLoad) || " + HASHES,
      message = "only ring-hash, maglev and rendezvous have boundedLoad")
  @ValidationRule(
      value = "!has(self.draws) || !has(self.policy) || self.policy in ['peak-ewma', 'p2c']",
      message = "only peak-ewma and p2c have draws")
  @ValidationRule(
      value =
          "!(has(self.decay) || has(self.successDecay) || has(self.prior)"
              + " || has(self.failurePenalty)) || "
              + AVERAGES,
      message = "only peak-ewma has decay, successDecay, prior and failurePenalty")
  @ValidationRule(
      value =
          "!(has(self.errorPenalty) || has(self.blackout) || has(self.expiry) || has(self.update))"
              + " || (has(self.policy) && self.policy == 'wrr-reported')",
      message = "only wrr-reported has errorPenalty, blackout, expiry and update")
  @ValidationRule(
      value = "!has(self.probes) || (has(self.policy) && self.policy == 'prequal')",
      message = "only prequal has probes")
  record Balancer(
      @JsonPropertyDescription("Default peak-ewma") Algorithm policy,
      @Min(2) @Max(10) Integer draws,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.ONE_MS_TO_AN_HOUR, message = Text.SAY_ONE_MS_TO_AN_HOUR)
          String decay,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.ONE_MS_TO_AN_HOUR, message = Text.SAY_ONE_MS_TO_AN_HOUR)
          String successDecay,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.ONE_MS_TO_AN_HOUR, message = Text.SAY_ONE_MS_TO_AN_HOUR)
          String prior,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.TO_AN_HOUR, message = Text.SAY_TO_AN_HOUR)
          String failurePenalty,
      @Min(0) @Max(1000) Double errorPenalty,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.TO_AN_HOUR, message = Text.SAY_TO_AN_HOUR)
          String blackout,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.ONE_MS_TO_AN_HOUR, message = Text.SAY_ONE_MS_TO_AN_HOUR)
          String expiry,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.ONE_MS_TO_AN_HOUR, message = Text.SAY_ONE_MS_TO_AN_HOUR)
          String update,
      Probes probes,
      @JsonPropertyDescription("A factor of the fair share")
          @Min(value = 1, inclusive = false)
          @Max(1000)
          Double boundedLoad,
      Affinity affinity) {}

  @ValidationRule(
      value =
          "(has(self.header) ? 1 : 0) + (has(self.cookie) ? 1 : 0) + (has(self.query) ? 1 : 0)"
              + " + (has(self.grpcMetadata) ? 1 : 0) + (has(self.sourceAddress) ? 1 : 0) == 1",
      message =
          "names no key or several: write one of header, cookie, query, grpcMetadata,"
              + " sourceAddress")
  record Affinity(
      @Pattern(Text.TOKEN) @Size(max = Text.TOKEN_LENGTH) String header,
      @Pattern(Text.TOKEN) @Size(max = Text.TOKEN_LENGTH) String cookie,
      @Pattern(Text.TOKEN) @Size(max = Text.TOKEN_LENGTH) String query,
      @Pattern("^[-_.0-9a-z]+$")
          @Size(max = Text.TOKEN_LENGTH)
          @ValidationRule(
              value = "!self.startsWith('grpc-')",
              message = "keys that begin with grpc- are gRPC's own")
          String grpcMetadata,
      @ValidationRule(value = "self", message = "false names no key: write true, or another key")
          Boolean sourceAddress) {}

  record Probes(
      @Pattern(Text.PATH) @Size(max = Text.PATH_LENGTH) String path,
      @Pattern(Text.NAME) @Size(max = Text.NAME_LENGTH) String host,
      @Min(1) @Max(65535) Integer port,
      @Min(2) @Max(64) Integer poolSize,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.ONE_MS_TO_AN_HOUR, message = Text.SAY_ONE_MS_TO_AN_HOUR)
          String age,
      @Min(0) @Max(16) Double perRequest,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.ONE_MS_TO_AN_HOUR, message = Text.SAY_ONE_MS_TO_AN_HOUR)
          String timeout,
      @Min(0) @Max(1) Double hotQuantile,
      @Min(0) @Max(16) Double removalsPerRequest,
      @Min(0.001) @Max(1000) Double slack) {}

  enum LocalityMode {
    @JsonProperty("failover")
    FAILOVER,
    @JsonProperty("strict")
    STRICT,
    @JsonProperty("weighted")
    WEIGHTED
  }

  enum Scope {
    REGION,
    ZONE,
    SUBZONE,
    NODE,
    CLUSTER,
    NETWORK
  }

  @ValidationRule(
      value = "(has(self.mode) && self.mode == 'weighted') == has(self.distribute)",
      message = "mode weighted needs distribute, and no other mode has it")
  @ValidationRule(
      value =
          "!has(self.spill) || !has(self.spill.byLoad) || !self.spill.byLoad || !has(self.mode)"
              + " || self.mode == 'failover'",
      message = "spill.byLoad means nothing here: only mode failover goes elsewhere")
  record Locality(
      @JsonPropertyDescription("Default failover") LocalityMode mode,
      @Size(max = 6)
          @ValidationRule(
              value = "self.all(each, self.exists_one(other, other == each))",
              message = "names one twice")
          List<Scope> preference,
      @Size(min = 1, max = 1000)
          @ValidationRule(
              value = "self.exists(each, each.weight > 0.0)",
              message = "all weights are 0: give one a weight above 0")
          List<Portion> distribute,
      Spill spill) {}

  record Portion(
      @Required @Pattern(Text.LOCALITIES) @Size(max = Text.LOCALITIES_LENGTH) String locality,
      @Required @Min(0) @Max(1_000_000) Double weight) {}

  record Spill(
      @JsonPropertyDescription("A whole percentage from 100% to 100000%")
          @Pattern("^[0-9]{3,6}(\\.0{1,3})?%$")
          @Size(max = Text.PERCENT_LENGTH)
          String overprovisioning,
      @JsonPropertyDescription("A whole percentage from 0% to 100%")
          @Pattern("^(0{0,3}100|0{0,4}[0-9]{1,2})(\\.0{1,3})?%$")
          @Size(max = Text.PERCENT_LENGTH)
          String panicThreshold,
      Boolean byLoad) {}

  record Residency(@Required Forbidden forbidden) {}

  @ValidationRule(
      value = "has(self.clusters) || has(self.localities) || has(self.networks)",
      message = "forbids nothing: add clusters, localities or networks")
  record Forbidden(
      @Size(max = 1000)
          List<@Pattern("^[-.a-z0-9]*\\*?$") @Size(max = Text.NAME_LENGTH) String> clusters,
      @Size(max = 1000)
          List<@Pattern(Text.LOCALITIES) @Size(max = Text.LOCALITIES_LENGTH) String> localities,
      @Size(max = 1000)
          List<@Pattern("^[-._A-Za-z0-9]*$") @Size(max = Text.PLACE_LENGTH) String> networks) {}

  record Subset(
      @Required @Min(1) @Max(10_000) Integer size,
      @JsonPropertyDescription("Default the pod's name") @Size(min = 1, max = 253) String client) {}
}
