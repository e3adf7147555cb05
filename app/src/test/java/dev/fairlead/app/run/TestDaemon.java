package dev.fairlead.app.run;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.discovery.Here;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A process of {@code fairlead run} inside a test: on loopback, its admin port any free one. */
public final class TestDaemon {
  private TestDaemon() {}

  /** One loop, no access log; a drain of at most 5 s. */
  public static Settings settings(Path config) {
    return settings(config, false);
  }

  static Settings settings(Path config, boolean accessLog) {
    return new Settings(
        List.of(config),
        Here.UNKNOWN,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        1,
        accessLog,
        Duration.ofSeconds(5));
  }

  /** Starts one that logs nothing. */
  public static Daemon start(Path config) {
    Daemon daemon = of(settings(config), OutputStream.nullOutputStream());
    daemon.start();
    return daemon;
  }

  /** Not started yet. */
  public static Daemon of(Settings settings, OutputStream log) {
    return of(settings, log, OutputStream.nullOutputStream());
  }

  static Daemon of(Settings settings, OutputStream log, OutputStream accessLog) {
    return new Daemon(
        "test",
        settings,
        new OperatorLog(new PrintStream(log, true, StandardCharsets.UTF_8), Clock.systemUTC()),
        accessLog,
        System::nanoTime,
        () -> ThreadLocalRandom.current().nextLong(),
        Clock.systemUTC());
  }

  /** {@code host:port} of the admin API of one that was started. */
  public static String admin(Daemon daemon) {
    return "127.0.0.1:" + daemon.adminAddress().orElseThrow().getPort();
  }

  /** A port of loopback that nobody had a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
