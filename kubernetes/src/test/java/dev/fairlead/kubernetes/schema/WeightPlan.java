package dev.fairlead.kubernetes.schema;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** What Fairlead decided for an object, and how that object was before. Output only. */
@Group("fairlead.dev")
@Version("v1alpha1")
@Plural("weightplans")
@ShortNames("fwp")
@AdditionalPrinterColumn(name = "Kind", jsonPath = ".spec.target.kind")
@AdditionalPrinterColumn(name = "Target", jsonPath = ".spec.target.name")
@AdditionalPrinterColumn(name = "Mode", jsonPath = ".status.mode")
@AdditionalPrinterColumn(name = "Enforcer", jsonPath = ".status.enforcer")
@AdditionalPrinterColumn(name = "Why", jsonPath = ".status.why", priority = 1)
public final class WeightPlan extends CustomResource<WeightPlan.Spec, WeightPlan.Status>
    implements Namespaced {
  record Spec(
      Target target,
      @JsonPropertyDescription("What clients call; with its namespace where that is another")
          @Size(max = 317)
          String service,
      @JsonPropertyDescription("The weights before Fairlead's, as they were written")
          @Size(max = 1000)
          List<Original> originals,
      @Size(max = 1000) List<Weight> weights) {}

  record Target(
      @Required @Size(max = 253) String apiVersion,
      @Required @Size(max = 63) String kind,
      @Required @Size(max = 253) String name,
      @Size(max = 63) String uid) {}

  record Original(
      @Required @Size(max = 400) String backend,
      @Required
          @Size(max = 64)
          @JsonPropertyDescription("As JSON: 1, \"500m\"; empty where there was none")
          String weight) {}

  record Weight(
      @JsonPropertyDescription("Which weight of the target") @Size(max = 400) String backend,
      @Required @Size(max = 317) String destination,
      @Required @Min(0) @Max(1_000_000) Long weight,
      @JsonPropertyDescription("What stood there before the last write, as JSON") @Size(max = 64)
          String replaces,
      @Size(max = 1024) String reason) {}

  record Status(
      String enforcer,
      String mode,
      Long version,
      @JsonPropertyDescription("The leader lock's, of the controller that wrote this") Long term,
      String changedAt,
      String why,
      @Size(max = 16) List<Condition> conditions) {}
}
