package dev.fairlead.proxy.http2;

import dev.fairlead.proxy.http1.TrailerHead;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on a connection. Its user holds it until it calls {@link
 * Http2Connection#forget}; then the object serves another stream. Calls on one that is closed do
 * nothing.
 */
public final class Http2Stream {
  private static final int NO_LENGTH = -1;

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

  Http2Stream() {}

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

  /** One more look: whether so many in a row found that nothing of what waits was sent. */
  boolean stillAfter(int patience) {
    looks = queuedBytes == seenQueued ? looks + 1 : 0;
    seenQueued = queuedBytes;
    return looks >= patience;
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
}
