package dev.fairlead.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RelayTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final long ONE_WAY = 20_000_000;

  /**
   * A server of two connections: the canary, and the one under test, which is found by its data.
   */
  private static ServerSocket server() throws IOException {
    return new ServerSocket(0, 50, LOOPBACK);
  }

  private static Relay relay(int port) throws IOException {
    Relay.Way way =
        new Relay.Way(
            "link",
            new InetSocketAddress(LOOPBACK, 0),
            new InetSocketAddress(LOOPBACK, port),
            ONE_WAY);
    return new Relay(List.of(way), System::nanoTime);
  }

  /** Echoes on every connection until the server is closed. */
  private static void echo(ServerSocket server) {
    Thread.startVirtualThread(
        () -> {
          while (true) {
            try {
              Socket socket = server.accept();
              Thread.startVirtualThread(
                  () -> {
                    try (socket) {
                      socket.getInputStream().transferTo(socket.getOutputStream());
                    } catch (IOException e) {
                      // The peer went away.
                    }
                  });
            } catch (IOException e) {
              return;
            }
          }
        });
  }

  private static Socket connect(Relay relay) throws IOException {
    InetSocketAddress address = relay.addresses().getFirst();
    return new Socket(address.getAddress(), address.getPort());
  }

  @Test
  void aNewConnectionsFirstAnswerTakesTwoRoundTripsAndLaterOnesTakeOne() throws IOException {
    try (ServerSocket server = server()) {
      echo(server);
      try (Relay relay = relay(server.getLocalPort())) {
        long before = System.nanoTime();
        try (Socket socket = connect(relay)) {
          socket.getOutputStream().write(1);
          assertThat(socket.getInputStream().read()).isEqualTo(1);
          long first = System.nanoTime();
          socket.getOutputStream().write(2);
          assertThat(socket.getInputStream().read()).isEqualTo(2);
          long second = System.nanoTime();
          assertThat(first - before).isGreaterThanOrEqualTo(4 * ONE_WAY);
          assertThat(second - first).isGreaterThanOrEqualTo(2 * ONE_WAY);
        }
        assertThat(relay.bytesOf("link").out().sum()).isEqualTo(2);
        assertThat(relay.bytesOf("link").back().sum()).isEqualTo(2);
      }
    }
  }

  @Test
  void manyBytesArriveWholeAndInOrderThroughBoundedBuffers() throws Exception {
    byte[] sent = new byte[3 * Flow.MOST_BUFFERED];
    new Random(7).nextBytes(sent);
    try (ServerSocket server = server()) {
      echo(server);
      try (Relay relay = relay(server.getLocalPort());
          Socket socket = connect(relay)) {
        CompletableFuture<Void> writing =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    OutputStream out = socket.getOutputStream();
                    out.write(sent);
                    socket.shutdownOutput();
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
        assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
        writing.get(10, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void aSinkThatDoesNotReadStopsTheSource() throws Exception {
    AtomicLong written = new AtomicLong();
    try (ServerSocket server = server()) {
      try (Relay relay = relay(server.getLocalPort());
          Socket socket = connect(relay)) {
        Thread writer =
            Thread.ofVirtual()
                .start(
                    () -> {
                      byte[] block = new byte[64 * 1024];
                      try {
                        while (true) {
                          socket.getOutputStream().write(block);
                          written.addAndGet(block.length);
                        }
                      } catch (IOException e) {
                        // Closed at the end of the test.
                      }
                    });
        // The kernel buffers some megabytes on the way; the writer stops when they are full.
        AtomicLong last = new AtomicLong(-1);
        await()
            .pollInterval(500, TimeUnit.MILLISECONDS)
            .until(() -> written.get() > 0 && last.getAndSet(written.get()) == written.get());
        // What the relay took is at most what the replica's socket buffers took, and its own bound.
        assertThat(relay.bytesOf("link").out().sum()).isLessThan(64L << 20);
        assertThat(writer.isAlive()).isTrue();
        socket.close();
        writer.join();
      }
    }
  }

  @Test
  void aDeadReplicaRefusesAndResetsAndALivingOneIsBackAtTheSamePort() throws IOException {
    ServerSocket server = server();
    int port = server.getLocalPort();
    // First the canary, then the connection under test.
    try (Relay relay = relay(port);
        Socket canary = server.accept();
        Socket socket = connect(relay);
        Socket replica = server.accept()) {
      socket.getOutputStream().write(1);
      assertThat(replica.getInputStream().read()).isEqualTo(1);
      server.close();
      replica.setSoLinger(true, 0);
      canary.setSoLinger(true, 0);
      replica.close();
      canary.close();
      InputStream in = socket.getInputStream();
      assertThatThrownBy(in::read).isInstanceOf(IOException.class);
      await()
          .untilAsserted(
              () -> assertThatThrownBy(() -> connect(relay)).isInstanceOf(ConnectException.class));
      try (ServerSocket again = new ServerSocket(port, 50, LOOPBACK)) {
        echo(again);
        await()
            .ignoreExceptions()
            .untilAsserted(
                () -> {
                  try (Socket revived = connect(relay)) {
                    revived.getOutputStream().write(9);
                    assertThat(revived.getInputStream().read()).isEqualTo(9);
                  }
                });
      }
    }
  }

  @Test
  void aReplicaThatOnlyClosesIdleConnectionsIsNotDead() throws IOException {
    try (ServerSocket server = server();
        Relay relay = relay(server.getLocalPort())) {
      server.accept().close();
      // The canary comes back; so the door stays open.
      try (Socket canary = server.accept();
          Socket socket = connect(relay);
          Socket replica = server.accept()) {
        socket.getOutputStream().write(5);
        assertThat(replica.getInputStream().read()).isEqualTo(5);
        assertThat(canary.isConnected()).isTrue();
      }
    }
  }
}
