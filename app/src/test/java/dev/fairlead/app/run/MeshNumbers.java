package dev.fairlead.app.run;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A Prometheus that knows what Linkerd's proxies would say of two backends, and answers their
 * queries alone.
 */
final class MeshNumbers implements AutoCloseable {
  private final HttpServer server;
  private final String namespace;
  private volatile List<Backend> backends;

  /**
   * A backend in a steady state.
   *
   * @param millis a bound that 90 % of the requests are below; 10 % are above, and below its double
   */
  record Backend(String name, double rps, int millis, double inFlight) {}

  private MeshNumbers(HttpServer server, String namespace, List<Backend> backends) {
    this.server = server;
    this.namespace = namespace;
    this.backends = backends;
  }

  static MeshNumbers start(String namespace, Backend... backends) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    MeshNumbers numbers = new MeshNumbers(server, namespace, List.of(backends));
    server.createContext(
        "/api/v1/query",
        exchange -> {
          String form =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] body = numbers.answer(query(form)).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return numbers;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void are(Backend... now) {
    backends = List.of(now);
  }

  private static String query(String form) {
    for (String pair : form.split("&")) {
      if (pair.startsWith("query=")) {
        return URLDecoder.decode(pair.substring("query=".length()), StandardCharsets.UTF_8);
      }
    }
    throw new IllegalArgumentException(form);
  }

  private String answer(String query) {
    List<String> rows = new ArrayList<>();
    for (Backend each : backends) {
      if (query.contains("response_latency_ms_bucket")) {
        rows.add(row(each, ",\"le\":\"" + each.millis / 2 + "\"", 0));
        rows.add(row(each, ",\"le\":\"" + each.millis + "\"", 0.9 * each.rps));
        rows.add(row(each, ",\"le\":\"" + 2 * each.millis + "\"", each.rps));
        rows.add(row(each, ",\"le\":\"+Inf\"", each.rps));
      } else {
        rows.add(row(each, "", value(query, each)));
      }
    }
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
        + String.join(",", rows)
        + "]}}";
  }

  private static double value(String query, Backend backend) {
    if (query.contains("response_latency_ms_sum")) {
      return backend.rps * backend.millis * 0.8;
    }
    if (query.contains("timestamp(")) {
      return 1;
    }
    if (query.contains("classification=\"failure\"")) {
      return 0;
    }
    return query.contains(" or 0 * ") ? backend.inFlight : backend.rps;
  }

  private String row(Backend backend, String more, double value) {
    return String.format(
        Locale.ROOT,
        "{\"metric\":{\"dst_namespace\":\"%s\",\"dst_service\":\"%s\"%s},\"value\":[%.3f,\"%s\"]}",
        namespace,
        backend.name,
        more,
        System.currentTimeMillis() / 1e3,
        value);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
