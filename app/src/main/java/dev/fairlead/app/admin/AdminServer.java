package dev.fairlead.app.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fairlead.app.control.LinkHintBoard;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.operate.OrderPosts;
import dev.fairlead.app.state.History;
import dev.fairlead.app.state.Sources;
import dev.fairlead.app.state.StateSampler;
import dev.fairlead.balancer.RandomSource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * The admin API: health, metrics, state, plans, operators' orders and the console. GET and HEAD
 * change nothing; what changes something is a POST of JSON, which no web page of another origin can
 * send.
 */
public final class AdminServer implements AutoCloseable {
  /** Streams at a time: a person opens a few; more is a leak at the other end. */
  static final int MAX_STREAMS = 32;

  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'";

  /** A comment keeps a stream that has nothing to say alive through proxies. */
  private static final long KEEP_ALIVE_MILLIS = 15_000;

  /** What is posted fits many times. */
  private static final int MAX_BODY_BYTES = 16 * 1024;

  /** Of what was posted, for the log: all of any order. */
  private static final int LOGGED_BYTES = 512;

  static {
    // The JDK's server has no other way to set its bounds; an operator's own setting wins.
    bound("jdk.httpserver.maxConnections", 256);
    bound("sun.net.httpserver.maxReqTime", 10);
    bound("sun.net.httpserver.idleInterval", 60);
    bound("sun.net.httpserver.maxReqHeaderSize", 32 * 1024);
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore streams = new Semaphore(MAX_STREAMS);
  private final Routes routes;
  private final History history;
  private final OperatorLog log;
  private final Taps taps;
  private final Access access;

  /**
   * Binds and serves.
   *
   * @throws IOException if the address cannot be had
   * @throws IllegalArgumentException if it is not on loopback and no token is asked for
   */
  public AdminServer(
      InetSocketAddress address,
      Sources sources,
      StateSampler sampler,
      History history,
      LinkHintBoard linkHints,
      OrderPosts orders,
      Optional<AdminToken> token,
      PrometheusRegistry metrics,
      RandomSource random,
      OperatorLog log)
      throws IOException {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(
          "the admin address " + address.getHostString() + " is not known");
    }
    if (token.isEmpty() && !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "the admin API listens on loopback only, not on "
              + address.getHostString()
              + ", unless --admin-token-file names a token to ask for");
    }
    this.access = new Access(token);
    this.routes = new Routes(sources, sampler, history, linkHints, orders, metrics);
    this.history = history;
    this.log = log;
    this.taps = new Taps(sources, random);
    this.server = HttpServer.create(address, 64);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static void bound(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }

  /** Where it listens; the port is real also where 0 was asked for. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      Headers answer = exchange.getResponseHeaders();
      answer.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
      answer.set("X-Content-Type-Options", "nosniff");
      answer.set("Cache-Control", "no-store");
      String method = exchange.getRequestMethod();
      String path = exchange.getRequestURI().getPath();
      Optional<Reply> refusal =
          access.refusal(path == null ? "" : path, exchange.getRequestHeaders());
      if (refusal.isPresent()) {
        if (refusal.get().status() == 401) {
          answer.add("WWW-Authenticate", "Bearer realm=\"fairlead\"");
          answer.add("WWW-Authenticate", "Basic realm=\"fairlead\"");
        }
        send(exchange, refusal.get());
      } else if (method.equals("POST") && path != null && routes.takes(path)) {
        send(exchange, posted(exchange, path));
      } else if (!method.equals("GET") && !method.equals("HEAD")) {
        answer.set("Allow", path != null && routes.takes(path) ? "GET, HEAD, POST" : "GET, HEAD");
        send(exchange, Reply.text(405, "method not allowed"));
      } else if ("/api/events".equals(path) && method.equals("GET")) {
        stream(exchange);
      } else if (Taps.PATH.equals(path) && method.equals("GET")) {
        taps.serve(exchange);
      } else {
        send(exchange, reply(exchange, path == null ? "" : path));
      }
    } catch (IOException e) {
      // The client went away: nobody is left to tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Reply posted(HttpExchange exchange, String path) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
      return Reply.text(415, "unsupported media type: Content-Type must be application/json");
    }
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      return Reply.text(413, "body too large: at most " + MAX_BODY_BYTES + " bytes");
    }
    try {
      Reply reply = routes.post(path, body);
      // Who and what, whatever came of it: what can move traffic must be found again afterwards.
      log.info(
          "admin request",
          "path",
          path,
          "status",
          reply.status(),
          "from",
          exchange.getRemoteAddress().getAddress().getHostAddress(),
          "token",
          access.asksForToken() ? "valid" : "none",
          "body",
          new String(body, 0, Math.min(body.length, LOGGED_BYTES), StandardCharsets.UTF_8));
      return reply;
    } catch (RuntimeException e) {
      log.error("admin request failed", "path", path, "error", e);
      return Reply.text(500, "internal error; the log has more");
    }
  }

  private Reply reply(HttpExchange exchange, String path) {
    try {
      return routes.answer(
          path,
          exchange.getRequestURI().getQuery(),
          exchange.getRequestHeaders().getFirst("Accept"));
    } catch (RuntimeException e) {
      log.error("admin request failed", "path", path, "error", e);
      return Reply.text(500, "internal error; the log has more");
    }
  }

  static void send(HttpExchange exchange, Reply reply) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", reply.contentType());
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(reply.body().length));
      exchange.sendResponseHeaders(reply.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(
        reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
    exchange.getResponseBody().write(reply.body());
  }

  private void stream(HttpExchange exchange) throws IOException, InterruptedException {
    if (!streams.tryAcquire()) {
      exchange.getResponseHeaders().set("Retry-After", "5");
      send(exchange, Reply.text(503, "too many event streams; at most " + MAX_STREAMS));
      return;
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      long seen = 0;
      while (!history.isClosed()) {
        History.Entry entry = history.next(seen, KEEP_ALIVE_MILLIS);
        if (entry == null) {
          out.write(":\n\n".getBytes(StandardCharsets.US_ASCII));
        } else {
          seen = entry.sequence();
          out.write("event: state\ndata: ".getBytes(StandardCharsets.US_ASCII));
          out.write(entry.json());
          out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
      }
    } finally {
      streams.release();
    }
  }

  /** Stops at once: a drain leaves the admin API up until its very end. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
