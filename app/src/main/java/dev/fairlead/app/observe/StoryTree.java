package dev.fairlead.app.observe;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.pick.Explanation;
import dev.fairlead.proxy.observe.AttemptStory;
import dev.fairlead.proxy.observe.ExchangeStory;
import dev.fairlead.proxy.observe.ExchangeStory.Share;
import dev.fairlead.proxy.observe.Field;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A story as a tree for JSON, in the access log's names where it has one. */
public final class StoryTree {
  private StoryTree() {}

  /** What the access log says, and headers where they were wanted. */
  public static Map<String, Object> line(ExchangeStory story) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", Instant.ofEpochMilli(story.millis()).toString());
    line.put("listener", story.listener());
    line.put("client", story.clientAddress());
    line.put("peer", story.peer());
    line.put("protocol", story.protocol());
    line.put("method", story.method());
    line.put("host", story.host());
    line.put("path", withoutValues(story.target()));
    line.put("route", story.route());
    story.service().ifPresent(service -> line.put("service", service.toString()));
    line.put("status", story.status());
    if (story.grpcStatus() >= 0) {
      line.put("grpc_status", story.grpcStatus());
    }
    line.put("request_bytes", story.requestBytes());
    line.put("response_bytes", story.responseBytes());
    millis(line, "connect_ms", story.connectNanos());
    millis(line, "first_byte_ms", story.firstByteNanos());
    millis(line, "total_ms", story.totalNanos());
    story.endpoint().ifPresent(endpoint -> endpoint(line, endpoint));
    line.put("attempt", story.attemptCount());
    line.put("class", story.trafficClass());
    line.put("flags", story.flags());
    line.put("detail", story.detail());
    line.put("trace_id", story.traceId());
    line.put("request_id", story.requestId());
    fields(line, "request_headers", story.requestFields());
    fields(line, "response_headers", story.answerFields());
    return line;
  }

  /** All of it. */
  public static Map<String, Object> whole(ExchangeStory story) {
    Map<String, Object> tree = line(story);
    tree.put("kept", story.kept().name().toLowerCase(Locale.ROOT));
    tree.put("matched", story.matched());
    tree.put("backends", story.backends().stream().map(StoryTree::share).toList());
    if (story.limitNanos() > 0) {
      millis(tree, "limit_ms", story.limitNanos());
      millis(tree, "limit_left_ms", Math.max(0, story.limitNanos() - story.totalNanos()));
    }
    tree.put("attempts", story.attempts().stream().map(StoryTree::attempt).toList());
    tree.put("picks", story.picks().stream().map(StoryTree::pick).toList());
    return tree;
  }

  private static Map<String, Object> share(Share share) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("service", share.service().map(Object::toString).orElse("(does not exist)"));
    tree.put("weight", share.weight());
    return tree;
  }

  private static Map<String, Object> attempt(AttemptStory attempt) {
    Map<String, Object> tree = new LinkedHashMap<>();
    endpoint(tree, attempt.endpoint());
    millis(tree, "after_ms", attempt.afterNanos());
    millis(tree, "duration_ms", attempt.durationNanos());
    tree.put("status", attempt.status());
    tree.put("outcome", attempt.outcome().name().toLowerCase(Locale.ROOT));
    return tree;
  }

  private static Map<String, Object> pick(Explanation pick) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("service", pick.service().toString());
    pick.chosen().ifPresent(chosen -> tree.put("chosen", chosen.address().toString()));
    pick.refusal().ifPresent(refusal -> tree.put("refusal", refusal.reason()));
    tree.put("pool", pick.pool());
    tree.put("pool_share", pick.poolShare());
    tree.put("panic", pick.panic());
    tree.put("leniency", pick.leniency());
    tree.put("rule", pick.rule());
    pick.runnerUp().ifPresent(second -> tree.put("runner_up", second.address().toString()));
    List<Map<String, Object>> endpoints = new ArrayList<>();
    for (Explanation.Considered each : pick.endpoints()) {
      Map<String, Object> considered = new LinkedHashMap<>();
      endpoint(considered, each.endpoint());
      considered.put("verdict", each.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-'));
      number(each.load()).ifPresent(load -> considered.put("load", load));
      if (!each.terms().isEmpty()) {
        considered.put("terms", each.terms());
      }
      endpoints.add(considered);
    }
    tree.put("endpoints", endpoints);
    return tree;
  }

  private static Optional<Double> number(double load) {
    return Double.isFinite(load) ? Optional.of(load) : Optional.empty();
  }

  private static void endpoint(Map<String, Object> tree, Endpoint endpoint) {
    tree.put("cluster", endpoint.cluster());
    tree.put("locality", endpoint.place().locality().toString());
    tree.put("endpoint", endpoint.address().toString());
  }

  private static void millis(Map<String, Object> tree, String name, long nanos) {
    if (nanos >= 0) {
      long micros = nanos / 1000;
      tree.put(name, micros / 1000.0);
    }
  }

  private static void fields(Map<String, Object> tree, String name, List<Field> fields) {
    if (!fields.isEmpty()) {
      tree.put(name, fields.stream().map(each -> each.name() + ": " + each.value()).toList());
    }
  }

  /** A target with the names of its query, whose values may be anybody's secrets. */
  static String withoutValues(String target) {
    int query = target.indexOf('?');
    return query < 0
        ? target
        : target.substring(0, query) + target.substring(query).replaceAll("=[^&]*", "=…");
  }
}
