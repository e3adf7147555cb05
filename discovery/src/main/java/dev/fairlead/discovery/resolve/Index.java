package dev.fairlead.discovery.resolve;

import dev.fairlead.discovery.document.Document;
import dev.fairlead.discovery.document.Metadata;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All documents by kind, namespace and name; a second one of the same name is reported. */
final class Index {
  private final Map<String, Map<String, Document>> byKind = new TreeMap<>();

  Index(List<Document> documents) {
    for (Document document : documents) {
      Metadata metadata = document.metadata();
      Document first =
          byKind
              .computeIfAbsent(metadata.kind(), kind -> new TreeMap<>())
              .putIfAbsent(key(metadata), document);
      if (first != null && !metadata.kind().equals(Document.Broken.ANY_KIND)) {
        metadata
            .at()
            .problem(
                "a second " + metadata.kind() + " " + Quoted.of(metadata.qualified()),
                "the first is at " + first.metadata().at().where());
      }
    }
  }

  /** A document whose name is missing or wrong is nobody's second, but its references count. */
  private static String key(Metadata metadata) {
    return metadata.name().isEmpty() ? metadata.at().where() : metadata.qualified();
  }

  /** All documents of a type, in the order of namespace and name. */
  <T extends Document> List<T> all(Class<T> type) {
    List<T> found = new ArrayList<>();
    for (Map<String, Document> documents : byKind.values()) {
      documents.values().stream().filter(type::isInstance).map(type::cast).forEach(found::add);
    }
    found.sort(Comparator.comparing(document -> document.metadata().qualified()));
    return found;
  }

  /** Whether a document of that name exists, usable or not. */
  boolean has(String kind, String qualified) {
    return byKind.getOrDefault(kind, Map.of()).containsKey(qualified)
        || byKind.getOrDefault(Document.Broken.ANY_KIND, Map.of()).containsKey(qualified);
  }

  /** The names of one kind in one namespace. */
  List<String> names(String kind, String namespace) {
    return byKind.getOrDefault(kind, Map.of()).values().stream()
        .map(Document::metadata)
        .filter(metadata -> metadata.namespace().equals(namespace))
        .map(Metadata::name)
        .toList();
  }

  /** What a reference names; empty where there is none or it is broken. */
  <T extends Document> Optional<T> find(Class<T> type, String kind, String qualified) {
    return Optional.ofNullable(byKind.getOrDefault(kind, Map.of()).get(qualified))
        .filter(type::isInstance)
        .map(type::cast);
  }

  /** As {@link #find}; what does not exist is reported at the reference. */
  <T extends Document> Optional<T> resolve(
      Class<T> type, String kind, String namespace, String name, Value reference) {
    if (isMissing(kind, namespace, name)) {
      reference.unknown(missing(kind, namespace, name), name, names(kind, namespace));
    }
    return find(type, kind, namespace + "/" + name);
  }

  /** As {@link #resolve}, of a reference without which the rest is of use. */
  <T extends Document> Optional<T> follow(
      Class<T> type, String kind, String namespace, String name, Value reference) {
    if (isMissing(kind, namespace, name)) {
      reference.unresolved(missing(kind, namespace, name), name, names(kind, namespace));
    }
    return find(type, kind, namespace + "/" + name);
  }

  /** A name that is empty is reported already. */
  private boolean isMissing(String kind, String namespace, String name) {
    return !name.isEmpty() && !has(kind, namespace + "/" + name);
  }

  private static String missing(String kind, String namespace, String name) {
    return "no " + kind + " " + Quoted.of(name) + " in namespace " + Quoted.of(namespace);
  }
}
