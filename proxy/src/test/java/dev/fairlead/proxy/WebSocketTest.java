package dev.fairlead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket (RFC 6455) through the proxy, which relays what it does not look into. */
@ExtendWith(NoLeaks.class)
class WebSocketTest {
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int CONTINUATION = 0;

  private static final String ASK =
      "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  private static final String ACCEPT =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

  /** A frame (§5.2) without its mask. */
  private record Frame(boolean last, int opcode, byte[] payload) {
    byte[] bytes(boolean masked) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write((last ? 0x80 : 0) | opcode);
      int mask = masked ? 0x80 : 0;
      if (payload.length < 126) {
        out.write(mask | payload.length);
      } else if (payload.length < 1 << 16) {
        out.write(mask | 126);
        out.write(payload.length >> 8);
        out.write(payload.length);
      } else {
        out.write(mask | 127);
        out.writeBytes(java.nio.ByteBuffer.allocate(8).putLong(payload.length).array());
      }
      if (masked) {
        byte[] key = {1, 2, 3, 4};
        out.writeBytes(key);
        for (int i = 0; i < payload.length; i++) {
          out.write(payload[i] ^ key[i % 4]);
        }
      } else {
        out.writeBytes(payload);
      }
      return out.toByteArray();
    }

    static Frame read(InputStream from) throws IOException {
      DataInputStream in = new DataInputStream(from);
      int first = in.readUnsignedByte();
      int second = in.readUnsignedByte();
      long length = second & 0x7f;
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = in.readLong();
      }
      byte[] key = new byte[4];
      if ((second & 0x80) != 0) {
        in.readFully(key);
      }
      byte[] payload = new byte[(int) length];
      in.readFully(payload);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= key[i % 4];
      }
      return new Frame((first & 0x80) != 0, first & 15, payload);
    }
  }

  private static Frame frame(int opcode, int length) {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    return new Frame(true, opcode, payload);
  }

  /** Echoes data, answers pings, and ends with the client's close. */
  private static void echo(Upstream.Connection connection) throws Exception {
    connection.readHead();
    connection.write(ACCEPT);
    while (true) {
      Frame frame = Frame.read(connection.in);
      int opcode = frame.opcode == PING ? PONG : frame.opcode;
      connection.out.write(new Frame(frame.last, opcode, frame.payload).bytes(false));
      if (frame.opcode == CLOSE) {
        return;
      }
    }
  }

  private static RawClient upgraded(Proxy proxy) throws Exception {
    RawClient client = proxy.client().send(ASK);
    assertThat(client.head())
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("upgrade: websocket")
        .containsIgnoringCase("connection: upgrade")
        .contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    return client;
  }

  private static void send(RawClient client, Frame frame) throws IOException {
    client.socket.getOutputStream().write(frame.bytes(true));
  }

  private static void echoed(RawClient client, Frame frame) throws Exception {
    // It reads while it sends: neither side need hold all of a large frame.
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    send(client, frame);
                  } catch (IOException e) {
                    // The echo will be missing.
                  }
                });
    Frame back = Frame.read(client.in);
    assertThat(back.opcode).isEqualTo(frame.opcode == PING ? PONG : frame.opcode);
    assertThat(back.last).isEqualTo(frame.last);
    assertThat(back.payload).isEqualTo(frame.payload);
    sender.join();
  }

  @Test
  void framesOfAllKindsAndSizesPass() throws Exception {
    try (Upstream upstream = new Upstream(WebSocketTest::echo);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = upgraded(proxy)) {
      for (int length : List.of(0, 1, 125, 126, 127, 65_535, 65_536, 1 << 20)) {
        echoed(client, frame(BINARY, length));
      }
      echoed(client, new Frame(true, TEXT, "Grüße".getBytes(StandardCharsets.UTF_8)));
      echoed(client, new Frame(false, TEXT, new byte[] {'a'}));
      echoed(client, frame(PING, 5));
      echoed(client, new Frame(false, CONTINUATION, new byte[0]));
      echoed(client, new Frame(true, CONTINUATION, new byte[] {'b'}));
      echoed(client, frame(PONG, 0));
      echoed(client, frame(CLOSE, 2));
      assertThat(client.ended()).isTrue();
      await().until(() -> !proxy.log.isEmpty());
      assertThat(proxy.log).singleElement().matches(e -> e.status() == 101 && e.flags().isEmpty());
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
    }
  }

  @Test
  void framesMayComeByteByByte() throws Exception {
    try (Upstream upstream = new Upstream(WebSocketTest::echo);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = upgraded(proxy)) {
      Frame frame = frame(TEXT, 200);
      for (byte each : frame.bytes(true)) {
        client.socket.getOutputStream().write(each);
      }
      assertThat(Frame.read(client.in).payload).isEqualTo(frame.payload);
    }
  }

  @Test
  void framesBehindTheHeadsOfBothSidesAreNotLost() throws Exception {
    Upstream.Script eager =
        connection -> {
          connection.readHead();
          Frame greeting = frame(TEXT, 7);
          byte[] head = ACCEPT.getBytes(StandardCharsets.ISO_8859_1);
          ByteArrayOutputStream both = new ByteArrayOutputStream();
          both.writeBytes(head);
          both.writeBytes(greeting.bytes(false));
          connection.out.write(both.toByteArray());
          connection.out.write(Frame.read(connection.in).bytes(false));
        };
    try (Upstream upstream = new Upstream(eager);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      Frame early = frame(TEXT, 100);
      client.send(ASK + new String(early.bytes(true), StandardCharsets.ISO_8859_1));
      assertThat(client.head()).startsWith("HTTP/1.1 101 ");
      assertThat(Frame.read(client.in).payload).isEqualTo(frame(TEXT, 7).payload);
      assertThat(Frame.read(client.in).payload).isEqualTo(early.payload);
    }
  }

  @Test
  void anUpstreamsEndArrivesBehindAllThatItSaid() throws Exception {
    Frame large = frame(BINARY, 1 << 20);
    Upstream.Script parting =
        connection -> {
          connection.readHead();
          connection.write(ACCEPT);
          connection.out.write(large.bytes(false));
          connection.socket.shutdownOutput();
          connection.in.readAllBytes();
        };
    try (Upstream upstream = new Upstream(parting);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = upgraded(proxy)) {
      assertThat(Frame.read(client.in).payload).isEqualTo(large.payload);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void aClientsEndArrivesBehindAllThatItSaid() throws Exception {
    Frame large = frame(BINARY, 1 << 20);
    AtomicInteger got = new AtomicInteger();
    CountDownLatch end = new CountDownLatch(1);
    Upstream.Script listening =
        connection -> {
          connection.readHead();
          connection.write(ACCEPT);
          got.set(connection.in.readAllBytes().length);
          end.countDown();
        };
    try (Upstream upstream = new Upstream(listening);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = upgraded(proxy)) {
      send(client, large);
      client.socket.shutdownOutput();
      end.await();
      assertThat(got).hasValue(large.bytes(true).length);
      assertThat(client.ended()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"400 Bad Request", "403 Forbidden", "426 Upgrade Required", "500 Oops"})
  void aRefusalIsAnAnswerAsAnyOther(String status) throws Exception {
    String refusal = "HTTP/1.1 " + status + "\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nno";
    try (Upstream upstream = Upstream.answering(refusal);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.send(ASK).response()).startsWith("HTTP/1.1 " + status).endsWith("no");
      }
      assertThat(upstream.connections).hasValue(1);
    }
  }

  /** RFC 9110 §7.8: an Upgrade is asked for by both fields, in HTTP/1.1, and may be ignored. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "without Connection|GET / HTTP/1.1~Host: x~Upgrade: websocket~~",
        "without Upgrade|GET / HTTP/1.1~Host: x~Connection: upgrade~~",
        "Connection names another|GET / HTTP/1.1~Host: x~Connection: keep-alive~Upgrade: websocket~~",
        "an empty Upgrade|GET / HTTP/1.1~Host: x~Connection: upgrade~Upgrade:~~",
        "two Upgrades|GET / HTTP/1.1~Host: x~Connection: upgrade~Upgrade: websocket~Upgrade: x~~",
        "HTTP/1.0|GET / HTTP/1.0~Host: x~Connection: upgrade, keep-alive~Upgrade: websocket~~",
        "not a GET|POST / HTTP/1.1~Host: x~Connection: upgrade~Upgrade: websocket~Content-Length: 0~~",
        "with a body|GET / HTTP/1.1~Host: x~Connection: upgrade~Upgrade: websocket~Content-Length: 1~~x",
      })
  void whoDoesNotAskForItWellGetsAnAnswerOfHttp(String name, String request) throws Exception {
    try (Upstream upstream =
            new Upstream(
                connection -> {
                  String head;
                  while ((head = connection.readHead()) != null) {
                    Http1Body.read(head, connection.in);
                    connection.write(Upstream.ok("x"));
                  }
                });
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.send(request.replace("~", "\r\n")).response())
          .startsWith("HTTP/1.1 200")
          .endsWith("x");
      assertThat(upstream.heads.getFirst()).doesNotContainIgnoringCase("upgrade");
      assertThat(client.get("/").response()).endsWith("x");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 S~Connection: upgrade~Upgrade: other~~",
        "HTTP/1.1 101 S~Connection: upgrade~~",
        "HTTP/1.1 101 S~Upgrade: websocket~~",
        "HTTP/1.0 101 S~Connection: upgrade~~",
      })
  void a101ToSomethingElseIsA502(String answer) throws Exception {
    try (Upstream upstream = Upstream.answering(answer.replace("~", "\r\n"));
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = proxy.client()) {
      assertThat(client.send(ASK).response()).startsWith("HTTP/1.1 502");
      assertThat(proxy.server.counters().rejects()).containsEntry("bad_upgrade", 1L);
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
    }
  }

  @Test
  void oneThatStandsStillIsEndedOnBothSides() throws Exception {
    OptionsDraft draft = new OptionsDraft();
    draft.tunnelIdleTimeout = Duration.ofMillis(150);
    CountDownLatch end = new CountDownLatch(1);
    Upstream.Script waiting =
        connection -> {
          try {
            echo(connection);
          } finally {
            end.countDown();
          }
        };
    try (Upstream upstream = new Upstream(waiting);
        Proxy proxy = new Proxy(draft.options(), upstream.port());
        RawClient client = upgraded(proxy)) {
      echoed(client, frame(TEXT, 3));
      assertThat(endsOrIsReset(client)).isTrue();
      end.await();
      await().until(() -> proxy.server.counters().clientConnectionsOpen() == 0);
    }
  }

  private static boolean endsOrIsReset(RawClient client) {
    try {
      return client.ended();
    } catch (java.net.SocketException reset) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anAbortOfTheClientReachesTheUpstream() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Upstream.Script waiting =
        connection -> {
          try {
            echo(connection);
          } catch (EOFException | java.net.SocketException gone) {
            end.countDown();
          }
        };
    try (Upstream upstream = new Upstream(waiting);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = upgraded(proxy)) {
      client.socket.setSoLinger(true, 0);
      client.close();
      end.await();
      await().until(() -> proxy.server.counters().upstreamConnectionsOpen() == 0);
    }
  }

  @Test
  void anAbortOfTheUpstreamReachesTheClient() throws Exception {
    Upstream.Script aborting =
        connection -> {
          connection.readHead();
          connection.write(ACCEPT);
          Frame.read(connection.in);
          connection.reset();
        };
    try (Upstream upstream = new Upstream(aborting);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = upgraded(proxy)) {
      send(client, frame(TEXT, 1));
      assertThat(endsOrIsReset(client)).isTrue();
      await().until(() -> proxy.server.counters().requestsInFlight() == 0);
    }
  }

  @Test
  void aDrainLeavesItOpenUntilItsGraceIsOver() throws Exception {
    try (Upstream upstream = new Upstream(WebSocketTest::echo);
        Proxy proxy = new Proxy(Proxy.options(), upstream.port());
        RawClient client = upgraded(proxy);
        RawClient ending = upgraded(proxy)) {
      AtomicInteger cut = new AtomicInteger(-1);
      Thread drain =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      cut.set(proxy.server.drain(Duration.ofSeconds(1)));
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  });
      await().until(() -> proxy.server.listeners().isEmpty());
      echoed(client, frame(TEXT, 9));
      echoed(ending, frame(CLOSE, 2));
      assertThat(ending.ended()).isTrue();
      drain.join();
      assertThat(cut).hasValue(1);
      assertThat(endsOrIsReset(client)).isTrue();
    }
  }
}
