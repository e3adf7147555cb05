package dev.fairlead.kubernetes.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.enforce.SplitReader.Head;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects as splits, shares as weights, weights as patches. */
class WeighingTest {
  private static Split read(TargetKind kind, String spec) {
    Head head =
        new Head(
            new ObjectName(kind.kind(), "shop", "web"),
            kind.group() + "/" + kind.versions().getFirst(),
            "uid",
            "2026-11-22T00:00:00Z",
            "7",
            Map.of(OptIn.L3_KEY, "x"),
            "");
    return SplitReader.read(kind, head, Serialization.unmarshal(spec, Map.class)).orElseThrow();
  }

  private static Map<String, WrittenWeight> weigh(Split split, Map<String, Double> shares) {
    return Weighing.of(split, Optional.empty(), Splits.plan(shares)).orElseThrow().weights();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "1, 1",
        "0, 0",
        "`\"900m\"`, 0.9",
        "`\"1\"`, 1",
        "`\"2k\"`, 2000",
        "`\"1Ki\"`, 1024",
        "`\"0.5\"`, 0.5",
        "`\"1e3\"`, 1000",
        "1.5, 1.5",
        "`\"250u\"`, 0.00025"
      })
  void aWeightIsWorth(String json, double value) {
    assertThat(new WrittenWeight(json).value()).hasValue(value);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`\"-1\"`",
        "-1",
        "`\"\"`",
        "`\"m\"`",
        "`\"1x\"`",
        "`\"NaN\"`",
        "`\"1e999999999\"`",
        "`{}`",
        "`\"1e-999999999\"`",
        "`\"0x10\"`"
      })
  void noWeightIs(String json) {
    assertThat(new WrittenWeight(json).value()).isEmpty();
  }

  @Test
  void weightsSumToTheSameWhateverIsSplit() {
    long seed = Long.getLong("seed", 20261122L);
    for (int run = 0; run < 2000; run++) {
      Random random = new Random(seed + run);
      Map<String, Double> shares = new LinkedHashMap<>();
      StringBuilder backends = new StringBuilder();
      int count = random.nextInt(2, 40);
      double sum = 0;
      for (int i = 0; i < count; i++) {
        double share = random.nextInt(3) == 0 ? 0 : Math.pow(random.nextDouble(), 8);
        shares.put("b" + i, share);
        sum += share;
        backends
            .append(i == 0 ? "" : ",")
            .append("{\"service\":\"b%d\",\"weight\":1}".formatted(i));
      }
      shares.merge("b0", 1e-9, Double::sum);
      sum += 1e-9;
      Split split =
          read(
              TargetKind.TRAFFIC_SPLIT,
              "{\"service\":\"web\",\"backends\":[%s]}".formatted(backends));

      Map<String, WrittenWeight> weights = weigh(split, shares);

      double total = 0;
      for (Map.Entry<String, WrittenWeight> each : weights.entrySet()) {
        double weight = each.getValue().value().orElseThrow();
        double share = shares.get(each.getKey());
        assertThat(weight > 0).as("-Dseed=%s %s", seed + run, each).isEqualTo(share > 0);
        // One for being there at all, one for the remainder.
        assertThat(weight)
            .as("-Dseed=%s %s", seed + run, each)
            .isBetween(share / sum * 10_000 - count, share / sum * 10_000 + 2);
        total += weight;
      }
      assertThat(total).as("-Dseed=%s", seed + run).isEqualTo(10_000);
    }
  }

  @Test
  void aPatchChangesWeightsAndNothingElse() {
    Split split =
        read(
            TargetKind.TRAFFIC_SPLIT,
            """
            {"service":"web","backends":[{"service":"a","weight":"900m"},{"service":"b","weight":5}]}
            """);

    SplitPatch patch =
        SplitPatch.of(
                split,
                Map.of("a", WrittenWeight.of(7), "b", WrittenWeight.of(5)),
                Optional.of(new OptIn(OptIn.L3_KEY, "x")))
            .orElseThrow();

    assertThat(patch.json())
        .isEqualTo(
            """
            [{"op":"replace","path":"/metadata/resourceVersion","value":"7"},\
            {"op":"test","path":"/metadata/labels/least-latency.oliviermichaelis.dev~1controlled-by"\
            ,"value":"x"},\
            {"op":"test","path":"/spec/backends/0/service","value":"a"},\
            {"op":"replace","path":"/spec/backends/0/weight","value":7}]\
            """);
    assertThat(patch.needsQuantities()).isTrue();
    assertThat(SplitPatch.of(split, split.weights(), Optional.empty())).isEmpty();
  }

  @Test
  void eachRuleOfARouteIsSplitByTheSharesOfItsOwnBackends() {
    Split route =
        read(
            TargetKind.HTTP_ROUTE,
            """
            {"rules":[
              {"backendRefs":[{"name":"a"},{"name":"b","weight":3}]},
              {"backendRefs":[{"name":"only","weight":4}]},
              {"filters":[]},
              {"backendRefs":[{"name":"b","port":80},{"name":"b","port":81},
                              {"name":"far","namespace":"mall"}]}]}
            """);

    assertThat(route.led().weights().keySet()).containsExactly("a", "b", "only", "mall/far");
    assertThat(weigh(route, Map.of("a", 0.1, "b", 0.4, "mall/far", 0.5)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "rules/0/a", WrittenWeight.of(2000),
                "rules/0/b", WrittenWeight.of(8000),
                "rules/3/b", WrittenWeight.of(2222),
                "rules/3/b#2", WrittenWeight.of(2222),
                "rules/3/mall/far", WrittenWeight.of(5556)));
  }

  @Test
  void aRouteWithoutAWeightGetsOneAndLosesItAgain() {
    Split route =
        read(
            TargetKind.HTTP_ROUTE,
            "{\"rules\":[{\"backendRefs\":[{\"name\":\"a\"},{\"name\":\"b\"}]}]}");
    SplitPatch there =
        SplitPatch.of(route, Map.of("rules/0/a", WrittenWeight.of(3)), Optional.empty())
            .orElseThrow();
    assertThat(there.json())
        .contains("{\"op\":\"add\",\"path\":\"/spec/rules/0/backendRefs/0/weight\",\"value\":3}");

    Split led =
        read(
            TargetKind.HTTP_ROUTE,
            "{\"rules\":[{\"backendRefs\":[{\"name\":\"a\",\"weight\":3},{\"name\":\"b\"}]}]}");
    SplitPatch back = SplitPatch.of(led, route.weights(), Optional.empty()).orElseThrow();
    assertThat(back.json())
        .contains("{\"op\":\"remove\",\"path\":\"/spec/rules/0/backendRefs/0/weight\"}");
  }

  @Test
  void whatIsNoSplitIsNotRead() {
    Head head =
        new Head(new ObjectName("TrafficSplit", "shop", "web"), "", "", "", "", Map.of(), "");
    for (String spec :
        List.of(
            "{}",
            "{\"service\":\"web\"}",
            "{\"service\":\"web\",\"backends\":[]}",
            "{\"service\":\"web\",\"backends\":[{\"weight\":1}]}",
            "{\"service\":\"web\",\"backends\":[7]}",
            "{\"service\":3,\"backends\":[{\"service\":\"a\",\"weight\":1}]}",
            "{\"service\":\"web\",\"backends\":{\"a\":1}}")) {
      assertThat(
              SplitReader.read(
                  TargetKind.TRAFFIC_SPLIT, head, Serialization.unmarshal(spec, Map.class)))
          .as(spec)
          .isEmpty();
    }
    assertThat(SplitReader.read(TargetKind.TRAFFIC_SPLIT, head, null)).isEmpty();
  }
}
