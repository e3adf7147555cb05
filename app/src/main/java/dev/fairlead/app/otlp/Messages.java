package dev.fairlead.app.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.fairlead.proxy.trace.Span;
import dev.fairlead.proxy.trace.Span.Attribute;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.SpanFlags;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Spans as OTLP's messages. The only class that knows protobuf. */
final class Messages {
  private static final String SCOPE = "dev.fairlead.proxy";

  private final Resource resource;
  private final InstrumentationScope scope;

  Messages(Map<String, String> said, String version) {
    Resource.Builder builder = Resource.newBuilder();
    said.forEach((key, value) -> builder.addAttributes(text(key, value)));
    if (!said.containsKey("service.version")) {
      builder.addAttributes(text("service.version", version));
    }
    resource = builder.build();
    scope = InstrumentationScope.newBuilder().setName(SCOPE).setVersion(version).build();
  }

  byte[] request(List<Span> spans) {
    ScopeSpans.Builder all = ScopeSpans.newBuilder().setScope(scope);
    spans.forEach(span -> all.addSpans(span(span)));
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(ResourceSpans.newBuilder().setResource(resource).addScopeSpans(all))
        .build()
        .toByteArray();
  }

  /** How many spans a collector that accepted the rest says that it refused. */
  static long refused(byte[] answer) {
    try {
      return ExportTraceServiceResponse.parseFrom(answer).getPartialSuccess().getRejectedSpans();
    } catch (InvalidProtocolBufferException e) {
      // Some answer with JSON, or nothing: it was accepted all the same.
      return 0;
    }
  }

  private static io.opentelemetry.proto.trace.v1.Span span(Span span) {
    int flags =
        span.flags()
            | SpanFlags.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK_VALUE
            | (span.remoteParent() ? SpanFlags.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK_VALUE : 0);
    var builder =
        io.opentelemetry.proto.trace.v1.Span.newBuilder()
            .setTraceId(id(span.traceIdHigh(), span.traceIdLow()))
            .setSpanId(id(span.spanId()))
            .setTraceState(span.traceState())
            .setFlags(flags)
            .setName(span.name())
            .setKind(
                switch (span.kind()) {
                  case SERVER -> SpanKind.SPAN_KIND_SERVER;
                  case CLIENT -> SpanKind.SPAN_KIND_CLIENT;
                })
            .setStartTimeUnixNano(span.startNanos())
            .setEndTimeUnixNano(span.startNanos() + span.durationNanos());
    if (span.parentId() != 0) {
      builder.setParentSpanId(id(span.parentId()));
    }
    if (span.error()) {
      builder.setStatus(
          Status.newBuilder()
              .setCode(Status.StatusCode.STATUS_CODE_ERROR)
              .setMessage(span.message()));
    }
    span.attributes().forEach(attribute -> builder.addAttributes(pair(attribute)));
    return builder.build();
  }

  private static KeyValue pair(Attribute attribute) {
    AnyValue.Builder value = AnyValue.newBuilder();
    switch (attribute) {
      case Attribute.Text text -> value.setStringValue(text.value());
      case Attribute.Whole whole -> value.setIntValue(whole.value());
      case Attribute.Flag flag -> value.setBoolValue(flag.value());
    }
    return KeyValue.newBuilder().setKey(attribute.key()).setValue(value).build();
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static ByteString id(long... parts) {
    ByteBuffer bytes = ByteBuffer.allocate(parts.length * Long.BYTES);
    for (long part : parts) {
      bytes.putLong(part);
    }
    return ByteString.copyFrom(bytes.flip());
  }
}
