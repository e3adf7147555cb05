package dev.fairlead.app;

/** Documents with a service {@code shop}, as callers in the cluster {@code west} have it. */
public final class ShopDocuments {
  public static final String WEST =
      """
      apiVersion: fairlead.dev/v1alpha1
      kind: ClusterProfile
      metadata: {name: west}
      spec: {local: true, locality: {region: us-west, zone: a}}
      """;
  public static final String EAST =
      """
      apiVersion: fairlead.dev/v1alpha1
      kind: ClusterProfile
      metadata: {name: east}
      spec: {locality: {region: us-east, zone: b}}
      """;

  private ShopDocuments() {}

  /** Documents in one file. */
  public static String join(String... documents) {
    return String.join("---\n", documents);
  }

  /**
   * A route to the service under its path, and a greeting everywhere else.
   *
   * @param port to listen on
   * @param backend where the service's only endpoint is
   */
  public static String greeting(int port, int backend) {
    return join(
        gateway(port),
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: hello}
        spec:
          parentRefs: [{name: web}]
          rules:
            - matches: [{path: {type: PathPrefix, value: /shop}}]
              backendRefs: [{name: shop}]
            - filters:
                - type: ExtensionRef
                  extensionRef: {group: fairlead.dev, kind: StaticResponse, name: hello}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: StaticResponse
        metadata: {name: hello}
        spec: {body: hello}
        """,
        WEST,
        endpoints("{cluster: west, addresses: [\"127.0.0.1:%d\"]}".formatted(backend)));
  }

  /**
   * A route that leads all requests to the service.
   *
   * @param port to listen on
   * @param clusters of its endpoints: entries of a YAML list, in a line
   */
  public static String routed(int port, String clusters) {
    return join(
        gateway(port),
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: shop}
        spec:
          parentRefs: [{name: web}]
          rules: [{backendRefs: [{name: shop}]}]
        """,
        WEST,
        endpoints(clusters));
  }

  /** Endpoints alone. */
  public static String endpoints(String clusters) {
    return """
    apiVersion: fairlead.dev/v1alpha1
    kind: ServiceEndpoints
    metadata: {name: shop}
    spec: {clusters: [%s]}
    """
        .formatted(clusters);
  }

  /** The service is steered each 100 ms. */
  public static String objective(String policy, String mode) {
    return """
    apiVersion: fairlead.dev/v1alpha1
    kind: TrafficObjective
    metadata: {name: shop}
    spec:
      targetRefs: [{kind: Service, name: shop}]
      policy: %s
      mode: %s
      period: 100ms
    """
        .formatted(policy, mode);
  }

  private static String gateway(int port) {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {name: web}
    spec:
      gatewayClassName: fairlead
      addresses: [{type: IPAddress, value: 127.0.0.1}]
      listeners: [{name: http, protocol: HTTP, port: %d}]
    """
        .formatted(port);
  }
}
