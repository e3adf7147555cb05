package dev.fairlead.app.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** One request's story in lines for people: what came, what was decided, how it went. */
final class StoryText {
  private final JsonNode story;
  private final List<String> lines = new ArrayList<>();

  private StoryText(JsonNode story) {
    this.story = story;
  }

  static List<String> of(JsonNode story) {
    StoryText text = new StoryText(story);
    text.request();
    text.route();
    text.attempts();
    text.picks();
    return text.lines;
  }

  private void request() {
    say("%s %s%s (%s)", at("method"), at("host"), at("path"), at("protocol"));
    say("  ended %s, kept as %s", at("time"), at("kept"));
    say(
        "  from %s%s, listener %s, class %s",
        at("client"), in(" as ", at("peer")), at("listener"), at("class"));
    say("  ids: trace %s, request %s", dash(at("trace_id")), dash(at("request_id")));
    String grpc = story.has("grpc_status") ? ", gRPC " + at("grpc_status") : "";
    say("  answered %s%s%s%s", at("status"), grpc, in(", flags ", at("flags")), why());
    say(
        "  took %s: connection after %s, first byte after %s",
        millis("total_ms"), millis("connect_ms"), millis("first_byte_ms"));
    if (story.has("limit_ms")) {
      say("  limit %s, of which %s was left", millis("limit_ms"), millis("limit_left_ms"));
    }
  }

  private String why() {
    return in(": ", at("detail"));
  }

  private void route() {
    if (at("route").isEmpty()) {
      say("route: none");
      return;
    }
    say("route: %s, matched by", at("route"));
    story.path("matched").forEach(each -> say("  %s", each.asString()));
    if (!story.path("backends").isEmpty()) {
      say("backends, drawn by weight (%s was)", dash(at("service")));
      story
          .path("backends")
          .forEach(
              each ->
                  say(
                      "  %s weight %s",
                      each.path("service").asString(), each.path("weight").asString()));
    }
  }

  private void attempts() {
    say("attempts: %s", at("attempt"));
    for (JsonNode each : story.path("attempts")) {
      say(
          "  %s in %s after %.1fms: %s%s, took %.1fms",
          each.path("endpoint").asString(),
          dash(each.path("cluster").asString("")),
          each.path("after_ms").asDouble(),
          each.path("outcome").asString(),
          each.path("status").asInt() > 0 ? " " + each.path("status").asString() : "",
          each.path("duration_ms").asDouble());
    }
    if (story.path("attempts").isEmpty() && story.has("endpoint")) {
      say("  %s in %s: replied", at("endpoint"), dash(at("cluster")));
    }
  }

  private void picks() {
    if (story.path("picks").isEmpty()) {
      say("picks: not written down for this request (ten a second are)");
      return;
    }
    for (JsonNode pick : story.path("picks")) {
      String result =
          pick.has("chosen")
              ? pick.path("chosen").asString() + ": " + pick.path("rule").asString()
              : "refused: " + pick.path("refusal").asString();
      say("pick: %s", result);
      say(
          "  pool %s with share %.2f%s, asked of an endpoint: %s",
          dash(pick.path("pool").asString("")),
          pick.path("pool_share").asDouble(),
          pick.path("panic").asBoolean() ? ", in panic" : "",
          pick.path("leniency").asString());
      for (JsonNode each : pick.path("endpoints")) {
        String load =
            each.has("load")
                ? String.format(Locale.ROOT, " load %.6g", each.path("load").asDouble())
                : "";
        String terms = each.has("terms") ? " " + each.path("terms") : "";
        say(
            "  %s in %s: %s%s%s",
            each.path("endpoint").asString(),
            dash(each.path("cluster").asString("")),
            each.path("verdict").asString(),
            load,
            terms);
      }
    }
  }

  private String at(String name) {
    return story.path(name).asString("");
  }

  private String millis(String name) {
    return story.has(name)
        ? String.format(Locale.ROOT, "%.1fms", story.path(name).asDouble())
        : "-";
  }

  private static String in(String before, String text) {
    return text.isEmpty() ? "" : before + text;
  }

  private static String dash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private void say(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }
}
