package dev.fairlead.discovery.document;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Scalars;

/** A ClusterProfile: where a cluster is. Its id is its name. */
public record ClusterProfileDocument(
    Metadata metadata, Locality locality, String network, boolean local) implements Document {

  static ClusterProfileDocument read(Metadata metadata, Fields spec) {
    return new ClusterProfileDocument(
        metadata,
        spec.optional("locality", Places.LOCALITY, Locality.UNKNOWN),
        spec.optional("network", Places.PART, ""),
        spec.optional("local", Scalars.BOOLEAN, false));
  }
}
