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

/** How services are steered between clusters. */
@Group("fairlead.dev")
@Version("v1alpha1")
@Plural("trafficobjectives")
@ShortNames("fto")
@AdditionalPrinterColumn(name = "First Service", jsonPath = ".spec.targetRefs[0].name")
@AdditionalPrinterColumn(name = "Policy", jsonPath = ".spec.policy")
@AdditionalPrinterColumn(name = "Mode", jsonPath = ".spec.mode")
@AdditionalPrinterColumn(
    name = "Frozen",
    jsonPath = ".spec.changeControl.freeze",
    type = AdditionalPrinterColumn.Type.BOOLEAN,
    priority = 1)
public final class TrafficObjective extends CustomResource<TrafficObjective.Spec, Shared.Status>
    implements Namespaced {
  private static final String GRAPH = "(has(self.policy) && self.policy == 'multi-hop')";

  /** Policies that minimise money: the default, its names by objective, and multi-hop. */
  private static final String OPTIMIZES =
      "(!has(self.policy) || self.policy in ['optimized', 'cost', 'performance', 'mixed'])";

  private static final String VALUES =
      "(" + OPTIMIZES + " || self.policy in ['multi-hop', 'inverse-cost', 'weighted-round-robin'])";

  private static final String VALUED =
      "(has(self.objective) || has(self.valueOfMillisecond) || has(self.latencyCeiling)"
          + " || has(self.exploration) || has(self.overflow))";

  @ValidationRule(
      value = GRAPH + " == has(self.callGraph)",
      message = "policy multi-hop needs a callGraph, and no other policy has one")
  @ValidationRule(
      value = "!has(self.valueOfTurnaround) || " + GRAPH,
      message = "valueOfTurnaround: write policy: multi-hop, or remove it")
  @ValidationRule(
      value = "!has(self.shedding) || " + OPTIMIZES,
      message = "shedding: write policy: optimized, or remove it")
  @ValidationRule(
      value = "!" + VALUED + " || " + VALUES,
      message =
          "objective, valueOfMillisecond, latencyCeiling, exploration and overflow mean nothing to"
              + " this policy: write policy: optimized, or remove them")
  @ValidationRule(
      value = "!has(self.generatedRoute) || size(self.targetRefs) == 1",
      message = "generatedRoute is of one Service: write an objective for each of targetRefs")
  record Spec(
      @Required @Size(min = 1, max = 1000) List<Shared.TargetRef> targetRefs,
      @JsonPropertyDescription("Default optimized") Policy policy,
      @JsonPropertyDescription(
              "observe, the default, computes and shows; advise publishes a WeightPlan; drive"
                  + " enforces it")
          Mode mode,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(value = Text.TENTH_TO_AN_HOUR, message = Text.SAY_TENTH_TO_AN_HOUR)
          String period,
      Goal objective,
      @JsonPropertyDescription("Dollars that a millisecond off each of a million requests is worth")
          @Min(0)
          @Max(1_000_000)
          Double valueOfMillisecond,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(
              value = "duration(self) >= duration('1ms') && duration(self) <= duration('10m')",
              message = "must be 1ms to 10m")
          String latencyCeiling,
      Exploration exploration,
      Overflow overflow,
      Shedding shedding,
      @Size(min = 1, max = 1000) List<Call> callGraph,
      @Min(0) @Max(1_000_000) Double valueOfTurnaround,
      @JsonPropertyDescription("Requests a second that one ready endpoint can serve")
          @Min(0.001)
          @Max(1_000_000)
          Double endpointCapacity,
      ChangeControl changeControl,
      @JsonPropertyDescription(
              "The route by which a mesh splits the service's traffic, written in mode drive where"
                  + " there is none")
          GeneratedRoute generatedRoute) {}

  enum Policy {
    @JsonProperty("optimized")
    OPTIMIZED,
    @JsonProperty("cost")
    COST,
    @JsonProperty("performance")
    PERFORMANCE,
    @JsonProperty("mixed")
    MIXED,
    @JsonProperty("multi-hop")
    MULTI_HOP,
    @JsonProperty("l3")
    L3,
    @JsonProperty("l3-reference")
    L3_REFERENCE,
    @JsonProperty("c3")
    C3,
    @JsonProperty("inverse-cost")
    INVERSE_COST,
    @JsonProperty("weighted-round-robin")
    WEIGHTED_ROUND_ROBIN,
    @JsonProperty("even")
    EVEN,
    @JsonProperty("round-robin")
    ROUND_ROBIN
  }

  enum Mode {
    @JsonProperty("observe")
    OBSERVE,
    @JsonProperty("advise")
    ADVISE,
    @JsonProperty("drive")
    DRIVE
  }

  enum Goal {
    @JsonProperty("cost")
    COST,
    @JsonProperty("performance")
    PERFORMANCE,
    @JsonProperty("mixed")
    MIXED
  }

  enum Shedding {
    @JsonProperty("none")
    NONE,
    @JsonProperty("source")
    SOURCE
  }

  record Exploration(
      @Min(0) @Max(1_000_000) Double rate,
      @Pattern(Text.SHARE) @Size(max = Text.PERCENT_LENGTH) String share) {}

  record Overflow(
      @JsonPropertyDescription("One price in dollars for each class, from 0 to 7")
          @Size(min = 8, max = 8)
          List<@Min(0) @Max(1_000_000) Double> shed,
      @Min(0) @Max(1_000_000) Double overload) {}

  record Call(
      @Required @Pattern(Text.NAME) @Size(max = Text.NAME_LENGTH) String caller,
      @Required @Pattern(Text.NAME) @Size(max = Text.NAME_LENGTH) String callee,
      @Min(0) @Max(10_000) Double callsPerRequest,
      @Size(min = 1, max = 8) List<ByClass> byClass,
      @Pattern(Text.SHARE) @Size(max = Text.PERCENT_LENGTH) String waited) {}

  record ByClass(
      @JsonProperty("class") @Required @Min(0) @Max(7) Integer trafficClass,
      @Required @Min(0) @Max(10_000) Double callsPerRequest) {}

  @ValidationRule(
      value =
          "!has(self.enabled) || self.enabled || !(has(self.deadband) || has(self.largestStep)"
              + " || has(self.minimumHold) || has(self.freeze))",
      message = "enabled: false leaves nothing else to say: remove one or the other")
  record ChangeControl(
      Boolean enabled,
      @JsonPropertyDescription("Percentage points") @Min(0) @Max(100) Double deadband,
      @JsonPropertyDescription("Percentage points a period") @Min(0.1) @Max(100) Double largestStep,
      @JsonPropertyDescription("Periods") @Min(0) @Max(1000) Integer minimumHold,
      Boolean freeze) {}

  enum RouteKind {
    @JsonProperty("HTTPRoute")
    HTTP_ROUTE,
    @JsonProperty("GRPCRoute")
    GRPC_ROUTE
  }

  record GeneratedRoute(
      @JsonPropertyDescription("Default HTTPRoute") RouteKind kind,
      @Required
          @Size(min = 2, max = 16)
          @ValidationRule(
              value = "self.exists(each, !has(each.weight) || each.weight > 0)",
              message = "gives no backend any weight: leave out a weight, it is 1 then")
          @ValidationRule(
              value = "self.all(each, self.exists_one(other, other.name == each.name))",
              message = "names a backend a second time")
          List<Backend> backends) {}

  record Backend(
      @Required @Pattern(Text.NAME) @Size(max = Text.NAME_LENGTH) String name,
      @Required @Min(1) @Max(65_535) Integer port,
      @JsonPropertyDescription("Share before anything is planned, default 1")
          @Min(0)
          @Max(1_000_000)
          Integer weight) {}
}
