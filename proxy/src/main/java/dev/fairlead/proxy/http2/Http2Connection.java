package dev.fairlead.proxy.http2;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRedirect;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.HeadFields;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One end of an HTTP/2 connection (RFC 9113), a server's or a client's. It is driven by the bytes
 * received and writes to an {@link Http2Output}; it belongs to one event loop, starts no timer and
 * opens no socket.
 *
 * <p>Whoever drives it calls {@link #flush} when a turn's input is read or its own output written,
 * {@link #resume} when the transport takes more, {@link #gone} when it is closed.
 */
public final class Http2Connection {
  /** What we count on until the peer says how many streams it takes (§6.5.2). */
  private static final int FIRST_PEER_STREAMS = 100;

  /** A PING of our own: its answer says that all streams begun before our GOAWAY are here. */
  private static final byte[] LAST_CALL = {'f', 'a', 'i', 'r', 'l', 'e', 'a', 'd'};

  private static final byte[] NO_CALL = new byte[LAST_CALL.length];

  /** Streams that are reset may be as many at once, and so many a second; each whole one adds. */
  private static final int RESETS = 200;

  private static final int RESETS_PER_SECOND = 20;

  /** What is read of a request that is answered already: less than a reset costs the client. */
  private static final int MAX_DROPPED = 64 * 1024;

  final boolean server;
  final Http2Owner owner;
  final Http2Limits limits;
  final FrameWriter frames;
  final Sender sender;
  final HpackEncoder encoder;
  final Receiver receiver;
  final StreamTable streams;
  private final Http2Output out;
  private final HeadFields fields;
  private final Inbound inbound;
  private final FrameReader reader;
  private final Budget resets;
  private int peerStreams = FIRST_PEER_STREAMS;
  private boolean settled;
  private boolean wantsToOpen;

  /** We say goodbye: in two steps, so that no request that is under way is lost. */
  private boolean lastCall;

  private boolean draining;
  private boolean peerDrains;
  private boolean closed;

  private Http2Connection(
      boolean server,
      boolean secure,
      Http2Limits limits,
      Ticker ticker,
      HeadFields fields,
      Http2Owner owner,
      Http2Output out) {
    this.server = server;
    this.owner = owner;
    this.limits = limits;
    this.out = out;
    this.fields = fields;
    this.frames = new FrameWriter(out);
    this.receiver = new Receiver(frames, limits);
    this.streams = new StreamTable(server, limits.maxStreams());
    this.sender = new Sender(this, frames, out, limits);
    this.encoder = new HpackEncoder(secure);
    this.inbound = new Inbound(this, ticker);
    this.reader = new FrameReader(inbound, server);
    this.resets = new Budget(ticker, RESETS, RESETS_PER_SECOND);
  }

  /**
   * The server's end, whose SETTINGS are written at once.
   *
   * @param fields of the event loop
   */
  public static Http2Connection server(
      Http2Limits limits, Ticker ticker, HeadFields fields, Http2Owner owner, Http2Output out) {
    Http2Connection made = new Http2Connection(true, false, limits, ticker, fields, owner, out);
    made.frames.settings(
        Frame.MAX_CONCURRENT_STREAMS,
        limits.maxStreams(),
        Frame.INITIAL_WINDOW_SIZE,
        limits.streamWindow(),
        Frame.MAX_HEADER_LIST_SIZE,
        limits.head().maxHeadBytes());
    made.receiver.open();
    return made;
  }

  /**
   * The client's end, whose preface and SETTINGS are written at once.
   *
   * @param secure whether requests go over TLS: their scheme
   */
  public static Http2Connection client(
      boolean secure,
      Http2Limits limits,
      Ticker ticker,
      HeadFields fields,
      Http2Owner owner,
      Http2Output out) {
    Http2Connection made = new Http2Connection(false, secure, limits, ticker, fields, owner, out);
    made.frames.preface();
    made.frames.settings(
        Frame.ENABLE_PUSH,
        0,
        Frame.INITIAL_WINDOW_SIZE,
        limits.streamWindow(),
        Frame.MAX_HEADER_LIST_SIZE,
        limits.head().maxHeadBytes());
    made.receiver.open();
    return made;
  }

  /** Takes bytes of the peer, and releases them. */
  public void received(ByteBuf in) {
    try {
      reader.read(in);
    } finally {
      in.release();
    }
    if (!closed) {
      sender.pump();
    }
  }

  /** Lets out what was written. A peer that leaves too much of it unread is cut off. */
  public void flush() {
    if (!closed && out.pendingBytes() > limits.maxPending()) {
      fail(Violation.SLOW_READER);
    }
    out.flush();
  }

  /** The transport takes more. */
  public void resume() {
    if (!closed) {
      sender.pump();
    }
  }

  /** The transport is gone: all streams end. */
  public void gone() {
    closed = true;
    endAll(StreamUser.Cause.GONE, ErrorCode.CANCEL);
  }

  public boolean closed() {
    return closed;
  }

  /** Streams under way. */
  public int active() {
    return streams.size();
  }

  /** Bytes of bodies that wait for the peer's windows or the transport. */
  public int queuedBytes() {
    return sender.queued();
  }

  /** Whether the peer owes us the rest of a head or of a frame, for which it has its time. */
  public boolean unfinished() {
    return reader.midFrame() || inbound.midBlock();
  }

  /** Whether the peer acknowledged our SETTINGS. */
  public boolean settled() {
    return settled;
  }

  void peerSettled() {
    settled = true;
  }

  /** The time for {@link #settled} is over. */
  public void settingsTimedOut() {
    if (!settled && !closed) {
      fail(Violation.SETTINGS_TIMEOUT);
    }
  }

  /** Whether a request may be begun; if not, the owner is told when it may. */
  public boolean canOpen() {
    boolean can =
        !server
            && !closed
            && !draining
            && !peerDrains
            && streams.hasNumbers()
            && streams.size() < peerStreams;
    wantsToOpen |= !can;
    return can;
  }

  void peerStreams(long max) {
    peerStreams = (int) Math.min(max, Integer.MAX_VALUE);
    tellIfOpens();
  }

  private void tellIfOpens() {
    if (wantsToOpen && canOpen()) {
      wantsToOpen = false;
      owner.opens();
    }
  }

  /**
   * Begins a request; see {@link #canOpen}. Rewrite, edits and what the upstream is told of the
   * client are as for HTTP/1.1.
   */
  public Http2Stream request(
      StreamUser user,
      RequestHead head,
      CompiledRewrite rewrite,
      CompiledEdits edits,
      ClientInfo client,
      boolean end) {
    if (!canOpen()) {
      throw new IllegalStateException("no stream may be opened");
    }
    Http2Stream stream = newStream(streams.next());
    if (!streams.hasNumbers()) {
      // As if the peer had said that it takes no more (§5.1.1).
      owner.goAway(ErrorCode.NO_ERROR);
    }
    stream.user = user;
    stream.headRequest = head.method() == Method.HEAD;
    stream.headWritten = true;
    encoder.begin(Frame.HEADER_BYTES);
    fields.request(encoder, head, rewrite, edits, client);
    frames.headers(encoder, stream.id, end);
    if (end) {
      localEnd(stream);
    }
    return stream;
  }

  /** Answers with {@code head}; an interim one, which does not end, goes before another. */
  public void respond(Http2Stream stream, ResponseHead head, CompiledEdits edits, boolean end) {
    if (stream.closed || stream.headWritten) {
      return;
    }
    encoder.begin(Frame.HEADER_BYTES);
    fields.response(encoder, head, edits);
    writeHead(stream, !head.interim(), end);
  }

  /** Answers whole. */
  public void reply(Http2Stream stream, LocalReply reply) {
    if (stream.closed || stream.headWritten) {
      return;
    }
    encoder.begin(Frame.HEADER_BYTES);
    reply.head(encoder);
    int length = reply.bodyLength(stream.headRequest);
    writeHead(stream, true, length == 0);
    if (length > 0) {
      ByteBuf body = out.buffer().alloc().buffer(length);
      reply.writeBody(body, false);
      data(stream, body, true);
    }
  }

  /** Answers {@code request} whole. */
  public void redirect(Http2Stream stream, CompiledRedirect redirect, RequestHead request) {
    if (!stream.closed && !stream.headWritten) {
      encoder.begin(Frame.HEADER_BYTES);
      fields.redirect(encoder, redirect, request);
      writeHead(stream, true, true);
    }
  }

  private void writeHead(Http2Stream stream, boolean last, boolean end) {
    stream.headWritten = last;
    frames.headers(encoder, stream.id, end);
    if (end) {
      localEnd(stream);
    }
  }

  /** Sends a piece of the body, which is released. */
  public void data(Http2Stream stream, ByteBuf data, boolean end) {
    if (stream.closed || stream.localEnded || stream.endQueued) {
      data.release();
    } else {
      sender.data(stream, data, end);
    }
  }

  /** Ends the body. */
  public void end(Http2Stream stream) {
    data(stream, Unpooled.EMPTY_BUFFER, true);
  }

  /** Ends the body, with the trailers that concern the receiver. */
  public void trailers(Http2Stream stream, TrailerHead trailers) {
    if (stream.closed || stream.localEnded || stream.endQueued) {
      return;
    }
    if (stream.queuedBytes > 0) {
      stream.trailersQueued = trailers.copy();
      stream.endQueued = true;
    } else {
      writeTrailers(stream, trailers);
    }
  }

  void writeTrailers(Http2Stream stream, TrailerHead trailers) {
    encoder.begin(Frame.HEADER_BYTES);
    fields.trailers(encoder, trailers);
    if (encoder.end() == Frame.HEADER_BYTES) {
      frames.endOfData(stream.id);
    } else {
      frames.headers(encoder, stream.id, true);
    }
    localEnd(stream);
  }

  /** Whether more of the body may be given; if not, {@link StreamUser#writable} follows. */
  public boolean keepsUp(Http2Stream stream) {
    return stream.closed || sender.keepsUp(stream);
  }

  /** The user took so many bytes of the peer's body, and may be sent as many more. */
  public void consumed(Http2Stream stream, int bytes) {
    if (!stream.closed && bytes > 0) {
      stream.held -= bytes;
      receiver.giveBack(stream, bytes);
    }
  }

  /** Ends a stream before its time; its user is told nothing. */
  public void reset(Http2Stream stream, ErrorCode code) {
    if (!stream.closed) {
      frames.reset(stream.id, code);
      streams.reset(stream.id);
      inbound.weReset();
      close(stream);
    }
  }

  /**
   * The user is done with a stream: what waits to be sent still is, and what the peer sends is
   * dropped. It ends when both have; a peer that sends on is told to stop (RFC 9113 §8.1).
   */
  public void finish(Http2Stream stream) {
    if (stream.closed) {
      streams.free(stream);
      return;
    }
    stream.user = Nobody.USER;
    stream.orphan = true;
    stream.discards = true;
    if (stream.held > 0) {
      receiver.giveBack(null, stream.held);
      stream.held = 0;
    }
  }

  /**
   * Ends the streams that are answered and whose peers still have something to send, and those
   * whose answers nobody reads.
   *
   * @param patience calls, between which nothing of an answer was taken, until it is given up
   */
  public void endAnswered(int patience) {
    for (Http2Stream stream : streams.copy()) {
      if (!stream.orphan || stream.closed) {
        continue;
      }
      if (stream.localEnded) {
        reset(stream, ErrorCode.NO_ERROR);
      } else if (stream.stillAfter(patience)) {
        reset(stream, ErrorCode.CANCEL);
      }
    }
  }

  /** So many bytes came that nobody wants. */
  void dropped(Http2Stream stream, int bytes) {
    stream.dropped += bytes;
    receiver.giveBack(null, bytes);
    if (stream.dropped > MAX_DROPPED && stream.localEnded) {
      reset(stream, ErrorCode.NO_ERROR);
    }
  }

  /** The user lets go of a stream, which is reset if it has not ended. */
  public void forget(Http2Stream stream) {
    reset(stream, ErrorCode.CANCEL);
    streams.free(stream);
  }

  /**
   * Closes the connection when what is under way has ended. A second call, for when the peer takes
   * too long to answer the first, takes no new streams from then on.
   */
  public void shutDown() {
    if (closed || draining) {
      return;
    }
    if (server && !lastCall) {
      lastCall = true;
      frames.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR);
      frames.ping(false, LAST_CALL);
      return;
    }
    draining = true;
    frames.goAway(streams.lastRemote(), ErrorCode.NO_ERROR);
    closeIfDrained();
  }

  /** Asks the peer for a sign of life: to it something must arrive. */
  public void ping() {
    if (!closed) {
      frames.ping(false, NO_CALL);
    }
  }

  /** A PING came back. */
  void pinged(byte[] payload) {
    if (lastCall && Arrays.equals(payload, 0, 8, LAST_CALL, 0, 8)) {
      shutDown();
    }
  }

  private void closeIfDrained() {
    if ((draining || peerDrains) && streams.size() == 0 && !closed) {
      closed = true;
      out.close();
    }
  }

  /** The peer takes no streams past {@code lastStream}. */
  void peerGoesAway(int lastStream, ErrorCode code) {
    peerDrains = true;
    owner.goAway(code);
    if (!server) {
      for (Http2Stream stream : streams.copy()) {
        if (stream.id > lastStream && !stream.closed) {
          breakOff(stream, StreamUser.Cause.NOT_PROCESSED, ErrorCode.REFUSED_STREAM);
        }
      }
    }
    closeIfDrained();
  }

  /** Ends the connection for what the peer did. */
  void fail(Violation rule) {
    if (closed) {
      return;
    }
    closed = true;
    owner.violated(rule);
    frames.goAway(streams.lastRemote(), rule.code());
    endAll(StreamUser.Cause.VIOLATION, rule.code());
    out.close();
  }

  /** Ends a stream for what the peer did on it. */
  void failStream(int id, Violation rule) {
    StreamUser user = refuse(id, rule);
    if (user != null) {
      user.reset(StreamUser.Cause.VIOLATION, rule.code());
    }
  }

  /** Resets a stream that need not be open, and hands back its user, who is not told yet. */
  @Nullable StreamUser refuse(int id, Violation rule) {
    owner.violated(rule);
    frames.reset(id, rule.code());
    streams.reset(id);
    Http2Stream stream = streams.get(id);
    StreamUser user = stream == null ? null : stream.user;
    if (stream != null) {
      close(stream);
    }
    countReset();
    return user;
  }

  /** One more stream that came to nothing. */
  void countReset() {
    if (server && !resets.spend()) {
      fail(Violation.RESET_FLOOD);
    }
  }

  private void endAll(StreamUser.Cause cause, ErrorCode code) {
    for (Http2Stream stream : streams.copy()) {
      if (!stream.closed) {
        breakOff(stream, cause, code);
      }
    }
  }

  /** Ends a stream before its time, and tells its user. */
  void breakOff(Http2Stream stream, StreamUser.Cause cause, ErrorCode code) {
    StreamUser user = stream.user;
    close(stream);
    if (user != null) {
      user.reset(cause, code);
    }
  }

  /** A frame with so many bytes of a body went out. */
  void sent(int length) {
    inbound.sent(length);
  }

  private Http2Stream newStream(int id) {
    return streams.open(id, sender.initialWindow(), limits.streamWindow());
  }

  /**
   * The client begins a stream.
   *
   * @return null if it is refused; what follows on it is then dropped
   */
  @Nullable Http2Stream begin(int id) {
    streams.begun(id);
    if (draining) {
      // The client knows from our GOAWAY that nothing is done for it.
      streams.reset(id);
      return null;
    }
    if (streams.size() >= limits.maxStreams()) {
      refuse(id, Violation.TOO_MANY_STREAMS);
      return null;
    }
    Http2Stream stream = newStream(id);
    StreamUser user = owner.accept(stream);
    if (user == null) {
      reset(stream, ErrorCode.REFUSED_STREAM);
      return null;
    }
    stream.user = user;
    return stream;
  }

  /** Our side of a stream has ended. */
  void localEnd(Http2Stream stream) {
    stream.localEnded = true;
    if (stream.remoteEnded) {
      ended(stream);
    }
  }

  /** The peer's side of a stream has ended. */
  void remoteEnd(Http2Stream stream) {
    stream.remoteEnded = true;
    if (stream.localEnded) {
      ended(stream);
    }
  }

  private void ended(Http2Stream stream) {
    resets.earn(1);
    close(stream);
  }

  private void close(Http2Stream stream) {
    streams.closed(stream);
    sender.drop(stream);
    if (!closed) {
      receiver.giveBack(null, stream.held);
      tellIfOpens();
      closeIfDrained();
    }
    if (stream.orphan) {
      streams.free(stream);
    }
  }
}
