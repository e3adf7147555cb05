package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Who a document is.
 *
 * @param name empty where it is missing, which is reported
 * @param annotations by name; what is ours among them its kind reads
 * @param created milliseconds since 1970; 0 where the document does not say
 * @param at the name, or what should have it
 */
public record Metadata(
    String kind,
    String namespace,
    String name,
    Map<String, String> labels,
    Map<String, Located<String>> annotations,
    long created,
    Value at) {
  /** Also of what belongs to a whole cluster, where a document says nothing. */
  public static final String DEFAULT_NAMESPACE = "default";

  private static final Reader<Long> TIMESTAMP =
      value ->
          Scalars.TEXT
              .read(value)
              .flatMap(
                  text -> {
                    try {
                      return Optional.of(Instant.parse(text).toEpochMilli());
                    } catch (DateTimeException | ArithmeticException e) {
                      value.problem("is not a time", "write it as 2026-01-31T12:00:00Z");
                      return Optional.empty();
                    }
                  });

  /** Reads {@code metadata} of a document. */
  static Metadata read(String kind, Fields document) {
    Metadata unnamed =
        new Metadata(kind, DEFAULT_NAMESPACE, "", Map.of(), Map.of(), 0, document.value());
    return document.required(
        "metadata", Structures.object(fields -> read(kind, fields, document.value())), unnamed);
  }

  private static Metadata read(String kind, Fields fields, Value document) {
    Located<String> name =
        fields.required("name", Structures.located(Names.SUBDOMAIN), new Located<>("", document));
    String namespace = fields.optional("namespace", Names.LABEL, DEFAULT_NAMESPACE);
    Map<String, String> labels =
        fields.optional("labels", Structures.texts(Names.LABEL_VALUE, 1000), Map.of());
    Map<String, Located<String>> annotations =
        fields.optional(
            "annotations", Structures.texts(Structures.located(Scalars.TEXT), 1000), Map.of());
    long created = fields.optional("creationTimestamp", TIMESTAMP, 0L);
    // What the API server adds, in documents that kubectl printed.
    fields.ignored(
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "finalizers",
        "generateName",
        "generation",
        "managedFields",
        "ownerReferences",
        "resourceVersion",
        "selfLink",
        "uid");
    return new Metadata(kind, namespace, name.read(), labels, annotations, created, name.at());
  }

  /** {@code namespace/name}. */
  public String qualified() {
    return namespace + "/" + name;
  }
}
