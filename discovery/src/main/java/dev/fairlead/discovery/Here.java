package dev.fairlead.discovery;

import java.util.Optional;

/**
 * What a process knows of itself beside the documents.
 *
 * @param cluster id of the cluster that it runs in; overrides the ClusterProfiles
 * @param client its name among the clients of a service, for stable subsets: a pod's or a host's
 */
public record Here(Optional<String> cluster, Optional<String> client) {
  public static final Here UNKNOWN = new Here(Optional.empty(), Optional.empty());
}
