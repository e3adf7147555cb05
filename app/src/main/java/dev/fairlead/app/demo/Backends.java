package dev.fairlead.app.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * The replicas of one cluster: real HTTP servers, each with a fixed number of workers and a queue
 * before them. A request holds its worker for a log-normal time.
 */
final class Backends implements AutoCloseable {
  /** Names the cluster that answered. */
  static final String CLUSTER_HEADER = "X-Demo-Cluster";

  private static final int BACKLOG = 1024;

  private final List<HttpServer> servers = new ArrayList<>();
  private final List<ExecutorService> workers = new ArrayList<>();
  private volatile double scale = 1;

  /**
   * What to serve.
   *
   * @param hosts one for each replica
   * @param ports as many; 0: any free one
   */
  record Setup(
      String cluster,
      long seed,
      double p50Millis,
      double p99Millis,
      int workers,
      List<String> hosts,
      List<Integer> ports) {}

  Backends(Setup setup) throws IOException {
    try {
      for (int replica = 0; replica < setup.hosts().size(); replica++) {
        start(setup, replica);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void start(Setup setup, int replica) throws IOException {
    InetAddress host = InetAddress.getByName(setup.hosts().get(replica));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(host, setup.ports().get(replica)), BACKLOG);
    ExecutorService executor = Executors.newFixedThreadPool(setup.workers());
    servers.add(server);
    workers.add(executor);
    Random random = new Random(31 * (31 * setup.seed() + setup.cluster().hashCode()) + replica);
    ServiceTime time = new ServiceTime(setup.p50Millis(), setup.p99Millis());
    LongAdder served = new LongAdder();
    server.setExecutor(executor);
    server.createContext(
        "/",
        exchange -> {
          long nanos = time.nextNanos(random, scale);
          try {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
          } catch (InterruptedException e) {
            exchange.close();
            return;
          }
          served.increment();
          answer(exchange, setup.cluster(), replica, served.sum(), nanos);
        });
    server.start();
  }

  private static void answer(
      HttpExchange exchange, String cluster, int replica, long served, long nanos)
      throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body = body(cluster, replica, served, nanos).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set(CLUSTER_HEADER, cluster);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** Some hundred bytes, as a small API answers. */
  private static String body(String cluster, int replica, long served, long nanos) {
    StringBuilder text = new StringBuilder(640);
    text.append("{\"cluster\":\"").append(cluster);
    text.append("\",\"replica\":").append(replica);
    text.append(",\"served\":").append(served);
    text.append(",\"serviceMicros\":").append(nanos / 1000).append(",\"orders\":[");
    for (int i = 0; i < 8; i++) {
      text.append(i == 0 ? "" : ",").append("{\"id\":").append(served * 8 + i);
      text.append(",\"item\":\"rope, 12 mm, 50 m\",\"count\":").append(1 + i).append('}');
    }
    return text.append("]}\n").toString();
  }

  /** How many times as long each request from now on takes. */
  void scale(double factor) {
    if (!(factor > 0)) {
      throw new IllegalArgumentException("the scale must be over 0");
    }
    scale = factor;
  }

  /** Where each replica listens. */
  List<InetSocketAddress> addresses() {
    return servers.stream().map(HttpServer::getAddress).toList();
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    workers.forEach(ExecutorService::shutdownNow);
  }
}
