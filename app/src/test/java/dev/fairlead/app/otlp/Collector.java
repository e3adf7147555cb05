package dev.fairlead.app.otlp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** A collector that takes what comes and lets a test decide what it answers. */
public final class Collector implements AutoCloseable {
  /** What to answer to a batch. */
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  final List<ExportTraceServiceRequest> requests = new CopyOnWriteArrayList<>();
  final List<String> tokens = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Answer answer;

  public Collector() throws IOException {
    this(Collector::ok);
  }

  Collector(Answer first) throws IOException {
    answer = first;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  static void ok(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, -1);
  }

  static Answer status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  void answers(Answer next) {
    answer = next;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      if (!"application/x-protobuf".equals(type) || !"POST".equals(exchange.getRequestMethod())) {
        exchange.sendResponseHeaders(415, -1);
        return;
      }
      tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Token")));
      requests.add(
          ExportTraceServiceRequest.parseFrom(
              gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()));
      answer.to(exchange);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
  }

  public List<Span> spans() {
    return requests.stream()
        .flatMap(request -> request.getResourceSpansList().stream())
        .map(ResourceSpans::getScopeSpansList)
        .flatMap(List::stream)
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
