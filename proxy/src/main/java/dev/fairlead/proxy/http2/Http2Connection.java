package dev.fairlead.proxy.http2;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.HeadFields;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
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

  private static final byte[] PING_PAYLOAD = new byte[8];

  final boolean server;
  final Http2Owner owner;
  final Http2Limits limits;
  final FrameWriter frames;
  final Sender sender;
  final HpackEncoder encoder;
  final Receiver receiver;
  final StreamTable streams;
  final HeadFields fields;
  final Http2Output out;
  final Floods floods;
  final Goodbye goodbye;
  private final Inbound inbound;
  private final FrameReader reader;
  private int peerStreams = FIRST_PEER_STREAMS;
  private boolean settled;
  private boolean wantsToOpen;
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
    this.streams = new StreamTable(this, limits.maxStreams());
    this.sender = new Sender(this, frames, out, limits);
    this.encoder = new HpackEncoder(secure);
    this.floods = new Floods(this, ticker);
    this.goodbye = new Goodbye(this);
    this.inbound = new Inbound(this);
    this.reader = new FrameReader(inbound, server);
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
            && !goodbye.begun()
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
      stream.localEnd();
    }
    return stream;
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
        stream.reset(ErrorCode.NO_ERROR);
      } else if (stream.stillAfter(patience)) {
        stream.reset(ErrorCode.CANCEL);
      }
    }
  }

  /**
   * Closes the connection when what is under way has ended. A second call, for when the peer takes
   * too long to answer the first, takes no new streams from then on.
   */
  public void shutDown() {
    if (!closed) {
      goodbye.say();
    }
  }

  /** Asks the peer for a sign of life: to it something must arrive. */
  public void ping() {
    if (!closed) {
      frames.ping(false, PING_PAYLOAD);
    }
  }

  /** Closes the transport once all is written. */
  void close() {
    if (!closed) {
      closed = true;
      out.close();
    }
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
    floods.reset();
    return user;
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
    if (goodbye.said()) {
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
      stream.reset(ErrorCode.REFUSED_STREAM);
      return null;
    }
    stream.user = user;
    return stream;
  }

  /** Takes a stream out of all that it is in. */
  void close(Http2Stream stream) {
    streams.closed(stream);
    sender.drop(stream);
    if (!closed) {
      receiver.giveBack(null, stream.held);
      tellIfOpens();
      goodbye.closeIfDrained();
    }
    if (stream.orphan) {
      streams.free(stream);
    }
  }
}
