package dev.fairlead.app.admin;

import dev.fairlead.app.control.LinkHintBoard;
import dev.fairlead.app.state.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code /api/link-hints}: what network controllers know of links, posted and listed. */
final class LinkHintPosts {
  private static final Set<String> FIELDS =
      Set.of("by", "from", "to", "factor", "addedMillis", "forSeconds");
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Past what a hint may ask for and far from what a long holds. */
  private static final double LARGEST = 1e9;

  private final LinkHintBoard board;

  LinkHintPosts(LinkHintBoard board) {
    this.board = board;
  }

  List<Map<String, Object>> list() {
    List<Map<String, Object>> rows = new ArrayList<>();
    board
        .inForce()
        .forEach(
            hint -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("by", hint.by());
              row.put("from", hint.from());
              row.put("to", hint.to());
              row.put("factor", hint.factor());
              row.put("addedMillis", hint.addedNanos() / NANOS_PER_MILLI);
              row.put("forSeconds", board.remainingNanos(hint) / NANOS_PER_SECOND);
              rows.add(row);
            });
    return rows;
  }

  /** Puts one hint up, or takes it down with {@code forSeconds} 0. */
  Reply post(byte[] body) {
    try {
      JsonNode hint = Json.MAPPER.readTree(body);
      if (!hint.isObject()) {
        throw new IllegalArgumentException("a link hint is a JSON object");
      }
      for (Iterator<String> names = hint.propertyNames().iterator(); names.hasNext(); ) {
        String name = names.next();
        if (!FIELDS.contains(name)) {
          throw new IllegalArgumentException("unknown field '" + name + "'");
        }
      }
      board.post(
          text(hint, "by"),
          text(hint, "from"),
          text(hint, "to"),
          number(hint, "factor", 1),
          (long) (number(hint, "addedMillis", 0) * NANOS_PER_MILLI),
          (long) (number(hint, "forSeconds", Double.NaN) * NANOS_PER_SECOND));
      return Reply.json(list());
    } catch (JacksonException e) {
      return refused("no JSON: " + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      return refused(String.valueOf(e.getMessage()));
    }
  }

  private static Reply refused(String why) {
    return Reply.text(
        400,
        why
            + "\n(write {\"by\": \"who\", \"from\": \"cluster\", \"to\": \"cluster\", \"factor\": 1.5,"
            + " \"addedMillis\": 40, \"forSeconds\": 300}; factor and addedMillis may be left out)");
  }

  private static String text(JsonNode hint, String name) {
    JsonNode value = hint.get(name);
    if (value == null || !value.isString()) {
      throw new IllegalArgumentException("'" + name + "' is not a text");
    }
    return value.stringValue();
  }

  private static double number(JsonNode hint, String name, double unsaid) {
    JsonNode value = hint.get(name);
    double number = value == null ? unsaid : value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(number >= 0 && number <= LARGEST)) {
      throw new IllegalArgumentException("'" + name + "' is not a number in [0, 1e9]");
    }
    return number;
  }
}
