package dev.fairlead.app.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Configuration.ServiceConfig;
import dev.fairlead.route.RouteConfig;
import dev.fairlead.steering.cost.PriceList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class InForceTest {
  private static final ServiceName SHOP = new ServiceName("default", "shop");
  private static final Locality US = new Locality("us-east", "", "");

  private static InForce inForce() {
    Place east = new Place("east", US, "", "");
    ServiceName mirror = new ServiceName("default", "shop-east");
    TreeMap<ServiceName, ServiceConfig> services = new TreeMap<>();
    services.put(
        mirror,
        new ServiceConfig(
            mirror,
            BalancerPolicy.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.of("east")));
    return new InForce(
        1,
        0,
        new Configuration(
            Place.UNKNOWN,
            RouteConfig.EMPTY,
            services,
            List.of(
                new Configuration.Cluster("east", east, false, new TreeMap<>(), Optional.empty())),
            PriceList.FREE),
        new TreeMap<>());
  }

  @Test
  void aMirrorIsWhereItsClusterIs() {
    assertThat(inForce().localityOf(SHOP, "east")).isEqualTo(US);
    assertThat(inForce().localityOf(SHOP, "shop-east")).isEqualTo(US);
    assertThat(inForce().localityOf(new ServiceName("other", "shop"), "shop-east"))
        .isEqualTo(Locality.UNKNOWN);
  }

  @Test
  void whoDoesNotKnowItsOwnClusterIsNowhereKnown() {
    assertThat(inForce().localityOf(SHOP, "")).isEqualTo(Locality.UNKNOWN);
  }
}
