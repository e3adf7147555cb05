package dev.fairlead.app.simulate.trace;

import dev.fairlead.app.state.Json;
import dev.fairlead.simulator.scenario.Trace;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Fairlead's access log: a JSON object a line. A request arrived when it ended less the time that
 * it took; one without a service was answered here and is left out.
 */
final class OwnLog implements Row.Reader {
  @Override
  public Optional<Row> read(String line, int number) {
    JsonNode entry;
    try {
      entry = Json.MAPPER.readTree(line);
    } catch (JacksonException e) {
      throw new TraceProblem(
          number, "no JSON: " + e.getOriginalMessage(), "mend or remove the line");
    }
    if (!entry.isObject() || !entry.path("time").isString()) {
      throw new TraceProblem(
          number, "no line of an access log: it has no 'time'", "mend or remove the line");
    }
    long ended;
    try {
      ended = Instant.parse(entry.path("time").stringValue()).toEpochMilli() * 1000;
    } catch (DateTimeException | ArithmeticException e) {
      throw new TraceProblem(number, "'time' is no time", "as 2026-01-31T12:00:00.000Z");
    }
    if (!entry.path("service").isString()) {
      return Optional.empty();
    }
    double took = entry.path("total_ms").asDouble(0);
    JsonNode client = entry.path("client");
    return Optional.of(
        new Row(
            "",
            entry.path("service").stringValue(),
            ended - Math.round(1000 * Math.clamp(took, 0, 1e12)),
            Trace.UNKNOWN,
            client.isString() ? Columns.key(host(client.stringValue())) : Trace.UNKNOWN,
            bytes(entry.path("request_bytes")),
            bytes(entry.path("response_bytes")),
            Trace.UNKNOWN));
  }

  private static long bytes(JsonNode number) {
    return number.canConvertToLong() && number.longValue() >= 0
        ? number.longValue()
        : Trace.UNKNOWN;
  }

  /** A client without its port, which is another for each connection. */
  private static String host(String client) {
    int colon = client.lastIndexOf(':');
    return colon > 0 && client.indexOf(']') < colon ? client.substring(0, colon) : client;
  }
}
