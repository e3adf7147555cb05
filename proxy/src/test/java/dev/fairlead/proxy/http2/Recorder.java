package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A stream's user that writes down what it is told, and takes data as it comes. */
final class Recorder implements StreamUser {
  final List<String> told = new ArrayList<>();
  final StringBuilder body = new StringBuilder();
  Http2Stream stream;
  boolean consumes = true;
  boolean ended;
  private final Head head;

  Recorder(Head head) {
    this.head = head;
  }

  @Override
  public Head head() {
    return head;
  }

  @Override
  public void headRead(boolean end) {
    ended = end;
    told.add(Blocks.text(head) + (end ? " end" : ""));
  }

  @Override
  public void rejected(Reject reject) {
    told.add("rejected " + reject);
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    ended = end;
    body.append(data.toString(StandardCharsets.ISO_8859_1));
    int length = data.readableBytes();
    data.release();
    if (consumes) {
      stream.consumed(length);
    }
    told.add("data " + length + (end ? " end" : ""));
  }

  @Override
  public void trailers(TrailerHead trailers) {
    ended = true;
    told.add("trailers " + Blocks.text(trailers));
  }

  @Override
  public void reset(Cause cause, ErrorCode code) {
    told.add("reset " + cause + " " + code);
  }

  @Override
  public void writable() {
    told.add("writable");
  }
}
