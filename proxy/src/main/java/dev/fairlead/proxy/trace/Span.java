package dev.fairlead.proxy.trace;

import java.util.List;

/**
 * One finished span of a recorded trace, as OpenTelemetry's data model has it.
 *
 * @param parentId 0 where the trace begins with it
 * @param remoteParent whether its parent is somebody else's
 * @param traceState what other tracers passed along, empty for nothing
 * @param startNanos since 1970
 * @param error whether what it stands for failed, by OpenTelemetry's conventions
 * @param message on the failure, for people; empty for none
 */
public record Span(
    long traceIdHigh,
    long traceIdLow,
    long spanId,
    long parentId,
    boolean remoteParent,
    String traceState,
    int flags,
    Kind kind,
    String name,
    long startNanos,
    long durationNanos,
    boolean error,
    String message,
    List<Attribute> attributes) {
  public Span {
    attributes = List.copyOf(attributes);
  }

  /** On which side of a call it stands. */
  public enum Kind {
    SERVER,
    CLIENT
  }

  /** One thing that it says. */
  public sealed interface Attribute {
    String key();

    record Text(String key, String value) implements Attribute {}

    record Whole(String key, long value) implements Attribute {}

    record Flag(String key, boolean value) implements Attribute {}
  }

  /** 32 lower-case hex digits. */
  public String traceId() {
    return TraceParent.hex(traceIdHigh, traceIdLow);
  }
}
