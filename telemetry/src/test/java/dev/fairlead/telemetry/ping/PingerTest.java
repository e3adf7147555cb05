package dev.fairlead.telemetry.ping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PingerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Way EAST = new Way("here", "east");
  private static final URI URI_EAST = URI.create("http://east:80/livez");

  private long now = SECOND;
  private final Deque<CompletableFuture<Integer>> coming = new ArrayDeque<>();
  private final Random random = new Random(1);
  private final Pinger pinger =
      new Pinger(
          (uri, timeout) -> {
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            coming.add(answer);
            return answer;
          },
          Duration.ofSeconds(5),
          () -> now,
          random::nextLong);

  /** Lets time pass until a ping is sent; how much. */
  private long untilSent() {
    long from = now;
    long wait = pinger.tick();
    while (coming.isEmpty()) {
      now += wait;
      assertThat(now - from).isLessThan(100 * SECOND);
      wait = pinger.tick();
    }
    return now - from;
  }

  private void answer(long afterNanos, int status) {
    now += afterNanos;
    coming.removeFirst().complete(status);
  }

  @Test
  void theSecondPingOfAPairIsTheRoundTrip() {
    pinger.follow(Map.of(EAST, URI_EAST));

    assertThat(untilSent()).isLessThanOrEqualTo(5 * SECOND);
    // With its connect.
    answer(90_000_000, 200);
    assertThat(pinger.roundTrips().pinged()).isEmpty();
    assertThat(untilSent()).isZero();
    answer(30_000_000, 404);

    RoundTrip known = pinger.roundTrips().known(now, Map.of()).get(EAST);
    assertThat(known.nanos()).isEqualTo(30e6);
    assertThat(known.ageNanos()).isZero();
    assertThat(untilSent()).isBetween(4 * SECOND, 6 * SECOND);
    assertThat(pinger.counts()).isEqualTo(new Pinger.Counts(3, 2));
  }

  @Test
  void oneIsUnderWayAtATime() {
    pinger.follow(Map.of(EAST, URI_EAST));
    untilSent();

    now += 60 * SECOND;
    pinger.tick();

    assertThat(coming).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoDoesNotAnswerIsAskedLessOftenUpToABound(boolean overloaded) {
    pinger.follow(Map.of(EAST, URI_EAST));
    long longest = 0;
    for (int times = 0; times < 20; times++) {
      longest = Math.max(longest, untilSent());
      now += 5 * SECOND;
      if (overloaded) {
        coming.removeFirst().complete(503);
      } else {
        coming.removeFirst().completeExceptionally(new IOException("away"));
      }
    }

    assertThat(longest).isBetween(39 * SECOND, 40 * SECOND);
    assertThat(pinger.roundTrips().pinged()).isEmpty();

    untilSent();
    answer(1000, 200);
    untilSent();
    answer(1000, 200);
    assertThat(pinger.roundTrips().pinged()).containsKey(EAST);
  }

  @Test
  void pingsOfManyTargetsAreSpreadAndBounded() {
    Map<Way, URI> many = new HashMap<>();
    for (int at = 0; at < 200; at++) {
      many.put(new Way("here", "cluster-" + at), URI_EAST);
    }
    pinger.follow(many);
    int most = 0;
    int sent = 0;
    for (int tenths = 0; tenths <= 50; tenths++) {
      pinger.tick();
      most = Math.max(most, coming.size());
      sent += coming.size();
      coming.forEach(each -> each.completeExceptionally(new IOException("away")));
      coming.clear();
      now += SECOND / 10;
    }

    assertThat(sent).isEqualTo(200);
    // Four are due each tenth of a second; chance does not make it fifteen.
    assertThat(most).isLessThan(15);

    now += 60 * SECOND;
    pinger.tick();
    assertThat(coming).hasSize(32);
  }

  @Test
  void whatIsNotFollowedAnyMoreIsNotHeard() {
    pinger.follow(Map.of(EAST, URI_EAST));
    untilSent();
    answer(1000, 200);
    untilSent();
    pinger.follow(Map.of());
    answer(1000, 200);

    assertThat(pinger.roundTrips().pinged()).isEmpty();
    now += 10 * SECOND;
    pinger.tick();
    assertThat(coming).isEmpty();
  }

  @Test
  void whatIsNotFollowedAnyMoreIsForgotten() {
    Way west = new Way("here", "west");
    pinger.follow(Map.of(EAST, URI_EAST, west, URI_EAST));
    for (int pings = 0; pings < 8; pings++) {
      untilSent();
      answer(1000, 200);
    }
    assertThat(pinger.roundTrips().pinged()).containsOnlyKeys(EAST, west);

    pinger.follow(Map.of(EAST, URI_EAST));
    assertThat(pinger.roundTrips().pinged()).containsOnlyKeys(EAST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://east/", "http:///x", "east", "http://user:secret@east/"})
  void whatCannotBePingedIsRefused(String uri) {
    assertThatThrownBy(() -> pinger.follow(Map.of(EAST, URI.create(uri))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("east");
  }

  @Test
  void overARealNetwork() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/livez",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(executor);
    server.start();
    try (HttpProbe probe = new HttpProbe()) {
      Pinger real =
          new Pinger(probe, Duration.ofSeconds(1), System::nanoTime, new Random(2)::nextLong);
      real.follow(
          Map.of(EAST, URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/livez")));
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                real.tick();
                return !real.roundTrips().pinged().isEmpty();
              });

      assertThat(real.roundTrips().known(System.nanoTime(), Map.of()).get(EAST).nanos())
          .isCloseTo(5e8, within(5e8));
    } finally {
      server.stop(0);
      executor.shutdownNow();
    }
  }
}
