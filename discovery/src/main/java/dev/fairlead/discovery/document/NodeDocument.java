package dev.fairlead.discovery.document;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.node.NodeOrigin;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;

/**
 * A Node of the cluster that Fairlead runs in: where the endpoints on it are.
 *
 * @param locality with what the node does not say left empty
 */
public record NodeDocument(Metadata metadata, Locality locality) implements Document {
  /** What a node of that name is called among documents. */
  public static String qualified(String name) {
    return Metadata.DEFAULT_NAMESPACE + "/" + name;
  }

  static NodeDocument read(Metadata metadata, Fields document) {
    String providerId =
        document.optional(
            "spec",
            Structures.object(
                spec -> {
                  String id = spec.optional("providerID", Scalars.TEXT, "");
                  spec.ignoreRest();
                  return id;
                }),
            "");
    return new NodeDocument(metadata, NodeOrigin.of(providerId, metadata.labels()).locality());
  }
}
