package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import java.util.List;
import java.util.Map;

/** Reads the Services, of the policy's own namespace, that a policy attaches to. */
final class TargetRefs {
  private static final Reader<Located<String>> REF =
      Structures.object(
          fields -> {
            fields.optional("group", Scalars.oneOf(Map.of("", "")));
            fields.required("kind", Scalars.oneOf(Map.of(Kinds.SERVICE, "")), "");
            return fields.required(
                "name", Structures.located(Names.SUBDOMAIN), new Located<>("", fields.value()));
          });

  private TargetRefs() {}

  static List<Located<String>> read(Fields spec) {
    return spec.required("targetRefs", Structures.list(REF, 1, 1000), List.of());
  }
}
