package dev.fairlead.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * {@link HeadWriter} for other encodings than HTTP/1.1's: gives a sink the fields that go on, by
 * the same rules. One object serves an event loop; what it composes stands in its own scratch.
 */
public final class HeadFields {
  private static final byte[] TE = Ascii.bytes("te");
  private static final byte[] TRAILERS = Ascii.bytes("trailers");

  private final ByteBuf scratch = Unpooled.buffer(256);

  /** The request as it goes upstream. What it says of its body's length goes on as it is. */
  public void request(
      FieldSink sink,
      RequestHead head,
      CompiledRewrite rewrite,
      CompiledEdits edits,
      ClientInfo client) {
    sink.method(head.bytes, head.start, head.methodEnd);
    if (rewrite.host.length > 0) {
      sink.authority(rewrite.host, 0, rewrite.host.length);
    } else {
      sink.authority(head.bytes, head.authorityStart, head.authorityEnd);
    }
    if (rewrite.keepsTarget(head)) {
      sink.path(head.bytes, head.pathStart, head.targetEnd);
    } else {
      scratch.clear();
      rewrite.writeTarget(scratch, head);
      sink.path(scratch.array(), 0, scratch.writerIndex());
    }
    for (int i = 0; i < head.count; i++) {
      byte id = head.known[i];
      if (id == KnownHeader.TE
          && Ascii.equalsLower(head.bytes, head.valueStart[i], head.valueEnd[i], TRAILERS)) {
        // Ours to say too, since we pass trailers on; gRPC servers insist on it.
        sink.field(id, TE, TRAILERS);
      } else if (!head.dropped[i]
          && id != KnownHeader.HOST
          && id != KnownHeader.TRANSFER_ENCODING
          && !client.replaces(id)
          && !edits.replaces(head, i)) {
        field(sink, head, i);
      }
    }
    client.fields(sink, head, edits, scratch);
    if (head.grpcTimeoutLength > 0 && !edits.replaces(GrpcTimeout.NAME)) {
      byte[] name = GrpcTimeout.NAME;
      sink.field(
          KnownHeader.OTHER, name, 0, name.length, head.grpcTimeout, 0, head.grpcTimeoutLength);
    }
    if (head.traceparent.length > 0 && !edits.replaces(HeadWriter.TRACEPARENT)) {
      sink.field(KnownHeader.TRACEPARENT, HeadWriter.TRACEPARENT, head.traceparent);
    }
    AttemptMark.field(sink, head);
    edits.fields(sink);
  }

  /** The response as it goes to the client. */
  public void response(FieldSink sink, ResponseHead head, CompiledEdits edits) {
    sink.status(head.status);
    boolean dropLength = head.status < 200 || head.status == 204;
    for (int i = 0; i < head.count; i++) {
      byte id = head.known[i];
      if (!head.dropped[i]
          && id != KnownHeader.TRANSFER_ENCODING
          && !(id == KnownHeader.CONTENT_LENGTH && dropLength)
          && !edits.replaces(head, i)) {
        field(sink, head, i);
      }
    }
    edits.fields(sink);
  }

  /** A redirect of {@code request}. */
  public void redirect(FieldSink sink, CompiledRedirect redirect, RequestHead request) {
    redirect.head(sink, request, scratch);
  }

  /** The trailers that concern the receiver: none that frame, route or authorise. */
  public void trailers(FieldSink sink, TrailerHead head) {
    for (int i = 0; i < head.count; i++) {
      if (head.passes(i)) {
        field(sink, head, i);
      }
    }
  }

  private static void field(FieldSink sink, Head head, int i) {
    sink.field(
        head.known[i],
        head.bytes,
        head.nameStart[i],
        head.nameEnd[i],
        head.bytes,
        head.valueStart[i],
        head.valueEnd[i]);
  }
}
