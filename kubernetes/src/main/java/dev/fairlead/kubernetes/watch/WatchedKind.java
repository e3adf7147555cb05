package dev.fairlead.kubernetes.watch;

import dev.fairlead.discovery.document.Kinds;
import java.util.List;

/**
 * A kind that is watched.
 *
 * @param group empty for the core group
 * @param versions in which it may be served, the best first
 * @param read the version that discovery reads it as; they have the same fields
 * @param namespaced whether it belongs to a namespace, not to the whole cluster
 * @param needed whether nothing is ready without it; others may not be installed
 */
record WatchedKind(
    String kind,
    String group,
    List<String> versions,
    String read,
    String plural,
    boolean namespaced,
    boolean needed) {
  static final String GATEWAY_CLASS = "GatewayClass";
  static final String ENDPOINT_SLICE = "EndpointSlice";
  static final String BACKEND_TLS_POLICY = Kinds.BACKEND_TLS_POLICY;
  static final String OWN_GROUP = "fairlead.dev";
  static final String GATEWAY_GROUP = "gateway.networking.k8s.io";

  static final WatchedKind SECRET = core(Kinds.SECRET, "secrets", true, false);
  static final WatchedKind CONFIG_MAP = core(Kinds.CONFIG_MAP, "configmaps", true, false);

  /**
   * All that is watched from the beginning. Not CertificateFiles: whoever may write objects must
   * not choose which of our files are read.
   */
  static final List<WatchedKind> ALL =
      List.of(
          core(Kinds.SERVICE, "services", true, true),
          new WatchedKind(
              ENDPOINT_SLICE,
              "discovery.k8s.io",
              List.of("v1"),
              "v1",
              "endpointslices",
              true,
              true),
          core(Kinds.NODE, "nodes", false, false),
          gateway(GATEWAY_CLASS, "gatewayclasses", "v1", false, "v1"),
          gateway(Kinds.GATEWAY, "gateways", "v1", true, "v1"),
          gateway(Kinds.HTTP_ROUTE, "httproutes", "v1", true, "v1"),
          gateway(Kinds.GRPC_ROUTE, "grpcroutes", "v1", true, "v1"),
          gateway(Kinds.TLS_ROUTE, "tlsroutes", "v1", true, "v1", "v1alpha3", "v1alpha2"),
          gateway(Kinds.TCP_ROUTE, "tcproutes", "v1alpha2", true, "v1", "v1alpha2"),
          gateway(BACKEND_TLS_POLICY, "backendtlspolicies", "v1", true, "v1", "v1alpha3"),
          gateway("ReferenceGrant", "referencegrants", "v1beta1", true, "v1", "v1beta1"),
          own("ServiceEndpoints", "serviceendpoints", true),
          own("ClusterProfile", "clusterprofiles", false),
          own("TrafficPolicy", "trafficpolicies", true),
          own("TrafficObjective", "trafficobjectives", true),
          own("PriceSheet", "pricesheets", false),
          own(Kinds.STATIC_RESPONSE, "staticresponses", true));

  private static WatchedKind core(String kind, String plural, boolean namespaced, boolean needed) {
    return new WatchedKind(kind, "", List.of("v1"), "v1", plural, namespaced, needed);
  }

  private static WatchedKind gateway(
      String kind, String plural, String read, boolean namespaced, String... versions) {
    return new WatchedKind(kind, GATEWAY_GROUP, List.of(versions), read, plural, namespaced, false);
  }

  private static WatchedKind own(String kind, String plural, boolean namespaced) {
    List<String> version = List.of("v1alpha1");
    return new WatchedKind(kind, OWN_GROUP, version, version.getFirst(), plural, namespaced, false);
  }

  /** As discovery reads it: {@code discovery.k8s.io/v1}. */
  String apiVersion() {
    return group.isEmpty() ? read : group + "/" + read;
  }

  /** Whether others may add fields to it that we do not know. */
  boolean isForeign() {
    return !group.equals(OWN_GROUP);
  }

  boolean isRoute() {
    return group.equals(GATEWAY_GROUP) && kind.endsWith("Route");
  }
}
