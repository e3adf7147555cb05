package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import java.util.List;

/** A ReferenceGrant: who from other namespaces may refer to what is in this one. */
public record ReferenceGrantDocument(Metadata metadata, List<From> from, List<To> to)
    implements Document {
  /** Documents that may refer. */
  public record From(String kind, String namespace) {}

  /**
   * Documents that may be referred to.
   *
   * @param name empty for any
   */
  public record To(String kind, String name) {}

  // Groups are accepted as they are: the kinds that Fairlead reads have names of their own.
  private static final Reader<From> FROM =
      Structures.object(
          fields -> {
            fields.required("group", Scalars.TEXT, "");
            return new From(
                fields.required("kind", Scalars.TEXT, ""),
                fields.required("namespace", Names.LABEL, ""));
          });

  private static final Reader<To> TO =
      Structures.object(
          fields -> {
            fields.required("group", Scalars.TEXT, "");
            return new To(
                fields.required("kind", Scalars.TEXT, ""),
                fields.optional("name", Names.SUBDOMAIN, ""));
          });

  static ReferenceGrantDocument read(Metadata metadata, Fields spec) {
    return new ReferenceGrantDocument(
        metadata,
        spec.required("from", Structures.list(FROM, 1, 16), List.of()),
        spec.required("to", Structures.list(TO, 1, 16), List.of()));
  }
}
