package dev.fairlead.app.admin;

import com.sun.net.httpserver.HttpExchange;
import dev.fairlead.app.observe.LiveTap;
import dev.fairlead.app.observe.TapFilter;
import dev.fairlead.app.state.Sources;
import dev.fairlead.balancer.RandomSource;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Streams of exchanges as they end, a JSON object a line. */
final class Taps {
  static final String PATH = "/api/tap";

  /** Each costs the event loops a look at each exchange. */
  static final int MAX_TAPS = 4;

  private final Sources sources;
  private final RandomSource random;
  private final Semaphore free = new Semaphore(MAX_TAPS);

  Taps(Sources sources, RandomSource random) {
    this.sources = sources;
    this.random = random;
  }

  /** Serves one until there was enough, or its reader goes away. */
  void serve(HttpExchange exchange) throws IOException, InterruptedException {
    TapFilter filter;
    try {
      filter = TapFilter.of(parameters(exchange.getRequestURI().getRawQuery()));
    } catch (IllegalArgumentException e) {
      AdminServer.send(exchange, Reply.text(400, String.valueOf(e.getMessage())));
      return;
    }
    if (!free.tryAcquire()) {
      exchange.getResponseHeaders().set("Retry-After", "5");
      AdminServer.send(exchange, Reply.text(503, "too many taps; at most " + MAX_TAPS));
      return;
    }
    LiveTap tap = new LiveTap(filter, random, sources.ticker());
    try {
      exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
      exchange.sendResponseHeaders(200, 0);
      // The head leaves only with the first byte; whoever asked wants to know that it began.
      exchange.getResponseBody().write('\n');
      exchange.getResponseBody().flush();
      sources.exchanges().tap().accept(tap);
      tap.writeTo(exchange.getResponseBody());
    } finally {
      free.release();
      sources.exchanges().untap().accept(tap);
    }
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query != null && !query.isEmpty()) {
      for (String part : query.split("&", -1)) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        parameters.put(name, URLDecoder.decode(value, StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }
}
