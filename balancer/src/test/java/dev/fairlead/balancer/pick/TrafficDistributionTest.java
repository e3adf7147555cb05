package dev.fairlead.balancer.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficDistributionTest {
  private static Place place(String region, String zone, String node) {
    return new Place("c", new Locality(region, zone, ""), node, "");
  }

  @ParameterizedTest(name = "{0}: same node {1}, same zone {2}, same region {3}, elsewhere {4}")
  @CsvSource({
    "PreferClose, 0, 0, 1, 2",
    "PreferSameZone, 0, 0, 1, 2",
    "PreferSameNode, 0, 1, 2, 3"
  })
  void ranksTheNearFirst(String id, int node, int zone, int region, int elsewhere) {
    LocalityPolicy policy = TrafficDistribution.of(id).orElseThrow().policy();
    Place caller = place("r", "z", "n");
    assertThat(policy.mode()).isEqualTo(LocalityPolicy.Mode.FAILOVER);
    assertThat(policy.priority(caller, place("r", "z", "n"))).isEqualTo(node);
    assertThat(policy.priority(caller, place("r", "z", "x"))).isEqualTo(zone);
    assertThat(policy.priority(caller, place("r", "x", "n"))).isEqualTo(region);
    assertThat(policy.priority(caller, place("x", "z", "n"))).isEqualTo(elsewhere);
  }

  @Test
  void anUnknownValueIsIgnored() {
    assertThat(TrafficDistribution.of("preferclose")).isEmpty();
    assertThat(TrafficDistribution.of("")).isEmpty();
  }
}
