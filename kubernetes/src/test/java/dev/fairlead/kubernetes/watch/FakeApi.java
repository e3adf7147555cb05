package dev.fairlead.kubernetes.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/** An API server that says what a test wants: lists by their query, watches line by line. */
final class FakeApi implements AutoCloseable {
  /** In a watch: the connection ends. */
  static final String END = "";

  final List<Map<String, String>> lists = new CopyOnWriteArrayList<>();
  final List<Map<String, String>> watches = new CopyOnWriteArrayList<>();
  final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final HttpServer server;
  private final KubernetesClient client;

  /**
   * @param list answers a list's query with JSON
   */
  FakeApi(Function<Map<String, String>, String> list) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> answer(exchange, list));
    server.start();
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .withRequestRetryBackoffLimit(0)
            .withWatchReconnectLimit(0)
            .build();
    client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
  }

  KubernetesClient client() {
    return client;
  }

  private void answer(HttpExchange exchange, Function<Map<String, String>, String> list)
      throws IOException {
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    if (!query.containsKey("watch")) {
      lists.add(query);
      byte[] body = list.apply(query).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } else if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
      exchange.sendResponseHeaders(200, -1); // none: the client asks again for a plain stream
    } else {
      watches.add(query);
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      try {
        for (String line = events.take(); !line.equals(END); line = events.take()) {
          exchange.getResponseBody().write((line + "\n").getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    exchange.close();
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String each : raw.split("&")) {
        int equals = each.indexOf('=');
        query.put(each.substring(0, equals), each.substring(equals + 1));
      }
    }
    return query;
  }

  @Override
  public void close() {
    events.add(END);
    client.close();
    server.stop(0);
  }
}
