package dev.fairlead.kubernetes.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What several kinds have. */
final class Shared {
  private Shared() {}

  /** What became of an object. */
  record Status(
      @Size(max = 16) @JsonPropertyDescription("Accepted says whether it is in force, and why not")
          List<Condition> conditions) {}

  enum ServiceKind {
    @JsonProperty("Service")
    SERVICE
  }

  enum CoreGroup {
    @JsonProperty("")
    CORE
  }

  /** A Service of the object's namespace. */
  record TargetRef(
      CoreGroup group,
      @Required ServiceKind kind,
      @Required @Pattern(Text.NAME) @Size(max = Text.NAME_LENGTH) String name) {}

  /** Where something is. */
  @ValidationRule(
      value = "(has(self.region) || !has(self.zone)) && (has(self.zone) || !has(self.subZone))",
      message = "a part without the larger one: name region, then zone, then subZone")
  record Locality(
      @Pattern(Text.PLACE) @Size(max = Text.PLACE_LENGTH) String region,
      @Pattern(Text.PLACE) @Size(max = Text.PLACE_LENGTH) String zone,
      @Pattern(Text.PLACE) @Size(max = Text.PLACE_LENGTH) String subZone) {}
}
