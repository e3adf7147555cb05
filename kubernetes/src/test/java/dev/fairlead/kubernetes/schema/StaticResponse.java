package dev.fairlead.kubernetes.schema;

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

/** A route's answer without an upstream. */
@Group("fairlead.dev")
@Version("v1alpha1")
@Plural("staticresponses")
@ShortNames("fsr")
@AdditionalPrinterColumn(
    name = "Answer",
    jsonPath = ".spec.status",
    type = AdditionalPrinterColumn.Type.INTEGER)
public final class StaticResponse extends CustomResource<StaticResponse.Spec, Shared.Status>
    implements Namespaced {
  @ValidationRule(
      value =
          "!has(self.body) || self.body == '' || !has(self.status)"
              + " || !(self.status in [204, 304])",
      message = "a 204 or 304 has no body: remove it")
  record Spec(
      @Min(200) @Max(599) Integer status,
      @Size(max = 16) List<Header> headers,
      @Size(max = 65_536) String body) {}

  record Header(
      @Required
          @Pattern(Text.TOKEN)
          @Size(max = Text.TOKEN_LENGTH)
          @ValidationRule(
              value =
                  "!(self.lowerAscii() in ['connection', 'content-length', 'expect', 'host',"
                      + " 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding',"
                      + " 'upgrade'])",
              message = "is the proxy's own: remove it")
          String name,
      @Required @Size(max = 4096) String value) {}
}
