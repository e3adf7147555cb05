package dev.fairlead.discovery.document;

import dev.fairlead.discovery.document.HttpRouteDocument.BackendRef;
import dev.fairlead.discovery.document.HttpRouteDocument.ParentRef;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.HeaderEdits;
import java.util.List;
import java.util.Map;

/**
 * A TLSRoute or TCPRoute: connections that are led as they are, with references still by name.
 *
 * @param hostnames that TLS clients ask for; empty in a TCPRoute
 * @param at the rule, for problems about it
 */
public record TunnelRouteDocument(
    Metadata metadata,
    List<ParentRef> parents,
    List<Located<String>> hostnames,
    List<BackendRef> backends,
    Value at)
    implements Document {
  private record Rule(List<BackendRef> backends, Value at) {}

  static TunnelRouteDocument tls(Metadata metadata, Fields spec) {
    List<Located<String>> hostnames =
        spec.required(
            "hostnames", Structures.list(Structures.located(Names.HOST), 1, 16), List.of());
    return read(metadata, spec, hostnames);
  }

  static TunnelRouteDocument tcp(Metadata metadata, Fields spec) {
    return read(metadata, spec, List.of());
  }

  private static TunnelRouteDocument read(
      Metadata metadata, Fields spec, List<Located<String>> hostnames) {
    String own = metadata.namespace();
    spec.unsupported("useDefaultGateways", "name the Gateway in parentRefs");
    List<ParentRef> parents =
        spec.required(
            "parentRefs",
            Structures.list(
                Structures.object(fields -> HttpRouteDocument.parent(fields, own)), 1, 32),
            List.of());
    // More than one could never be told apart: a connection has nothing else to match.
    List<Rule> rules = spec.required("rules", Structures.list(rule(own), 1, 1), List.of());
    return new TunnelRouteDocument(
        metadata,
        parents,
        hostnames,
        rules.isEmpty() ? List.of() : rules.getFirst().backends(),
        rules.isEmpty() ? spec.value() : rules.getFirst().at());
  }

  private static Reader<Rule> rule(String own) {
    return Structures.object(
        fields -> {
          fields.optional("name", Names.SUBDOMAIN);
          return new Rule(
              fields.required(
                  "backendRefs",
                  Structures.list(Structures.object(ref -> backend(ref, own)), 1, 128),
                  List.of()),
              fields.value());
        });
  }

  private static BackendRef backend(Fields fields, String own) {
    fields.optional("group", Scalars.oneOf(Map.of("", "")));
    fields.optional("kind", Scalars.oneOf(Map.of(Kinds.SERVICE, "")));
    return new BackendRef(
        fields.optional("namespace", Names.LABEL, own),
        fields.required("name", Names.SUBDOMAIN, ""),
        fields.optional("port", Structures.located(Names.PORT)),
        fields.optional("weight", Scalars.integer(0, HttpRouteDocument.MAX_WEIGHT), 1),
        HeaderEdits.NONE,
        HeaderEdits.NONE,
        fields.value());
  }
}
