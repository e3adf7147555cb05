package dev.fairlead.discovery.resolve;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.discovery.Here;
import dev.fairlead.discovery.document.Document;
import dev.fairlead.discovery.document.PriceSheetDocument;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.cost.PriceList.Price;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    RouteConfig routes = new Listeners(index).attach(new Routes(index, services));
    SortedMap<ServiceName, ServiceConfig> configured = services.configure();
    return new Configuration(
        clusters.caller(),
        routes,
        configured,
        List.copyOf(clusters.byId().values()),
        prices(index));
  }

  private static PriceList prices(Index index) {
    Map<List<Locality>, Located<Price>> byPair = new HashMap<>();
    List<Located<Price>> all =
        index.all(PriceSheetDocument.class).stream()
            .flatMap(sheet -> sheet.prices().stream())
            .toList();
    for (Located<Price> price : all) {
      Located<Price> first =
          byPair.putIfAbsent(List.of(price.read().from(), price.read().to()), price);
      // A part that is wrong reads as unknown and proves nothing.
      if (first != null && !price.read().from().region().isEmpty()) {
        price
            .at()
            .problem(
                "a second price from " + price.read().from() + " to " + price.read().to(),
                "the first is at " + first.at().where());
      }
    }
    return new PriceList(all.stream().map(Located::read).toList());
  }
}
