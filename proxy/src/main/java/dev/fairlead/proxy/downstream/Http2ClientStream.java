package dev.fairlead.proxy.downstream;

import dev.fairlead.proxy.exchange.ClientStream;
import dev.fairlead.proxy.exchange.Exchange;
import dev.fairlead.proxy.exchange.Loop;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRedirect;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.Head;
import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.http2.ErrorCode;
import dev.fairlead.proxy.http2.Http2Stream;
import dev.fairlead.proxy.http2.StreamUser;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.tls.TlsPeer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One stream of a client's HTTP/2 connection, with its exchange. Reused by the connection. */
final class Http2ClientStream implements ClientStream, StreamUser {
  private final Http2ClientConnection connection;
  private final Loop loop;
  private final TimerWheel.Timer timer = new Deadline();
  private @Nullable Http2Stream stream;
  private @Nullable Exchange exchange;
  private long touched;

  /** Bytes of the request's body that the client may be sent credit for. */
  private int owed;

  /**
   * Bytes of the answer that its head announced and that are yet to come, with the last of which
   * the stream can end; −1: unknown, or more than those may come.
   */
  private long left;

  Http2ClientStream(Http2ClientConnection connection) {
    this.connection = connection;
    this.loop = connection.loop;
  }

  void begin(Http2Stream begun) {
    Exchange taken = loop.take();
    stream = begun;
    exchange = taken;
    owed = 0;
    left = -1;
    touched = loop.timers.coarseNanos();
    taken.attach(this);
  }

  private Http2Stream stream() {
    Http2Stream current = stream;
    if (current == null) {
      throw new IllegalStateException("no stream is under way");
    }
    return current;
  }

  private Exchange exchange() {
    Exchange current = exchange;
    if (current == null) {
      throw new IllegalStateException("no exchange is under way");
    }
    return current;
  }

  // ---- what the client does

  @Override
  public Head head() {
    return exchange().request;
  }

  @Override
  public void headRead(boolean end) {
    Exchange current = exchange();
    connection.wrote(this);
    current.start(connection.port.rules());
  }

  @Override
  public void rejected(Reject reject) {
    loop.counters.rejected(reject);
    exchange().rejected(reject);
  }

  @Override
  public void data(ByteBuf data, boolean end) {
    Exchange current = exchange();
    touch();
    int length = data.readableBytes();
    if (length > 0) {
      owed += length;
      current.requestData(data);
    } else {
      data.release();
    }
    if (end) {
      current.requestEnded(null);
    } else {
      updateReading();
    }
    connection.wrote(this);
  }

  @Override
  public void trailers(TrailerHead trailers) {
    touch();
    exchange().requestEnded(trailers.copy());
    connection.wrote(this);
  }

  @Override
  public void reset(Cause cause, ErrorCode code) {
    Exchange current = exchange;
    Http2Stream last = leave();
    if (current != null) {
      current.clientGone();
    }
    if (last != null) {
      last.forget();
      connection.put(this);
    }
  }

  @Override
  public void writable() {
    Exchange current = exchange;
    if (current != null) {
      touch();
      current.resumeUpstream();
    }
  }

  /** All that was here is read: lets out what was written to the upstream. */
  void flushUpstream() {
    Exchange current = exchange;
    if (current != null) {
      current.flushUpstream();
    }
  }

  // ---- what the exchange does

  @Override
  public String address() {
    return connection.address;
  }

  @Override
  public String listenerName() {
    return connection.port.rules().name();
  }

  @Override
  public String protocol() {
    return "HTTP/2";
  }

  @Override
  public @Nullable TlsPeer tls() {
    return connection.tls();
  }

  @Override
  public ClientInfo info() {
    return connection.info();
  }

  @Override
  public void retire() {
    connection.retire();
  }

  @Override
  public boolean readsRest() {
    // The stream's end tells the client to stop.
    return false;
  }

  @Override
  public boolean endsByClose(ResponseHead head) {
    return false;
  }

  @Override
  public void writeInterim(ResponseHead head) {
    stream().respond(head, CompiledEdits.NONE, false);
  }

  @Override
  public void writeHead(ResponseHead head, CompiledEdits edits, boolean close) {
    // Who takes trailers may get some behind a body of known length too, or behind an empty one.
    boolean trailers = exchange().request.find(KnownHeader.TE) >= 0;
    boolean hasBody = head.framing() != Framing.NONE && (head.contentLength() != 0 || trailers);
    left = head.framing() == Framing.LENGTH && !trailers ? head.contentLength() : -1;
    stream().respond(head, edits, !hasBody);
  }

  @Override
  public boolean takesTrailers(ResponseHead head, byte[] lowerName) {
    // Less than its head announced would be malformed (RFC 9113 §8.1.1).
    return head.framing() != Framing.NONE && head.framing() != Framing.LENGTH;
  }

  @Override
  public void write(ByteBuf data) {
    boolean last = left == data.readableBytes();
    left -= left > 0 ? data.readableBytes() : 0;
    stream().data(data, last);
  }

  @Override
  public void writeEnd(@Nullable TrailerHead trailers) {
    if (trailers == null) {
      stream().end();
    } else {
      stream().trailers(trailers);
    }
  }

  @Override
  public void write(LocalReply reply, boolean close) {
    stream().reply(reply);
    connection.flushLater();
  }

  @Override
  public void write(CompiledRedirect redirect, boolean close) {
    stream().redirect(redirect, exchange().request);
    connection.flushLater();
  }

  @Override
  public void enterTunnel() {
    throw new IllegalStateException("a stream of HTTP/2 changes to no other protocol");
  }

  @Override
  public void tunnel(ByteBuf bytes) {
    bytes.release();
    throw new IllegalStateException("a stream of HTTP/2 changes to no other protocol");
  }

  @Override
  public void flush() {
    connection.flushLater();
  }

  @Override
  public boolean keepsUp() {
    Http2Stream current = stream;
    return current == null || current.keepsUp();
  }

  @Override
  public void touch() {
    touched = loop.timers.coarseNanos();
    connection.touched = touched;
  }

  @Override
  public void armTimer() {
    Exchange current = exchange;
    if (current != null && current.started()) {
      loop.timers.arm(timer, current.deadline(touched));
    }
  }

  @Override
  public void updateReading() {
    Exchange current = exchange;
    Http2Stream of = stream;
    if (owed > 0 && of != null && current != null && !current.blocked()) {
      of.consumed(owed);
      owed = 0;
      connection.flushLater();
    }
  }

  @Override
  public void awaitRest() {
    throw new IllegalStateException("the rest of a stream is not awaited");
  }

  @Override
  public void exchangeEnded(boolean close, boolean linger) {
    Http2Stream ended = leave();
    if (ended != null) {
      ended.finish();
      connection.put(this);
    }
  }

  @Override
  public void exchangeAborted(boolean reset) {
    Http2Stream aborted = leave();
    if (aborted != null) {
      aborted.reset(ErrorCode.INTERNAL_ERROR);
      aborted.forget();
      connection.put(this);
    }
  }

  private @Nullable Http2Stream leave() {
    Http2Stream last = stream;
    exchange = null;
    stream = null;
    loop.timers.cancel(timer);
    connection.flushLater();
    return last;
  }

  private void timerExpired() {
    Exchange current = exchange;
    if (current == null) {
      return;
    }
    long now = loop.ticker.nanos();
    long deadline = current.deadline(touched);
    if (deadline - now > 0) {
      loop.timers.arm(timer, deadline);
    } else {
      current.timedOut(now - touched >= loop.timeouts.bodyIdle);
      flushUpstream();
      connection.flushLater();
    }
  }

  private final class Deadline extends TimerWheel.Timer {
    @Override
    protected void expired() {
      try {
        timerExpired();
      } catch (RuntimeException e) {
        connection.channel.pipeline().fireExceptionCaught(e);
      }
    }
  }
}
