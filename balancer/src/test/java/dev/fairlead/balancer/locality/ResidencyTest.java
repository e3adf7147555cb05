package dev.fairlead.balancer.locality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.Place;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResidencyTest {
  private static final Place PLACE =
      new Place("east-1", new Locality("us-east", "b", "rack-7"), "n", "net");

  private static Residency localities(String... written) {
    return new Residency(
        Set.of(),
        Arrays.stream(written).map(LocalityPattern::parse).collect(Collectors.toSet()),
        Set.of());
  }

  @Test
  void emptyForbidsNothing() {
    assertThat(Residency.ANYWHERE.forbids(PLACE)).isFalse();
    assertThat(Residency.ANYWHERE.forbids(Place.UNKNOWN)).isFalse();
  }

  @ParameterizedTest(name = "{0} forbids us-east/b/rack-7: {1}")
  @CsvSource({
    "us-east, true",
    "us-*, true",
    "*, true",
    "us-east/b, true",
    "us-east/b/rack-7, true",
    "us-east/b/rack-*, true",
    "*/b, true",
    "us-west, false",
    "us-eas, false",
    "us-east-*, false",
    "eu-*, false",
    "us-west/b, false", // the same zone name in another region is another zone
    "us-east/a, false",
    "us-east/b/rack-8, false",
  })
  void localitiesAreMatchedPartByPart(String pattern, boolean forbidden) {
    assertThat(localities(pattern).forbids(PLACE)).isEqualTo(forbidden);
    assertThat(localities("nowhere", pattern).forbids(PLACE)).isEqualTo(forbidden);
  }

  @Test
  void clustersAndNetworksAreForbiddenByName() {
    assertThat(new Residency(Set.of("east-1"), Set.of(), Set.of()).forbids(PLACE)).isTrue();
    assertThat(new Residency(Set.of("east-*"), Set.of(), Set.of()).forbids(PLACE)).isTrue();
    assertThat(new Residency(Set.of("east"), Set.of(), Set.of()).forbids(PLACE)).isFalse();
    assertThat(new Residency(Set.of(), Set.of(), Set.of("net")).forbids(PLACE)).isTrue();
    assertThat(new Residency(Set.of(), Set.of(), Set.of("other")).forbids(PLACE)).isFalse();
  }

  @Test
  void whatIsUnknownMayBeTheForbiddenPlace() {
    assertThat(localities("us-east").forbids(Place.UNKNOWN)).isTrue();
    Place zoneUnknown = new Place("c", new Locality("us-east", "", ""), "", "");
    assertThat(localities("us-east/b").forbids(zoneUnknown)).isTrue();
    assertThat(localities("us-west/b").forbids(zoneUnknown)).isFalse();
    assertThat(new Residency(Set.of("east-1"), Set.of(), Set.of()).forbids(Place.UNKNOWN)).isTrue();
    assertThat(new Residency(Set.of(), Set.of(), Set.of("net")).forbids(Place.UNKNOWN)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a//c", "*a", "a*b", "a/b/c/d", "a/**"})
  void aPatternThatMeansNothingIsRefused(String written) {
    assertThatThrownBy(() -> LocalityPattern.parse(written))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEmptyClusterPatternIsRefused() {
    assertThatThrownBy(() -> new Residency(Set.of(""), Set.of(), Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
