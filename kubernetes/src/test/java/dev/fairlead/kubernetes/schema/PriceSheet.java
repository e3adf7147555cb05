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
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** What bytes between localities cost. It holds for all services, so it has no namespace. */
@Group("fairlead.dev")
@Version("v1alpha1")
@Plural("pricesheets")
@ShortNames("fps")
@AdditionalPrinterColumn(name = "Provider", jsonPath = ".spec.provider")
@AdditionalPrinterColumn(name = "Date", jsonPath = ".spec.date")
@AdditionalPrinterColumn(
    name = "Example",
    jsonPath = ".spec.example",
    type = AdditionalPrinterColumn.Type.BOOLEAN)
@AdditionalPrinterColumn(name = "Source", jsonPath = ".spec.source", priority = 1)
public final class PriceSheet extends CustomResource<PriceSheet.Spec, Shared.Status> {
  private static final String ENDS = "from+to|span";
  private static final String RATE = "has(self.dollarsPerGiB) != has(self.tiers)";
  private static final String SAY_RATE = "needs either dollarsPerGiB or tiers";
  private static final String ELSEWHERE = "!has(self.elsewhereGiB) || has(self.tiers)";
  private static final String SAY_ELSEWHERE = "elsewhereGiB means nothing without tiers";
  private static final String END = "Localities as text, or region, zone and subZone";

  record Spec(
      @JsonPropertyDescription("Whose prices they are; default any sender's")
          @Pattern(Text.PLACE)
          @Size(max = Text.PLACE_LENGTH)
          String provider,
      @Size(max = 4096) String source,
      @Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") @Size(max = 10) String date,
      Boolean example,
      Currency currency,
      @Required @Size(max = 10_000) List<Price> prices,
      @Size(max = 1000) List<Surcharge> surcharges) {}

  enum Currency {
    @JsonProperty("USD")
    USD
  }

  enum Span {
    @JsonProperty("any")
    ANY,
    @JsonProperty("same-zone")
    SAME_ZONE,
    @JsonProperty("cross-zone")
    CROSS_ZONE,
    @JsonProperty("cross-region")
    CROSS_REGION,
    @JsonProperty("internet")
    INTERNET
  }

  enum Payer {
    @JsonProperty("sender")
    SENDER,
    @JsonProperty("both")
    BOTH
  }

  record Tier(
      @Min(0) @Max(1e12) Double upToGiB, @Required @Min(0) @Max(10_000) Double dollarsPerGiB) {}

  @SchemaCustomizer(value = Definitions.AtLeastOne.class, input = ENDS)
  @ValidationRule(value = RATE, message = SAY_RATE)
  @ValidationRule(value = ELSEWHERE, message = SAY_ELSEWHERE)
  record Price(
      @JsonPropertyDescription(END) JsonNode from,
      @JsonPropertyDescription(END) JsonNode to,
      Span span,
      @Min(0) @Max(10_000) Double dollarsPerGiB,
      @Size(min = 1, max = 32) List<Tier> tiers,
      @Min(0) @Max(1e12) Double elsewhereGiB,
      Payer paidBy,
      Boolean symmetric) {}

  @SchemaCustomizer(value = Definitions.AtLeastOne.class, input = ENDS)
  @ValidationRule(value = RATE, message = SAY_RATE)
  @ValidationRule(value = ELSEWHERE, message = SAY_ELSEWHERE)
  record Surcharge(
      @Required @Pattern(Text.PLACE) @Size(max = Text.PLACE_LENGTH) String name,
      @JsonPropertyDescription(END) JsonNode from,
      @JsonPropertyDescription(END) JsonNode to,
      Span span,
      @Min(0) @Max(10_000) Double dollarsPerGiB,
      @Size(min = 1, max = 32) List<Tier> tiers,
      @Min(0) @Max(1e12) Double elsewhereGiB,
      Payer paidBy,
      Boolean symmetric) {}
}
