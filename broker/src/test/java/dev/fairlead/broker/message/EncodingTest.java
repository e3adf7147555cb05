package dev.fairlead.broker.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.broker.Seeds;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class EncodingTest {
  @Test
  void whatIsWrittenIsRead() {
    long seed = Seeds.base();
    Random random = new Random(seed);
    for (int run = 0; run < 2000; run++) {
      Message message = any(random);
      byte[] bytes = message.encode();
      assertThat(Message.decode(bytes)).as("-Dseed=" + seed + " run " + run).isEqualTo(message);
      assertThat(message.encodedBytes()).isEqualTo(bytes.length);
    }
  }

  /** The format must not change without a new version. */
  @Test
  void theFormatIsTheDocumentedOne() {
    EpochAnswer answer =
        new EpochAnswer(
            "west",
            new EpochId(3, 300, "b"),
            EpochAnswer.Verdict.OLDER_TERM,
            new EpochId(4, 1, "b"),
            "fenced");
    assertThat(HexFormat.of().formatHex(answer.encode()))
        .isEqualTo("0104" + "000477657374" + "03ac02000162" + "02" + "040102" + "0666656e636564");
    assertThat(EpochAnswer.Verdict.values())
        .extracting(Enum::name)
        .containsExactly(
            "ACCEPTED", "OLDER", "OLDER_TERM", "OTHER_BROKER", "NOT_FOR_US", "MALFORMED");
    assertThat(ReportAnswer.Verdict.values())
        .extracting(Enum::name)
        .containsExactly(
            "ACCEPTED", "DUPLICATE", "OUT_OF_ORDER", "EARLIER_LIFE", "QUARANTINED", "NO_ROOM");
  }

  @Test
  void aRowTakesLittleMoreThanItsNumbers() {
    Random random = new Random(Seeds.base());
    List<Observation.Destination> rows = new ArrayList<>();
    for (int each = 0; each < 50; each++) {
      rows.add(
          new Observation.Destination("c" + each, true, 0, 1, 2, 3, 1, 4e6, 5e6, 6, 7, Double.NaN));
    }
    List<Observation> observations = new ArrayList<>();
    for (int each = 0; each < 20; each++) {
      observations.add(new Observation(key("s" + each, "c1"), random.nextInt(), rows));
    }
    ClusterReport report =
        new ClusterReport(
            "c1", 1, 1, 0, EpochId.NONE, Optional.empty(), observations, List.of(), Map.of());
    assertThat(report.encodedBytes() / 1000.0).isLessThan(8 * 4 + 7);
  }

  @Test
  void truncatedAndLongerBytesAreRefused() {
    long seed = Seeds.base();
    Random random = new Random(seed);
    for (int run = 0; run < 60; run++) {
      byte[] bytes = any(random).encode();
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> Message.decode(cut))
            .as("-Dseed=" + seed + " run " + run + " cut to " + length)
            .isInstanceOf(MalformedMessageException.class);
      }
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
      assertThatThrownBy(() -> Message.decode(longer))
          .isInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("1 bytes too many");
    }
  }

  @Test
  void hostileBytesThrowNothingElse() {
    long seed = Seeds.base();
    Random random = new Random(seed);
    int refused = 0;
    for (int run = 0; run < 100_000; run++) {
      byte[] bytes = random.nextInt(4) == 0 ? noise(random) : mutated(random, any(random).encode());
      try {
        Message read = Message.decode(bytes);
        assertThat(Message.decode(read.encode()).encode()).isEqualTo(read.encode());
      } catch (MalformedMessageException expected) {
        refused++;
      } catch (RuntimeException | Error other) {
        throw new AssertionError(
            "-Dseed=" + seed + " run " + run + " " + HexFormat.of().formatHex(bytes), other);
      }
    }
    assertThat(refused).isBetween(10_000, 99_999);
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    if (bytes.length > 1 && random.nextBoolean()) {
      bytes[0] = 1;
      bytes[1] = (byte) (1 + random.nextInt(4));
    }
    return bytes;
  }

  private static byte[] mutated(Random random, byte[] bytes) {
    for (int each = random.nextInt(4); each >= 0; each--) {
      int at = random.nextInt(bytes.length);
      bytes[at] =
          (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1 << random.nextInt(8));
    }
    return bytes;
  }

  @Test
  void whatIsRefusedIsSaid() {
    refused("", "ends too early");
    refused("0201", "version 2 of the format; this build speaks 1");
    refused("0109", "no kind of message is 9");
    refused("0102" + "0003" + "6162", "ends within a text");
    refused("0102" + "0001" + "ff", "not UTF-8");
    refused("0102" + "00" + "ffffffffffffffffff7f", "more than 64 bits");
    refused("0102" + "00" + "fe01", "254 bytes of text, where at most 253 may be");
    refused("0102" + "05", "5 names, where at most 0 may be");
    refused("0102" + "0000" + "01010000" + "00", "cluster without a name");
    refused("0102" + "000161" + "01010700" + "00", "7 as verdict");
    refused("0101" + "000161" + "010100" + "0000" + "0000" + "07", "neither yes nor no");
    refused(
        "0101" + "000161" + "010100" + "0000" + "0000" + "00" + "8010",
        "2048 observations in 0 bytes");
  }

  private static void refused(String hex, String why) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> Message.decode(bytes))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatIsTooLargeIsRefusedUnread() {
    assertThatThrownBy(() -> Message.decode(new byte[Limits.MESSAGE_BYTES + 1]))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("where at most");
  }

  @Test
  void aReasonThatIsTooLongIsCutBetweenCharacters() {
    EpochAnswer answer =
        new EpochAnswer(
            "a", EpochId.NONE, EpochAnswer.Verdict.OLDER, EpochId.NONE, "x" + "€".repeat(1000));
    assertThat(answer.why()).isEqualTo("x" + "€".repeat(341));
    assertThat(Message.decode(answer.encode())).isEqualTo(answer);
  }

  @Test
  void boundsHoldForMessagesThatWereNeverBytes() {
    List<Observation> tooMany =
        Collections.nCopies(Limits.KEYS + 1, new Observation(key("s", "a"), 0, List.of()));
    assertThatThrownBy(() -> report("a", tooMany))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("4097 observations, where at most 4096 may be");
    assertThatThrownBy(() -> report("a".repeat(254), List.of()))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("the name of cluster is longer than 253 bytes");
    assertThatThrownBy(() -> new EpochId(-1, 0, "a")).hasMessage("term -1 is not in [0, 2^53]");
  }

  private static ClusterReport report(String cluster, List<Observation> observations) {
    return new ClusterReport(
        cluster, 1, 1, 0, EpochId.NONE, Optional.empty(), observations, List.of(), Map.of());
  }

  private static TrafficKey key(String service, String cluster) {
    return new TrafficKey(new ServiceName("n", service), cluster, TrafficKey.ANY_CLASS);
  }

  private static Message any(Random random) {
    return switch (random.nextInt(4)) {
      case 0 ->
          new ClusterReport(
              name(random),
              number(random),
              number(random),
              random.nextLong(),
              id(random),
              echo(random),
              some(random, () -> observation(random)),
              some(random, () -> new Enforced(key(random), random.nextBoolean(), shares(random))),
              new TreeMap<>(named(random, () -> roundTrip(random))));
      case 1 ->
          new ReportAnswer(
              name(random),
              number(random),
              number(random),
              ReportAnswer.Verdict.values()[random.nextInt(6)],
              number(random),
              name(random));
      case 2 ->
          new PlanEpoch(
              id(random),
              name(random),
              random.nextLong(),
              number(random),
              echo(random),
              1 + number(random),
              some(random, () -> plan(random)),
              some(random, () -> observation(random)),
              ways(random));
      default ->
          new EpochAnswer(
              name(random),
              id(random),
              EpochAnswer.Verdict.values()[random.nextInt(6)],
              id(random),
              name(random));
    };
  }

  private static <T> List<T> some(Random random, Supplier<T> each) {
    List<T> some = new ArrayList<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      some.add(each.get());
    }
    return some;
  }

  private static <T> Map<String, T> named(Random random, Supplier<T> each) {
    Map<String, T> named = new LinkedHashMap<>();
    some(random, () -> named.put(name(random), each.get()));
    return named;
  }

  private static Map<Way, RoundTrip> ways(Random random) {
    Map<Way, RoundTrip> ways = new LinkedHashMap<>();
    some(random, () -> ways.put(new Way(name(random), name(random)), roundTrip(random)));
    return ways;
  }

  private static Map<String, Double> shares(Random random) {
    return named(random, () -> measured(random));
  }

  private static Plan plan(Random random) {
    return new Plan(
        key(random),
        some(
            random,
            () ->
                new Plan.Share(
                    name(random), random.nextGaussian(), measured(random), name(random))),
        random.nextDouble(),
        List.of());
  }

  private static Observation observation(Random random) {
    return new Observation(
        key(random),
        random.nextLong(),
        some(
            random,
            () ->
                new Observation.Destination(
                    name(random),
                    random.nextBoolean(),
                    random.nextBoolean() ? 0 : random.nextLong(),
                    measured(random),
                    measured(random),
                    measured(random),
                    measured(random),
                    measured(random),
                    measured(random),
                    measured(random),
                    measured(random),
                    measured(random),
                    measured(random),
                    measured(random))),
        measured(random));
  }

  private static TrafficKey key(Random random) {
    return new TrafficKey(
        new ServiceName(name(random), name(random)), name(random), random.nextInt(65) - 1);
  }

  private static RoundTrip roundTrip(Random random) {
    return new RoundTrip(random.nextFloat(), random.nextInt(9), number(random));
  }

  private static EpochId id(Random random) {
    return new EpochId(number(random), number(random), name(random));
  }

  private static Optional<Echo> echo(Random random) {
    return random.nextBoolean()
        ? Optional.of(new Echo(random.nextLong(), number(random)))
        : Optional.empty();
  }

  /** One that single precision can express. */
  private static double measured(Random random) {
    return random.nextInt(3) == 0 ? Double.NaN : (float) random.nextGaussian();
  }

  private static long number(Random random) {
    return random.nextInt(3) == 0 ? random.nextInt(100) : random.nextLong() >>> 11;
  }

  private static String name(Random random) {
    return "nö" + random.nextInt(12);
  }
}
