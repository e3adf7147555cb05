package dev.fairlead.discovery.resolve;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.discovery.Here;
import dev.fairlead.discovery.document.Document;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.route.UpstreamTls;
import java.util.List;
import java.util.SortedMap;

/** Resolves all documents together. */
public final class Resolution {
  private Resolution() {}

  /**
   * Links the documents; what does not fit is reported to their problems.
   *
   * @param here what the process knows of itself
   * @return to be used only if there is no problem
   */
  public static Configuration resolve(List<Document> documents, Here here, Problems problems) {
    Index index = new Index(documents);
    Clusters clusters = new Clusters(index, here.cluster(), problems);
    Services services = new Services(index, clusters, here.client());
    Grants grants = new Grants(index);
    Certificates certificates = new Certificates(index, grants);
    Listeners listeners = new Listeners(index, certificates);
    listeners.attach(new Routes(index, services, grants));
    SortedMap<ServiceName, UpstreamTls> upstreams = services.tls(certificates);
    RouteConfig routes =
        new RouteConfig(
            listeners.requests(),
            listeners.tunnels(),
            upstreams,
            services.checks(upstreams),
            services.treatments(upstreams),
            certificates.credentials());
    SortedMap<ServiceName, ServiceConfig> configured = services.configure();
    return new Configuration(
        clusters.caller(),
        routes,
        configured,
        List.copyOf(clusters.byId().values()),
        Prices.resolve(index),
        certificates.files());
  }
}
