package dev.fairlead.discovery.resolve;

import dev.fairlead.discovery.document.Metadata;
import dev.fairlead.discovery.document.ReferenceGrantDocument;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Value;
import java.util.List;

/** Who may refer to what in another namespace. */
final class Grants {
  private final List<ReferenceGrantDocument> grants;

  Grants(Index index) {
    grants = index.all(ReferenceGrantDocument.class);
  }

  /** Reports a reference to another namespace that nobody there allows. */
  void check(Metadata from, String kind, String namespace, String name, Value at) {
    if (!allows(from, kind, namespace, name)) {
      at.problem(message(kind), hint(from, kind, namespace));
    }
  }

  /**
   * As {@link #check}, of a reference that leads nowhere if it is not allowed.
   *
   * @return whether it may be followed
   */
  boolean follows(Metadata from, String kind, String namespace, String name, Value at) {
    boolean allows = allows(from, kind, namespace, name);
    if (!allows) {
      at.unresolved(message(kind), hint(from, kind, namespace));
    }
    return allows;
  }

  private static String message(String kind) {
    return "refers to a " + kind + " in another namespace, which does not allow it";
  }

  private static String hint(Metadata from, String kind, String namespace) {
    return "add a ReferenceGrant in namespace "
        + Quoted.of(namespace)
        + " from "
        + from.kind()
        + " of namespace "
        + Quoted.of(from.namespace())
        + " to "
        + kind;
  }

  private boolean allows(Metadata from, String kind, String namespace, String name) {
    return from.namespace().equals(namespace) || allowed(from, kind, namespace, name);
  }

  private boolean allowed(Metadata from, String kind, String namespace, String name) {
    return grants.stream()
        .filter(grant -> grant.metadata().namespace().equals(namespace))
        .anyMatch(
            grant ->
                grant.from().stream()
                        .anyMatch(
                            who ->
                                who.kind().equals(from.kind())
                                    && who.namespace().equals(from.namespace()))
                    && grant.to().stream()
                        .anyMatch(
                            what ->
                                what.kind().equals(kind)
                                    && (what.name().isEmpty() || what.name().equals(name))));
  }
}
