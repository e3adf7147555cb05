package dev.fairlead.kubernetes.enforce;

import java.util.List;
import java.util.Optional;

/**
 * A kind of objects whose weights can be led.
 *
 * @param versions the newest first: an older one does not show all that the object holds
 */
record TargetKind(String kind, String plural, String group, List<String> versions) {
  static final TargetKind TRAFFIC_SPLIT =
      new TargetKind(
          "TrafficSplit",
          "trafficsplits",
          "split.smi-spec.io",
          List.of("v1alpha4", "v1alpha3", "v1alpha2", "v1alpha1"));
  static final TargetKind HTTP_ROUTE =
      new TargetKind(
          "HTTPRoute", "httproutes", "gateway.networking.k8s.io", List.of("v1", "v1beta1"));
  static final TargetKind GRPC_ROUTE =
      new TargetKind("GRPCRoute", "grpcroutes", "gateway.networking.k8s.io", List.of("v1"));

  static final List<TargetKind> ALL = List.of(TRAFFIC_SPLIT, HTTP_ROUTE, GRPC_ROUTE);

  /** The one version of a TrafficSplit that takes a quantity for a weight. */
  static final String WITH_QUANTITIES = "v1alpha1";

  TargetKind {
    versions = List.copyOf(versions);
  }

  static Optional<TargetKind> of(String kind) {
    return ALL.stream().filter(each -> each.kind.equals(kind)).findFirst();
  }
}
