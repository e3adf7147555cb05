package dev.fairlead.kubernetes.schema;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** Where a cluster is. Its name is the cluster's id, so it belongs to no namespace. */
@Group("fairlead.dev")
@Version("v1alpha1")
@Plural("clusterprofiles")
@ShortNames("fcp")
@AdditionalPrinterColumn(name = "Region", jsonPath = ".spec.locality.region")
@AdditionalPrinterColumn(name = "Zone", jsonPath = ".spec.locality.zone")
@AdditionalPrinterColumn(
    name = "Local",
    jsonPath = ".spec.local",
    type = AdditionalPrinterColumn.Type.BOOLEAN)
@AdditionalPrinterColumn(name = "Network", jsonPath = ".spec.network", priority = 1)
@AdditionalPrinterColumn(name = "Provider", jsonPath = ".spec.provider", priority = 1)
public final class ClusterProfile extends CustomResource<ClusterProfile.Spec, Shared.Status> {
  record Spec(
      Shared.Locality locality,
      @Pattern(Text.PLACE) @Size(max = Text.PLACE_LENGTH) String network,
      @JsonPropertyDescription("Whether Fairlead runs in it; --cluster overrides it") Boolean local,
      @JsonPropertyDescription("Whose region it is: aws, gcp, azure, …; PriceSheets go by it")
          @Pattern(Text.PLACE)
          @Size(max = Text.PLACE_LENGTH)
          String provider,
      @Size(max = 1000) List<Link> links,
      @JsonPropertyDescription(
              "What answers HTTP there, as http://gateway.east.example:80/livez; others ping it")
          @Pattern(Text.HTTP_URL)
          @Size(max = Text.HTTP_URL_LENGTH)
          String ping) {}

  record Link(
      @Required @Pattern(Text.NAME) @Size(max = Text.NAME_LENGTH) String to,
      @JsonPropertyDescription("The way there and back without any service time")
          @Required
          @Pattern(Text.DURATION)
          @Size(max = Text.DURATION_LENGTH)
          @ValidationRule(
              value = "duration(self) <= duration('1m')",
              message = "must be at most 1m")
          String roundTrip) {}
}
