package dev.fairlead.app.command;

import dev.fairlead.app.state.Json;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Data for other programs: JSON, or the same as YAML. */
final class Output {
  /** Words that YAML takes for nothing else than a text. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*");

  private static final Pattern OTHER = Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null");

  private Output() {}

  static String json(JsonNode data) {
    return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(data)
        + System.lineSeparator();
  }

  static String yaml(JsonNode data) {
    StringBuilder out = new StringBuilder();
    block(out, data, 0);
    return out.toString();
  }

  /** Whole lines, each so far from the left. */
  private static void block(StringBuilder out, JsonNode node, int indent) {
    if (node.isEmpty()) {
      line(out, indent).append(scalar(node)).append('\n');
      return;
    }
    if (node.isArray()) {
      for (JsonNode item : node) {
        line(out, indent).append("- ");
        if (item.isEmpty()) {
          out.append(scalar(item)).append('\n');
        } else {
          StringBuilder nested = new StringBuilder();
          block(nested, item, indent + 2);
          out.append(nested.substring(indent + 2));
        }
      }
      return;
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      line(out, indent).append(text(entry.getKey())).append(':');
      JsonNode value = entry.getValue();
      if (value.isEmpty()) {
        out.append(' ').append(scalar(value)).append('\n');
      } else {
        out.append('\n');
        block(out, value, indent + 2);
      }
    }
  }

  private static StringBuilder line(StringBuilder out, int indent) {
    return out.repeat(' ', indent);
  }

  /** JSON's scalars, and its empty lists and objects, are YAML. */
  private static String scalar(JsonNode node) {
    return node.isString() ? text(node.stringValue()) : node.toString();
  }

  private static String text(String text) {
    boolean plain = PLAIN.matcher(text).matches() && !OTHER.matcher(text).matches();
    return plain ? text : Json.MAPPER.writeValueAsString(text);
  }
}
