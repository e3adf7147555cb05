package dev.fairlead.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoadGeneratorTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static LoadGenerator.Setup setup(int port, int timeoutMillis, int drainMillis) {
    return new LoadGenerator.Setup(
        LOOPBACK.getHostAddress(), port, "shop", 200, 3, 100, 500, timeoutMillis, drainMillis, "");
  }

  private static List<Sample> run(LoadGenerator.Setup setup) {
    Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    AtomicInteger begun = new AtomicInteger();
    new LoadGenerator(setup, System::nanoTime, samples::add).run(begun::incrementAndGet);
    assertThat(begun).hasValue(1);
    return samples.stream().filter(sample -> sample.intendedNanos() >= 0).toList();
  }

  /** As many as the arrivals' seed makes in the duration: nothing is left out. */
  private static long intended(LoadGenerator.Setup setup) {
    Arrivals arrivals = new Arrivals(setup.rate(), setup.seed());
    long count = 0;
    while (arrivals.nextNanos() < setup.durationMillis() * 1_000_000) {
      count++;
    }
    return count;
  }

  private static Map<Sample.Ending, Long> endings(List<Sample> samples) {
    return samples.stream().collect(Collectors.groupingBy(Sample::ending, Collectors.counting()));
  }

  @Test
  void everyIntendedRequestIsMeasuredAndNamesItsCluster() throws IOException {
    try (Backends backends =
        new Backends(
            new Backends.Setup(
                "west", 1, 2, 4, 8, List.of(LOOPBACK.getHostAddress()), List.of(0)))) {
      LoadGenerator.Setup setup = setup(backends.addresses().getFirst().getPort(), 10_000, 10_000);
      List<Sample> samples = run(setup);
      assertThat(samples).hasSize((int) intended(setup));
      assertThat(samples)
          .allSatisfy(
              sample -> {
                assertThat(sample.failed()).isFalse();
                assertThat(sample.status()).isEqualTo(200);
                assertThat(sample.cluster()).isEqualTo("west");
                assertThat(sample.latencyNanos()).isPositive();
              });
    }
  }

  @Test
  void aServerThatStallsCountsForEveryRequestThatItDelayed() throws IOException {
    // One worker with 50 ms a request takes 20/s; 200/s come: latency grows to seconds.
    try (Backends backends =
        new Backends(
            new Backends.Setup(
                "west", 1, 50, 50, 1, List.of(LOOPBACK.getHostAddress()), List.of(0)))) {
      LoadGenerator.Setup setup = setup(backends.addresses().getFirst().getPort(), 10_000, 700);
      List<Sample> samples = run(setup);
      assertThat(samples).hasSize((int) intended(setup));
      Map<Sample.Ending, Long> endings = endings(samples);
      // At most 1.3 s of service at 20/s, from warm-up to the end of the drain.
      assertThat(endings.getOrDefault(Sample.Ending.ANSWERED, 0L)).isLessThanOrEqualTo(26);
      assertThat(endings.get(Sample.Ending.UNANSWERED_AT_END)).isPositive();
    }
  }

  @Test
  void aHangingServerTimesOut() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1000, LOOPBACK)) {
      List<Sample> samples = run(setup(server.getLocalPort(), 200, 10_000));
      assertThat(endings(samples)).containsOnlyKeys(Sample.Ending.TIMED_OUT);
      assertThat(samples)
          .allSatisfy(
              sample -> assertThat(sample.latencyNanos()).isGreaterThanOrEqualTo(199_000_000));
    }
  }

  @Test
  void nobodyThereIsAFailureAtOnce() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      port = server.getLocalPort();
    }
    List<Sample> samples = run(setup(port, 5_000, 10_000));
    assertThat(samples).isNotEmpty();
    assertThat(endings(samples)).containsOnlyKeys(Sample.Ending.CONNECT_FAILED);
    assertThat(samples).allSatisfy(sample -> assertThat(sample.failed()).isTrue());
  }

  @Test
  void serverErrorsFailAndClientErrorsDoNot() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 100);
    AtomicInteger count = new AtomicInteger();
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          int n = count.incrementAndGet();
          byte[] body = "some".getBytes(StandardCharsets.UTF_8);
          // Length 0 means chunked to this server.
          exchange.sendResponseHeaders(n % 2 == 0 ? 503 : 404, n % 3 == 0 ? 0 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      List<Sample> samples = run(setup(server.getAddress().getPort(), 5_000, 10_000));
      assertThat(endings(samples)).containsOnlyKeys(Sample.Ending.ANSWERED);
      assertThat(samples)
          .allSatisfy(sample -> assertThat(sample.failed()).isEqualTo(sample.status() == 503));
      assertThat(samples).anyMatch(Sample::failed).anyMatch(sample -> !sample.failed());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anAnswerCutShortIsBroken() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1000, LOOPBACK)) {
      Thread.startVirtualThread(
          () -> {
            while (true) {
              try (Socket socket = server.accept()) {
                socket.getInputStream().read(new byte[1024]);
                socket
                    .getOutputStream()
                    .write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"
                            .getBytes(StandardCharsets.US_ASCII));
              } catch (IOException e) {
                if (server.isClosed()) {
                  return;
                }
              }
            }
          });
      List<Sample> samples = run(setup(server.getLocalPort(), 5_000, 10_000));
      assertThat(endings(samples)).containsOnlyKeys(Sample.Ending.BROKEN);
    }
  }

  @Test
  void aSampleSurvivesItsCsv() {
    Sample sample = new Sample(12, 34, 503, "", Sample.Ending.ANSWERED);
    assertThat(Sample.ofCsv(sample.toCsv())).isEqualTo(sample);
    Sample broken = new Sample(1, 2, 0, "west", Sample.Ending.UNANSWERED_AT_END);
    assertThat(Sample.ofCsv(broken.toCsv())).isEqualTo(broken);
  }
}
