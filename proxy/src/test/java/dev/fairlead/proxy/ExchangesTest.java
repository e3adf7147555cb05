package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random exchanges over all pairs of protocols. Each upstream tells what it got by a digest and
 * sends a body that its client can make itself from the path, so that any byte lost, doubled,
 * swapped or sent to another request is seen.
 */
@ExtendWith(NoLeaks.class)
class ExchangesTest {
  private static final long SEED = Long.getLong("seed", 20261121);
  private static final int CLIENTS = 6;
  private static final int EXCHANGES = 60;
  private static final int MAX_BODY = 600_000;

  /** One request and the answer that is to come. */
  private record Plan(
      String path,
      byte[] body,
      boolean length,
      boolean trailers,
      boolean answerLength,
      byte[] answer) {}

  private static Plan plan(Random random, String client, int i) {
    int answer = random.nextInt(4) == 0 ? 0 : size(random);
    boolean length = random.nextBoolean();
    boolean answerLength = random.nextBoolean();
    String path = "/" + client + "/" + i + "/" + answer + "/" + answerLength;
    return new Plan(
        path,
        bytes(path + "up", size(random)),
        length,
        !length && random.nextBoolean(),
        answerLength,
        bytes(path, answer));
  }

  private static int size(Random random) {
    return random.nextInt(random.nextInt(8) == 0 ? MAX_BODY : 5000);
  }

  private static byte[] bytes(String path, int length) {
    byte[] bytes = new byte[length];
    new Random(path.hashCode()).nextBytes(bytes);
    return bytes;
  }

  private static String digest(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] answer(String path) {
    return bytes(path, Integer.parseInt(path.split("/")[3]));
  }

  // ---- the two upstreams

  private static void serveH1(Upstream.Connection connection) throws Exception {
    String head;
    while ((head = connection.readHead()) != null) {
      String path = head.split(" ")[1];
      Http1Body body = Http1Body.read(head, connection.in);
      byte[] answer = answer(path);
      String fields = "HTTP/1.1 200 OK\r\nx-got: " + got(body) + "\r\n";
      OutputStream out = connection.out;
      if (path.endsWith("true")) {
        connection.write(fields + "Content-Length: " + answer.length + "\r\n\r\n");
        out.write(answer);
      } else {
        connection.write(fields + "Transfer-Encoding: chunked\r\n\r\n");
        Http1Body.writeChunks(out, answer);
        connection.write("0\r\nx-sum: " + digest(answer) + "\r\n\r\n");
      }
      out.flush();
    }
  }

  private static void serveH2(Http2Peer.Stream stream) throws Exception {
    String head = stream.head().fields();
    int at = head.indexOf(":path: ") + 7;
    String path = head.substring(at, head.indexOf('\n', at));
    String got = digest(stream.body()) + trailer(stream.trailers);
    byte[] answer = answer(path);
    if (path.endsWith("true")) {
      stream.headers(
          answer.length == 0, ":status", "200", "x-got", got, "content-length", "" + answer.length);
      if (answer.length > 0) {
        stream.data(answer, true);
      }
    } else {
      stream.headers(false, ":status", "200", "x-got", got);
      stream.data(answer, false);
      stream.headers(true, "x-sum", digest(answer));
    }
  }

  private static String trailer(String trailers) {
    int at = trailers.toLowerCase(Locale.ROOT).indexOf("x-check: ");
    return at < 0 ? "" : "+" + trailers.substring(at + 9).strip();
  }

  // ---- HTTP/1.1

  private static String got(Http1Body body) throws Exception {
    return digest(body.bytes()) + trailer(body.trailers());
  }

  // ---- the two clients

  private static void exchangeH1(RawClient client, Plan plan) throws Exception {
    String head = "POST " + plan.path + " HTTP/1.1\r\nHost: x\r\n";
    OutputStream out = client.socket.getOutputStream();
    // It reads while it sends: the proxy need not hold what neither side takes.
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    if (plan.length) {
                      client.send(head + "Content-Length: " + plan.body.length + "\r\n\r\n");
                      out.write(plan.body);
                    } else {
                      client.send(head + "Transfer-Encoding: chunked\r\n\r\n");
                      Http1Body.writeChunks(out, plan.body);
                      client.send(plan.trailers ? "0\r\nx-check: t\r\n\r\n" : "0\r\n\r\n");
                    }
                  } catch (IOException e) {
                    // The answer will be missing.
                  }
                });
    String answered = client.head();
    check(plan, answered, Http1Body.read(answered, client.in));
    sender.join();
  }

  private static void exchangeH2(Http2Peer client, Plan plan) throws Exception {
    Http2Peer.Stream stream =
        plan.length
            ? client.post(plan.path, "content-length", "" + plan.body.length)
            : client.post(plan.path);
    stream.data(plan.body, !plan.trailers);
    if (plan.trailers) {
      stream.headers(true, "x-check", "t");
    }
    Http2Peer.Event head = stream.head();
    byte[] body = head.end() ? new byte[0] : stream.body();
    check(plan, head.fields(), new Http1Body(body, stream.trailers));
  }

  private static void check(Plan plan, String head, Http1Body body) throws Exception {
    assertThat(head).as(plan.path).contains("200");
    assertThat(head)
        .as(plan.path)
        .contains("x-got: " + digest(plan.body) + (plan.trailers ? "+t" : ""));
    assertThat(digest(body.bytes())).as(plan.path).isEqualTo(digest(plan.answer));
    if (!plan.answerLength) {
      assertThat(body.trailers()).as(plan.path).contains("x-sum: " + digest(plan.answer));
    }
  }

  private interface Exchanging {
    void exchange(Plan plan) throws Exception;
  }

  private static Callable<Void> each(Random random, String name, Exchanging by) {
    return () -> {
      for (int i = 0; i < EXCHANGES; i++) {
        by.exchange(plan(random, name, i));
      }
      return null;
    };
  }

  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource({"h1, h1", "h1, h2", "h2, h1", "h2, h2"})
  void allIsAsItWasSent(String from, String to) throws Exception {
    boolean h2 = to.equals("h2");
    try (Upstream h1Upstream = new Upstream(ExchangesTest::serveH1);
        Http2Upstream h2Upstream = new Http2Upstream(ExchangesTest::serveH2);
        Proxy proxy =
            new Proxy(
                Proxy.options(),
                Proxy.rule(h2 ? Proxy.forwardH2() : Proxy.forward()),
                h2 ? h2Upstream.port() : h1Upstream.port());
        Http2Peer shared = new Http2Peer(proxy.port());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> all = new ArrayList<>();
      List<RawClient> clients = new ArrayList<>();
      for (int c = 0; c < CLIENTS; c++) {
        Random random = new Random(SEED + c);
        if (from.equals("h2")) {
          all.add(threads.submit(each(random, "c" + c, plan -> exchangeH2(shared, plan))));
        } else {
          RawClient client = proxy.client();
          clients.add(client);
          all.add(threads.submit(each(random, "c" + c, plan -> exchangeH1(client, plan))));
        }
      }
      for (Future<Void> each : all) {
        try {
          each.get();
        } catch (java.util.concurrent.ExecutionException e) {
          throw new AssertionError("-Dseed=" + SEED + " " + proxy.log.getLast(), e.getCause());
        }
      }
      for (RawClient each : clients) {
        each.close();
      }
      assertThat(proxy.log).hasSize(CLIENTS * EXCHANGES).allMatch(e -> e.flags().isEmpty());
      assertThat(proxy.server.counters().rejects()).isEmpty();
    }
  }
}
