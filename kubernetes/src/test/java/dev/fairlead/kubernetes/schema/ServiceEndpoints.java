package dev.fairlead.kubernetes.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
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

/** A service and its endpoints in one document. */
@Group("fairlead.dev")
@Version("v1alpha1")
@Plural("serviceendpoints")
@ShortNames("fse")
@AdditionalPrinterColumn(name = "Protocol", jsonPath = ".spec.protocol")
@AdditionalPrinterColumn(name = "First Cluster", jsonPath = ".spec.clusters[0].cluster")
public final class ServiceEndpoints extends CustomResource<ServiceEndpoints.Spec, Shared.Status>
    implements Namespaced {
  record Spec(
      @JsonPropertyDescription("What the endpoints speak; default http1") Protocol protocol,
      @Required @Size(min = 1, max = 1000) List<Cluster> clusters) {}

  enum Protocol {
    @JsonProperty("http1")
    HTTP1,
    @JsonProperty("h2c")
    H2C
  }

  @SchemaCustomizer(value = Definitions.ExactlyOne.class, input = "addresses|dns")
  record Cluster(
      @JsonPropertyDescription("A ClusterProfile's name; default the local cluster")
          @Pattern(Text.NAME)
          @Size(max = Text.NAME_LENGTH)
          String cluster,
      Shared.Locality locality,
      @JsonPropertyDescription(
              "An IP address and port, as \"192.0.2.1:8080\", or address, weight and labels")
          @Size(max = 10_000)
          List<JsonNode> addresses,
      Dns dns) {}

  record Dns(
      @Required @Pattern(Text.NAME) @Size(max = Text.NAME_LENGTH) String name,
      @Required @Min(1) @Max(65535) Integer port,
      @Min(0) @Max(1_000_000) Double weight,
      @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(
              value = "duration(self) >= duration('1s') && duration(self) <= duration('1h')",
              message = "must be 1s to 1h")
          String refresh) {}
}
