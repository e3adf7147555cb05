package dev.fairlead.route;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A condition on a header or parameter, made ready to be checked in place. Immutable. */
final class Condition {
  final byte[] name;
  private final byte[] value;
  private final @Nullable Expression expression;

  Condition(String name, Match.ValueMatch match) {
    this.name = name.getBytes(StandardCharsets.UTF_8);
    this.value = match.value().getBytes(StandardCharsets.UTF_8);
    this.expression = match.expression() ? Expression.of(match.value()) : null;
  }

  /** Whether the first header of that name has the value. */
  boolean holdsForHeader(RequestView request) {
    int header = request.header(name);
    if (header < 0) {
      return false;
    }
    byte[] bytes = request.bytes();
    int from = request.headerValueStart(header);
    int to = request.headerValueEnd(header);
    return expression == null
        ? Arrays.equals(bytes, from, to, value, 0, value.length)
        : expression.matches(bytes, from, to);
  }

  /** Whether the first query parameter of that name has the value, decoded. */
  boolean holdsForParameter(RequestView request) {
    byte[] bytes = request.bytes();
    int from = request.queryStart();
    int to = request.queryEnd();
    if (expression == null) {
      return Query.has(bytes, from, to, name, value);
    }
    int start = Query.valueStart(bytes, from, to, name);
    if (start < 0) {
      return false;
    }
    byte[] decoded = Query.decoded(bytes, start, Query.valueEnd(bytes, start, to));
    return expression.matches(decoded, 0, decoded.length);
  }
}
