package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRedirect;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on a connection. Its user holds it until it calls {@link #forget};
 * then the object serves another stream. Calls on one that is closed do nothing.
 */
public final class Http2Stream {
  private static final int NO_LENGTH = -1;

  /** What is read of a request that is answered already: less than a reset costs the client. */
  private static final int MAX_DROPPED = 64 * 1024;

  private final Http2Connection connection;
  int id;
  @Nullable StreamUser user;
  boolean closed;

  /** Whether its user is gone: then nobody but the connection holds it. */
  boolean orphan;

  /** The peer's side: its head is here; all of it is here; nobody wants the rest. */
  boolean headRead;

  boolean remoteEnded;
  boolean discards;

  /** Our side: the head is out; all of it is out. */
  boolean headWritten;

  boolean localEnded;

  /** Whether it asks by HEAD, so that the answer has no body. */
  boolean headRequest;

  /** Bytes of the peer's body as announced, {@link #NO_LENGTH} if they are not. */
  long announced;

  long received;

  /** What the peer may still send. */
  int receiveWindow;

  /** What was received and nobody wanted. */
  int dropped;

  /** What was received and not yet consumed. */
  int held;

  /** What was consumed and not yet told to the peer. */
  int unreturned;

  /** What we may still send; below 0 after the peer has taken some of it back. */
  int sendWindow;

  /** What waits for the window or the transport, in order; then the end, if it is known. */
  final ArrayDeque<ByteBuf> queue = new ArrayDeque<>(2);

  int queuedBytes;
  boolean endQueued;
  @Nullable TrailerHead trailersQueued;

  /** Of {@link #stillAfter}: what waited at the last look, and how often it was the same. */
  private int seenQueued;

  private int looks;

  /** Whether it stands in the line of those that can send. */
  boolean inLine;

  @Nullable Http2Stream nextInLine;

  /** Whether its user was told to wait. */
  boolean waiting;

  Http2Stream(Http2Connection connection) {
    this.connection = connection;
  }

  void open(int newId, int send, int receive) {
    id = newId;
    user = null;
    closed = false;
    orphan = false;
    headRead = remoteEnded = discards = false;
    headWritten = localEnded = headRequest = false;
    announced = NO_LENGTH;
    received = 0;
    dropped = 0;
    receiveWindow = receive;
    held = 0;
    unreturned = 0;
    sendWindow = send;
    queuedBytes = 0;
    endQueued = false;
    trailersQueued = null;
    seenQueued = 0;
    looks = 0;
    waiting = false;
  }

  public int id() {
    return id;
  }

  public boolean closed() {
    return closed;
  }

  /** Bytes of the body that wait to be sent. */
  public int queuedBytes() {
    return queuedBytes;
  }

  /** Whether the peer has sent all that it will. */
  public boolean remoteEnded() {
    return remoteEnded;
  }

  // ---- what its user does

  /** Answers with {@code head}; an interim one, which does not end, goes before another. */
  public void respond(ResponseHead head, CompiledEdits edits, boolean end) {
    if (closed || headWritten) {
      return;
    }
    connection.encoder.begin(Frame.HEADER_BYTES);
    connection.fields.response(connection.encoder, head, edits);
    writeHead(!head.interim(), end);
  }

  /** Answers whole. */
  public void reply(LocalReply reply) {
    if (closed || headWritten) {
      return;
    }
    connection.encoder.begin(Frame.HEADER_BYTES);
    reply.head(connection.encoder);
    int length = reply.bodyLength(headRequest);
    writeHead(true, length == 0);
    if (length > 0) {
      ByteBuf body = connection.out.buffer().alloc().buffer(length);
      reply.writeBody(body, false);
      data(body, true);
    }
  }

  /** Answers {@code request} whole. */
  public void redirect(CompiledRedirect redirect, RequestHead request) {
    if (!closed && !headWritten) {
      connection.encoder.begin(Frame.HEADER_BYTES);
      connection.fields.redirect(connection.encoder, redirect, request);
      writeHead(true, true);
    }
  }

  private void writeHead(boolean last, boolean end) {
    headWritten = last;
    connection.frames.headers(connection.encoder, id, end);
    if (end) {
      localEnd();
    }
  }

  /** Sends a piece of the body, which is released. */
  public void data(ByteBuf data, boolean end) {
    if (closed || localEnded || endQueued) {
      data.release();
    } else {
      connection.sender.data(this, data, end);
    }
  }

  /** Ends the body. */
  public void end() {
    data(Unpooled.EMPTY_BUFFER, true);
  }

  /** Ends the body, with the trailers that concern the receiver. */
  public void trailers(TrailerHead trailers) {
    if (closed || localEnded || endQueued) {
      return;
    }
    if (queuedBytes > 0) {
      trailersQueued = trailers.copy();
      endQueued = true;
    } else {
      writeTrailers(trailers);
    }
  }

  /** Whether more of the body may be given; if not, {@link StreamUser#writable} follows. */
  public boolean keepsUp() {
    return closed || connection.sender.keepsUp(this);
  }

  /** The user took so many bytes of the peer's body, and may be sent as many more. */
  public void consumed(int bytes) {
    if (!closed && bytes > 0) {
      held -= bytes;
      connection.receiver.giveBack(this, bytes);
    }
  }

  /** Ends it before its time; its user is told nothing. */
  public void reset(ErrorCode code) {
    if (!closed) {
      connection.frames.reset(id, code);
      connection.streams.reset(id);
      connection.floods.weReset();
      connection.close(this);
    }
  }

  /**
   * The user is done with it: what waits to be sent still is, and what the peer sends is dropped.
   * It ends when both have; a peer that sends on is told to stop (RFC 9113 §8.1).
   */
  public void finish() {
    if (closed) {
      connection.streams.free(this);
      return;
    }
    user = Nobody.USER;
    orphan = true;
    discards = true;
    if (held > 0) {
      connection.receiver.giveBack(null, held);
      held = 0;
    }
  }

  /** The user lets go of it; it is reset if it has not ended. */
  public void forget() {
    reset(ErrorCode.CANCEL);
    connection.streams.free(this);
  }

  // ---- what its connection does

  /** One more look: whether so many in a row found that nothing of what waits was sent. */
  boolean stillAfter(int patience) {
    looks = queuedBytes == seenQueued ? looks + 1 : 0;
    seenQueued = queuedBytes;
    return looks >= patience;
  }

  /** All that waited before the trailers is out. */
  void writeTrailers(TrailerHead trailers) {
    connection.encoder.begin(Frame.HEADER_BYTES);
    connection.fields.trailers(connection.encoder, trailers);
    if (connection.encoder.end() == Frame.HEADER_BYTES) {
      connection.frames.endOfData(id);
    } else {
      connection.frames.headers(connection.encoder, id, true);
    }
    localEnd();
  }

  /** So many bytes came that nobody wants. */
  void dropped(int bytes) {
    dropped += bytes;
    connection.receiver.giveBack(null, bytes);
    if (dropped > MAX_DROPPED && localEnded) {
      reset(ErrorCode.NO_ERROR);
    }
  }

  /** Our side has ended. */
  void localEnd() {
    localEnded = true;
    if (remoteEnded) {
      ended();
    }
  }

  /** The peer's side has ended. */
  void remoteEnd() {
    remoteEnded = true;
    if (localEnded) {
      ended();
    }
  }

  private void ended() {
    connection.floods.ended();
    connection.close(this);
  }
}
