package dev.fairlead.balancer.locality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.balancer.Seed;
import dev.fairlead.balancer.locality.LocalityShares.Weighted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalitySharesTest {
  private static Weighted weighted(double weight, int hosts, int healthy) {
    return new Weighted(weight, new HostCounts(hosts, healthy));
  }

  /** Localities written weight:healthy/hosts. */
  private static LocalityShares shares(String written) {
    return LocalityShares.of(
        Arrays.stream(written.split(" "))
            .map(each -> each.split("[:/]"))
            .map(
                part ->
                    weighted(
                        Double.parseDouble(part[0]),
                        Integer.parseInt(part[2]),
                        Integer.parseInt(part[1])))
            .toList());
  }

  @ParameterizedTest(name = "{0} → {1} %")
  @CsvSource({
    "1:50/100 2:100/100, 26 74",
    "1:100/100 2:100/100, 33 67",
    "1:72/100 2:100/100, 33 67", // 1.4 × 72 % is enough for the whole weight
    "1:0/100 2:100/100, 0 100",
    "1:0/0 2:1/1, 0 100",
    "0:5/5 2:1/100, 0 100",
    "80:10/10 20:10/10, 80 20",
    "1:50/100 1:50/100, 50 50",
    "1:0/3 3:0/1, 25 75", // no health anywhere: by weight
    "1:0/3 3:0/0, 100 0",
    "0:0/3 0:3/3, 0 0",
  })
  void scalesEachWeightByItsHealth(String localities, String percent) {
    LocalityShares shares = shares(localities);
    String rounded =
        String.join(
            " ",
            IntStream.range(0, shares.size())
                .mapToObj(i -> String.valueOf(Math.round(100 * shares.share(i))))
                .toList());
    assertThat(rounded).isEqualTo(percent);
  }

  @Test
  void panicsWhereNoWeightedLocalityHasAHealthyHost() {
    assertThat(shares("1:0/3 3:0/1").panics()).isTrue();
    assertThat(shares("1:0/3 0:1/1").panics()).isTrue();
    assertThat(shares("1:0/3 3:1/1").panics()).isFalse();
    assertThat(shares("1:0/0 3:0/0").panics()).isFalse();
  }

  @Test
  void sharesSumTo1AndHealthNeverTakesFromItsLocality() {
    SplittableRandom random = new SplittableRandom(Seed.value());
    for (int run = 0; run < 5_000; run++) {
      List<Weighted> localities = new ArrayList<>();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        int hosts = random.nextInt(1, 1_000_000);
        double weight = random.nextInt(9) == 0 ? Double.MAX_VALUE : random.nextDouble(1e-3, 1e6);
        localities.add(weighted(weight, hosts, random.nextInt(1, hosts + 1)));
      }
      LocalityShares shares = LocalityShares.of(localities);
      double sum = IntStream.range(0, shares.size()).mapToDouble(shares::share).sum();
      assertThat(sum).as("%s, %s", localities, Seed.replay()).isCloseTo(1, within(1e-9));
      Weighted first = localities.get(0);
      localities.set(0, weighted(first.weight(), first.counts().hosts(), first.counts().hosts()));
      assertThat(LocalityShares.of(localities).share(0))
          .as("%s, %s", localities, Seed.replay())
          .isGreaterThanOrEqualTo(shares.share(0) - 1e-12);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void aWeightThatIsNoneIsRefused(double weight) {
    assertThatThrownBy(() -> weighted(weight, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(String.valueOf(weight));
  }

  @Test
  void aFactorBelow100IsRefused() {
    assertThatThrownBy(() -> LocalityShares.of(List.of(), 99))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
