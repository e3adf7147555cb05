package dev.fairlead.app.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The documents that the demo writes for {@code fairlead run}: what an operator would write. */
final class DemoDocuments {
  /** The service that the load calls, and the host by which it does. */
  static final String SERVICE = "orders";

  static final String HOST = "orders.example";

  private final Topology topology;
  private final InetSocketAddress listener;
  private final Map<String, List<InetSocketAddress>> endpoints;

  /**
   * @param listener where the proxy takes traffic
   * @param endpoints by cluster, as the caller sees them: remote ones are the relay's
   */
  DemoDocuments(
      Topology topology,
      InetSocketAddress listener,
      Map<String, List<InetSocketAddress>> endpoints) {
    this.topology = topology;
    this.listener = listener;
    this.endpoints = Map.copyOf(endpoints);
  }

  void write(DemoPolicy policy, Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("gateway.yaml"), gateway());
    Files.writeString(folder.resolve("route.yaml"), route());
    Files.writeString(folder.resolve("service.yaml"), service());
    Files.writeString(folder.resolve("clusters.yaml"), clusters());
    Files.writeString(folder.resolve("prices.yaml"), prices());
    Files.writeString(folder.resolve("policy.yaml"), policy(policy));
  }

  private String gateway() {
    return """
        # Where the proxy of the cluster %s takes traffic.
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata:
          name: demo
        spec:
          gatewayClassName: fairlead
          addresses:
            - type: IPAddress
              value: %s
          listeners:
            - name: http
              protocol: HTTP
              port: %d
        """
        .formatted(topology.caller(), host(listener), listener.getPort());
  }

  private static String route() {
    return """
        # What is led where.
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata:
          name: %1$s
        spec:
          parentRefs:
            - name: demo
          hostnames: ["%2$s"]
          rules:
            - matches:
                - path:
                    type: PathPrefix
                    value: /
              backendRefs:
                - name: %1$s
        """
        .formatted(SERVICE, HOST);
  }

  private String service() {
    StringBuilder text =
        new StringBuilder(
            """
            # The replicas in each cluster. Those of other clusters are reached through the relay,
            # which delays and counts.
            apiVersion: fairlead.dev/v1alpha1
            kind: ServiceEndpoints
            metadata:
              name: %s
            spec:
              clusters:
            """
                .formatted(SERVICE));
    for (Topology.Cluster cluster : topology.clusters()) {
      String addresses =
          endpoints.getOrDefault(cluster.id(), List.of()).stream()
              .map(address -> '"' + host(address) + ':' + address.getPort() + '"')
              .collect(Collectors.joining(", "));
      text.append("    - cluster: ").append(cluster.id()).append('\n');
      text.append("      addresses: [").append(addresses).append("]\n");
    }
    return text.toString();
  }

  private String clusters() {
    return topology.clusters().stream()
        .map(
            cluster ->
                """
                apiVersion: fairlead.dev/v1alpha1
                kind: ClusterProfile
                metadata:
                  name: %s
                spec:
                  local: %s
                  locality:
                    region: %s
                    zone: %s
                """
                    .formatted(
                        cluster.id(),
                        cluster.id().equals(topology.caller()),
                        cluster.region(),
                        cluster.zone()))
        .collect(Collectors.joining("---\n"));
  }

  private String prices() {
    StringBuilder text =
        new StringBuilder(
            """
            # An example, of the size of public prices between regions of one continent.
            apiVersion: fairlead.dev/v1alpha1
            kind: PriceSheet
            metadata:
              name: example
            spec:
              prices:
            """);
    for (Topology.Link link : topology.links()) {
      text.append(
          String.format(
              Locale.ROOT,
              "    - from: {region: %s}%n      to: {region: %s}%n      dollarsPerGiB: %s%n"
                  + "      symmetric: true%n",
              region(link.from()),
              region(link.to()),
              link.dollarsPerGiB()));
    }
    return text.toString();
  }

  private String region(String cluster) {
    return topology.clusters().stream()
        .filter(each -> each.id().equals(cluster))
        .map(Topology.Cluster::region)
        .findFirst()
        .orElseThrow();
  }

  private static String policy(DemoPolicy policy) {
    return switch (policy) {
      case EVEN ->
          """
          # Round robin over all endpoints, near and far alike. No steering.
          apiVersion: fairlead.dev/v1alpha1
          kind: TrafficPolicy
          metadata:
            name: even
          spec:
            targetRefs:
              - kind: Service
                name: %s
            balancer:
              policy: round-robin
            locality:
              mode: failover
              preference: []
          """
              .formatted(SERVICE);
      case L3 ->
          """
          # L3 as published: weights between clusters each 5 s, no change control; peak EWMA inside.
          apiVersion: fairlead.dev/v1alpha1
          kind: TrafficObjective
          metadata:
            name: l3
          spec:
            targetRefs:
              - kind: Service
                name: %1$s
            policy: l3
            mode: drive
            period: 5s
            changeControl:
              enabled: false
          ---
          apiVersion: fairlead.dev/v1alpha1
          kind: TrafficPolicy
          metadata:
            name: l3
          spec:
            targetRefs:
              - kind: Service
                name: %1$s
            balancer:
              policy: peak-ewma
          """
              .formatted(SERVICE);
      case DEFAULT ->
          """
          # What Fairlead does by default, once it is told to drive.
          apiVersion: fairlead.dev/v1alpha1
          kind: TrafficObjective
          metadata:
            name: default
          spec:
            targetRefs:
              - kind: Service
                name: %s
            mode: drive
            period: 1s
          """
              .formatted(SERVICE);
    };
  }

  private static String host(InetSocketAddress address) {
    return address.getAddress().getHostAddress();
  }
}
