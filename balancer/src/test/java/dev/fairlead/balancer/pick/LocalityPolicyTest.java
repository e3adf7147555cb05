package dev.fairlead.balancer.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalityPolicyTest {
  private static final Place CALLER = place("c/r/z/s/n/net");

  /** A place written cluster/region/zone/sub-zone/node/network; {@code -} is empty. */
  private static Place place(String written) {
    String[] part = written.replace("-", "").split("/", -1);
    return new Place(part[0], new Locality(part[1], part[2], part[3]), part[4], part[5]);
  }

  private static LocalityPolicy policy(String scopes) {
    List<LocalityPolicy.Scope> preference =
        scopes.isEmpty()
            ? List.of()
            : Arrays.stream(scopes.split(" ")).map(LocalityPolicy.Scope::valueOf).toList();
    return new LocalityPolicy(LocalityPolicy.Mode.FAILOVER, preference);
  }

  @ParameterizedTest(name = "[{0}] {1} has priority {2}")
  @CsvSource({
    "REGION ZONE, x/r/z/x/x/x, 0",
    "REGION ZONE, x/r/x/x/x/x, 1",
    "REGION ZONE, x/x/x/x/x/x, 2",
    "REGION ZONE, x/x/z/x/x/x, 2", // the same zone name in another region is another zone
    "REGION ZONE SUBZONE NODE, x/r/z/s/n/x, 0",
    "REGION ZONE SUBZONE NODE, x/r/z/s/x/x, 1",
    "REGION ZONE SUBZONE NODE, x/r/z/x/n/x, 2",
    "REGION ZONE SUBZONE NODE, x/r/x/s/n/x, 3",
    "REGION ZONE SUBZONE NODE, x/x/z/s/n/x, 4",
    "CLUSTER, c/x/x/x/x/x, 0",
    "CLUSTER, x/r/z/s/n/net, 1",
    "NETWORK, x/x/x/x/x/net, 0",
    "NETWORK, x/x/x/x/x/x, 1",
    "NETWORK REGION ZONE, x/r/z/x/x/net, 0",
    "NETWORK REGION ZONE, x/r/x/x/x/net, 1",
    "NETWORK REGION ZONE, x/x/z/x/x/net, 2",
    "NETWORK REGION ZONE, x/r/z/x/x/x, 3",
    "NETWORK REGION ZONE, x/r/x/x/x/x, 4",
    "NETWORK REGION ZONE, x/x/x/x/x/x, 5",
    "REGION NETWORK, x/r/x/x/x/x, 1", // network elsewhere than first is a scope like others
    "REGION NETWORK, x/x/x/x/x/net, 2",
  })
  void ranks(String scopes, String endpoint, int priority) {
    assertThat(policy(scopes).priority(CALLER, place(endpoint))).isEqualTo(priority);
  }

  @Test
  void withoutAPreferenceAllAreEquallyNear() {
    assertThat(policy("").priority(CALLER, CALLER)).isZero();
    assertThat(policy("").priority(CALLER, place("x/x/x/x/x/x"))).isZero();
  }

  @Test
  void anEmptyPartEqualsAnEmptyOneAndNoOther() {
    assertThat(policy("REGION ZONE").priority(Place.UNKNOWN, Place.UNKNOWN)).isZero();
    assertThat(policy("REGION ZONE").priority(Place.UNKNOWN, CALLER)).isEqualTo(2);
    assertThat(policy("REGION ZONE").priority(CALLER, place("c/r/-/s/n/net"))).isEqualTo(1);
  }
}
