package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import java.util.Map;

/**
 * A reference to a document that holds certificates.
 *
 * @param name empty where it is missing, which is reported
 */
public record CertificateRef(String kind, String namespace, String name, Value at) {
  private static final Map<String, String> GROUPS =
      Map.of(Kinds.SECRET, "", Kinds.CONFIG_MAP, "", Kinds.CERTIFICATE_FILES, Kinds.OWN_GROUP);

  private static final Reader<String> OF_KEY =
      Scalars.oneOf(
          Map.of(Kinds.SECRET, Kinds.SECRET, Kinds.CERTIFICATE_FILES, Kinds.CERTIFICATE_FILES));

  private static final Reader<String> OF_AUTHORITIES =
      Scalars.oneOf(
          Map.of(
              Kinds.CONFIG_MAP,
              Kinds.CONFIG_MAP,
              Kinds.SECRET,
              Kinds.SECRET,
              Kinds.CERTIFICATE_FILES,
              Kinds.CERTIFICATE_FILES));

  /** To a certificate with its key; {@code own} is the namespace that it is in by default. */
  static Reader<CertificateRef> ofKey(String own) {
    return Structures.object(
        fields -> read(fields, fields.optional("kind", OF_KEY, Kinds.SECRET), own));
  }

  /** To certificates of authorities, in any namespace. */
  static Reader<CertificateRef> ofAuthorities(String own) {
    return Structures.object(
        fields -> read(fields, fields.required("kind", OF_AUTHORITIES, Kinds.CONFIG_MAP), own));
  }

  private static CertificateRef read(Fields fields, String kind, String own) {
    String right = GROUPS.getOrDefault(kind, "");
    String group = fields.optional("group", Scalars.TEXT, "");
    if (!group.equals(right)) {
      fields
          .value()
          .problem(
              kind + " is not of group " + Quoted.of(group),
              right.isEmpty() ? "write group: \"\"" : "write group: " + right);
    }
    return new CertificateRef(
        kind,
        fields.optional("namespace", Names.LABEL, own),
        fields.required("name", Names.SUBDOMAIN, ""),
        fields.value());
  }

  /** What to call what it refers to: {@code Secret default/shop}. */
  public String target() {
    return kind + " " + namespace + "/" + name;
  }
}
