package dev.fairlead.app;

/**
 * Documents with a route to a service {@code shop} under its path, and a greeting everywhere else.
 */
public final class ShopDocuments {
  private ShopDocuments() {}

  /**
   * @param port to listen on
   * @param backend where the service's only endpoint is
   */
  public static String of(int port, int backend) {
    return """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: web}
        spec:
          gatewayClassName: fairlead
          addresses: [{type: IPAddress, value: 127.0.0.1}]
          listeners: [{name: http, protocol: HTTP, port: %d}]
        ---
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
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: ClusterProfile
        metadata: {name: west}
        spec: {local: true, locality: {region: us-west, zone: a}}
        ---
        apiVersion: fairlead.dev/v1alpha1
        kind: ServiceEndpoints
        metadata: {name: shop}
        spec: {clusters: [{cluster: west, addresses: ["127.0.0.1:%d"]}]}
        """
        .formatted(port, backend);
  }
}
