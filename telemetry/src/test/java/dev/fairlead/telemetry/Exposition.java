package dev.fairlead.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongPredicate;

/** Metrics in Prometheus' text format whose counters move by known rates. */
final class Exposition implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Line> lines = new ArrayList<>();
  private volatile LongPredicate refused = scrape -> false;
  private volatile long sinceNanos = System.nanoTime() - 100_000_000_000L;
  private volatile boolean restarted;
  private volatile Duration lateness = Duration.ZERO;
  private long tried;
  private long scrapes;

  private record Line(String series, double base, double perSecond) {}

  Exposition() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/metrics", this::scrape);
    server.setExecutor(executor);
    server.start();
  }

  /** A counter that rises so fast, or with 0 a gauge. */
  synchronized void add(String series, double base, double perSecond) {
    lines.add(new Line(series, base, perSecond));
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Which scrapes fail, by their number from 0. */
  void refuse(LongPredicate which) {
    refused = which;
  }

  /** All counters begin at 0 again. */
  void restartCounters() {
    sinceNanos = System.nanoTime();
    restarted = true;
  }

  /** From now on samples are so old when they are scraped, and say so. */
  void dateBack(Duration by) {
    lateness = by;
  }

  /** Those that were answered. */
  synchronized long scrapes() {
    return scrapes;
  }

  private synchronized void scrape(HttpExchange exchange) throws IOException {
    if (refused.test(tried++)) {
      exchange.sendResponseHeaders(500, -1);
      exchange.close();
      return;
    }
    double late = lateness.toMillis() / 1e3;
    double seconds = Math.max(0, (System.nanoTime() - sinceNanos) / 1e9 - late);
    String stamp =
        lateness.isZero() ? "" : " " + (System.currentTimeMillis() - lateness.toMillis());
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      double base = restarted && line.perSecond() > 0 ? 0 : line.base();
      text.append(line.series())
          .append(String.format(Locale.ROOT, " %.6f", base + line.perSecond() * seconds))
          .append(stamp)
          .append('\n');
    }
    byte[] body = text.toString().getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
    scrapes++;
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
