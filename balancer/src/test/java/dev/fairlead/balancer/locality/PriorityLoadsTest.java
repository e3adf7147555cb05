package dev.fairlead.balancer.locality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorityLoadsTest {
  private static final int MILLION = 1_000_000;

  /** Priorities of 100 hosts each, written as healthy or healthy+degraded percent. */
  private static List<HostCounts> hundreds(String written) {
    return Arrays.stream(written.split("/"))
        .map(each -> (each + "+0").split("\\+"))
        .map(each -> new HostCounts(100, Integer.parseInt(each[0]), Integer.parseInt(each[1])))
        .toList();
  }

  private static String healthy(PriorityLoads loads) {
    return IntStream.range(0, loads.size())
        .mapToObj(i -> loads.healthy(i) + (loads.panics(i) ? "!" : ""))
        .collect(Collectors.joining("/"));
  }

  private static String degraded(PriorityLoads loads) {
    return IntStream.range(0, loads.size())
        .mapToObj(i -> String.valueOf(loads.degraded(i)))
        .collect(Collectors.joining("/"));
  }

  private static int sum(PriorityLoads loads) {
    return IntStream.range(0, loads.size()).map(i -> loads.healthy(i) + loads.degraded(i)).sum();
  }

  @ParameterizedTest(name = "healthy {0} → load {1}, ! panics")
  @CsvSource({
    "100/100, 100/0",
    "72/72, 100/0",
    "71/71, 99/1",
    "50/50, 70/30",
    "50/60, 70/30",
    "25/100, 35/65",
    "25/25, 50!/50!",
    "0/100, 0/100",
    "0/0, 50!/50!",
    "25/25/100, 35/35/30",
    "71/71/71, 99/1/0",
    "0/25/100, 0/35/65",
    "5/65, 8!/92", // 7 of 98 and 91 of 98 leave one point, which is the first's
    "49/0, 50!/50!",
    "100, 100",
    "10, 100!",
  })
  void spillsByHealth(String percent, String loads) {
    assertThat(healthy(PriorityLoads.of(hundreds(percent)))).isEqualTo(loads);
  }

  @ParameterizedTest(name = "healthy+degraded {0} → healthy {1}, degraded {2}")
  @CsvSource({
    "0+100/100, 0/100, 0/0",
    "50+50/0, 70/0, 30/0",
    "0+100/0, 0/0, 100/0",
    "0+100, 0, 100",
    "30+30/0+20, 42/0, 42/16",
    "10+20/10+20, 50!/50!, 0/0",
  })
  void degradedHostsGetWhatHealthyOnesLeave(String percent, String healthy, String degraded) {
    PriorityLoads loads = PriorityLoads.of(hundreds(percent));
    assertThat(healthy(loads)).isEqualTo(healthy);
    assertThat(degraded(loads)).isEqualTo(degraded);
  }

  @Test
  void theRoundingRemainderGoesToTheFirstPriorityWithHealth() {
    // Envoy's own example: 10/20/10 healthy and 20/10/0 degraded, of 70 in all.
    PriorityLoads loads = PriorityLoads.of(hundreds("10+20/20+10/10+0"), 100, 0);
    assertThat(healthy(loads)).isEqualTo("16/28/14");
    assertThat(degraded(loads)).isEqualTo("28/14/0");
    assertThat(healthy(PriorityLoads.of(hundreds("0/10/10/10"), 100, 0))).isEqualTo("0/34/33/33");
  }

  @Test
  void noHostsAreSkippedAndAllPanicDividesByHosts() {
    assertThat(healthy(PriorityLoads.of(counts(0, 0, 10, 10)))).isEqualTo("0/100");
    assertThat(healthy(PriorityLoads.of(counts(0, 0, 10, 0)))).isEqualTo("0!/100!");
    assertThat(healthy(PriorityLoads.of(counts(10, 1, 30, 2)))).isEqualTo("25!/75!");
    assertThat(healthy(PriorityLoads.of(counts(1, 0, 1, 0, 1, 0)))).isEqualTo("34!/33!/33!");
  }

  @Test
  void withoutAnyHostThereIsNoLoad() {
    for (List<HostCounts> none : List.of(List.<HostCounts>of(), counts(0, 0), counts(0, 0, 0, 0))) {
      PriorityLoads loads = PriorityLoads.of(none);
      assertThat(sum(loads)).isZero();
      assertThat(loads.draw(0)).isEqualTo(Integer.MIN_VALUE);
    }
  }

  @Test
  void panicCanBeSwitchedOff() {
    PriorityLoads loads = PriorityLoads.of(counts(0, 0, 10, 0), 140, 0);
    assertThat(healthy(loads)).isEqualTo("0/100");
    assertThat(healthy(PriorityLoads.of(hundreds("25/25"), 140, 0))).isEqualTo("50/50");
    assertThat(healthy(PriorityLoads.of(hundreds("5/20"), 140, 0))).isEqualTo("20/80");
  }

  @Test
  void aShareOfExactlyTheThresholdDoesNotPanic() {
    assertThat(PriorityLoads.of(counts(6, 3)).panics(0)).isFalse();
    assertThat(PriorityLoads.of(counts(7, 3)).panics(0)).isTrue();
  }

  @Test
  void aDrawFindsEachPriorityAsOftenAsItsLoadSays() {
    PriorityLoads loads = PriorityLoads.of(hundreds("30+30/0+20"));
    int[] seen = new int[4];
    for (int percentile = 0; percentile < 100; percentile++) {
      int drawn = loads.draw(percentile);
      seen[drawn >= 0 ? drawn : 2 + (-1 - drawn)]++;
    }
    assertThat(seen)
        .containsExactly(loads.healthy(0), loads.healthy(1), loads.degraded(0), loads.degraded(1));
  }

  @Test
  void loadsSumTo100AndTheFirstOnlyGainsByMoreHealth() {
    SplittableRandom random = new SplittableRandom(Seed.value());
    for (int run = 0; run < 20_000; run++) {
      int n = random.nextInt(1, run % 10 == 0 ? 65 : 4);
      int largest = run % 3 == 0 ? MILLION : 12;
      List<HostCounts> counts = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        int hosts = random.nextInt(0, largest + 1);
        int healthy = random.nextInt(0, hosts + 1);
        counts.add(new HostCounts(hosts, healthy, random.nextInt(0, hosts - healthy + 1)));
      }
      PriorityLoads loads = PriorityLoads.of(counts);
      boolean any = counts.stream().anyMatch(each -> each.hosts() > 0);
      assertThat(sum(loads)).as("%s, %s", counts, Seed.replay()).isEqualTo(any ? 100 : 0);

      HostCounts first = counts.get(0);
      int room = first.hosts() - first.healthy() - first.degraded();
      if (room > 0 && !allPanic(loads)) {
        int more = first.healthy() + random.nextInt(1, room + 1);
        counts.set(0, new HostCounts(first.hosts(), more, first.degraded()));
        assertThat(PriorityLoads.of(counts).healthy(0))
            .as("%s with %s healthy before, %s", counts, first.healthy(), Seed.replay())
            .isGreaterThanOrEqualTo(loads.healthy(0));
      }
    }
  }

  @Test
  void endingATotalPanicIsTheOneStepDown() {
    assertThat(healthy(PriorityLoads.of(counts(100, 30, 3, 1)))).isEqualTo("98!/2!");
    assertThat(healthy(PriorityLoads.of(counts(100, 40, 3, 1)))).isEqualTo("56/44");
  }

  @Test
  void manyHostsInManyPrioritiesDoNotOverflow() {
    HostCounts full = new HostCounts(Integer.MAX_VALUE, Integer.MAX_VALUE, 0);
    HostCounts dead = new HostCounts(Integer.MAX_VALUE, 0, 0);
    List<HostCounts> fulls = Collections.nCopies(64, full);
    List<HostCounts> deads = Collections.nCopies(64, dead);
    assertThat(PriorityLoads.of(fulls, 100_000, 100).healthy(0)).isEqualTo(100);
    assertThat(PriorityLoads.of(deads).healthy(0)).isEqualTo(100 - 63);
    assertThat(sum(PriorityLoads.of(deads))).isEqualTo(100);
  }

  @Test
  void refusesWhatIsNoCountAndNoPercent() {
    for (int[] bad : new int[][] {{-1, 0, 0}, {1, -1, 0}, {1, 0, -1}, {1, 2, 0}, {1, 1, 1}}) {
      assertThatThrownBy(() -> new HostCounts(bad[0], bad[1], bad[2]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new HostCounts(5, Integer.MAX_VALUE, Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
    for (int[] bad : new int[][] {{99, 50}, {100_001, 50}, {140, -1}, {140, 101}}) {
      assertThatThrownBy(() -> PriorityLoads.of(List.of(), bad[0], bad[1]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static boolean allPanic(PriorityLoads loads) {
    return IntStream.range(0, loads.size()).allMatch(loads::panics);
  }

  /** Hosts and healthy ones of each priority. */
  private static List<HostCounts> counts(int... pairs) {
    return IntStream.range(0, pairs.length / 2)
        .mapToObj(i -> new HostCounts(pairs[2 * i], pairs[2 * i + 1]))
        .toList();
  }
}
