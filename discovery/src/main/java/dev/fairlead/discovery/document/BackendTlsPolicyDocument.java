package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.route.UpstreamTls.PeerName;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A BackendTLSPolicy: that Services are spoken to in TLS, and what they must prove.
 *
 * @param hostname what they are asked for; empty where it is missing, which is reported
 * @param authorities empty for the system's
 * @param names of which a certificate must have one; empty: the hostname
 */
public record BackendTlsPolicyDocument(
    Metadata metadata,
    List<Located<String>> targets,
    String hostname,
    List<CertificateRef> authorities,
    List<PeerName> names)
    implements Document {
  private static final Reader<Located<String>> TARGET =
      Structures.object(
          fields -> {
            fields.optional("group", Scalars.oneOf(Map.of("", "")));
            fields.required("kind", Scalars.oneOf(Map.of(Kinds.SERVICE, "")), "");
            fields.unsupported("sectionName", "a Service is led on one port: remove it");
            return fields.required(
                "name", Structures.located(Names.SUBDOMAIN), new Located<>("", fields.value()));
          });

  private static final Reader<String> URI_NAME =
      Scalars.text(BackendTlsPolicyDocument::isUri, "a URI", "write it as spiffe://domain/path");

  private static final Reader<Optional<PeerName>> NAME =
      Structures.object(BackendTlsPolicyDocument::name);

  static BackendTlsPolicyDocument read(Metadata metadata, Fields spec) {
    List<Located<String>> targets =
        spec.required("targetRefs", Structures.list(TARGET, 1, 16), List.of());
    spec.unsupported("options", "remove it");
    String own = metadata.namespace();
    return spec.required(
            "validation", Structures.object(fields -> validation(metadata, targets, fields, own)))
        .orElseGet(() -> new BackendTlsPolicyDocument(metadata, targets, "", List.of(), List.of()));
  }

  private static BackendTlsPolicyDocument validation(
      Metadata metadata, List<Located<String>> targets, Fields fields, String own) {
    List<CertificateRef> authorities =
        fields.optional(
            "caCertificateRefs",
            Structures.list(CertificateRef.ofAuthorities(own), 0, 8),
            List.of());
    boolean system =
        fields.optional("wellKnownCACertificates", Scalars.oneOf(Map.of("System", ""))).isPresent();
    boolean named =
        fields
            .find("caCertificateRefs")
            .filter(refs -> !(refs.node() instanceof Node.Sequence all && all.items().isEmpty()))
            .isPresent();
    if (named == system && fields.find("wellKnownCACertificates").isPresent() == system) {
      fields
          .value()
          .problem(
              named ? "names its authorities twice" : "names no authorities",
              "write either caCertificateRefs or wellKnownCACertificates: System");
    }
    String hostname = fields.required("hostname", Names.PRECISE_HOST, "");
    List<Optional<PeerName>> names =
        fields.optional("subjectAltNames", Structures.list(NAME, 0, 5), List.of());
    return new BackendTlsPolicyDocument(
        metadata,
        targets,
        hostname,
        authorities,
        names.stream().flatMap(Optional::stream).toList());
  }

  private static Optional<PeerName> name(Fields fields) {
    boolean uri =
        fields.required("type", Scalars.oneOf(Map.of("Hostname", false, "URI", true)), false);
    if (uri) {
      return fields.required("uri", URI_NAME).map(PeerName.Uri::new);
    }
    return fields.required("hostname", Names.HOST).map(PeerName.Host::new);
  }

  private static boolean isUri(String text) {
    try {
      return new URI(text).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
