package dev.fairlead.discovery.document;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import java.util.Optional;

/**
 * A ClusterProfile: where a cluster is. Its id is its name.
 *
 * @param provider whose region it is in, for its prices
 */
public record ClusterProfileDocument(
    Metadata metadata,
    Locality locality,
    String network,
    boolean local,
    Optional<Located<String>> provider)
    implements Document {

  static ClusterProfileDocument read(Metadata metadata, Fields spec) {
    return new ClusterProfileDocument(
        metadata,
        spec.optional("locality", Places.LOCALITY, Locality.UNKNOWN),
        spec.optional("network", Places.PART, ""),
        spec.optional("local", Scalars.BOOLEAN, false),
        spec.optional("provider", Structures.located(Places.PART)));
  }
}
