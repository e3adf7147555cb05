package dev.fairlead.proxy;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.proxy.upstream.UpstreamConnection;
import dev.fairlead.proxy.upstream.UpstreamUser;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange holds of the endpoint that it was led to: the lease and the connection, from the
 * pick until the endpoint has answered or failed. At most one is under way; a retry begins it anew.
 */
final class Attempt {
  private final Loop loop;
  private final Upload upload;
  private final Outlet out;
  private @Nullable Lease lease;
  private @Nullable UpstreamConnection connection;
  private @Nullable Endpoint failed;
  private long begun;
  private long headBytes;
  private long received;
  private boolean sent;

  Attempt(Loop loop, Upload upload) {
    this.loop = loop;
    this.upload = upload;
    this.out = new Outlet(loop.counters);
  }

  /** Forgets the last exchange. */
  void clear() {
    failed = null;
    headBytes = 0;
    received = 0;
    sent = false;
    out.close();
  }

  /**
   * An endpoint is picked.
   *
   * @param now when the attempt's time begins
   */
  void begin(Lease picked, long now) {
    lease = picked;
    begun = now;
    sent = false;
  }

  /**
   * Takes a connection to {@code endpoint}.
   *
   * @return whether it is open; else {@code user} is told what becomes of it, at once even, and
   *     another attempt may be under way by now
   */
  boolean connect(Endpoint endpoint, UpstreamUser user) {
    UpstreamConnection taken = loop.pool.take(endpoint.address());
    connection = taken;
    taken.start(user);
    return connection == taken && taken.isOpen();
  }

  /** When it began. */
  long begun() {
    return begun;
  }

  /** Whether an endpoint is held. */
  boolean underWay() {
    return lease != null;
  }

  /** Whether it has a connection, of which the user still hears. */
  boolean connected() {
    return connection != null;
  }

  /** Whether the connection had to be opened for it. */
  boolean openedConnection() {
    return connection != null && !connection.isReused();
  }

  /** Opens the way to write to the upstream. */
  Outlet open() {
    UpstreamConnection to = connection;
    if (to == null) {
      throw new IllegalStateException("no connection");
    }
    out.open(to.channel());
    sent = true;
    return out;
  }

  /** The request's head, of so many bytes, is written. */
  void wroteHead(long bytes) {
    headBytes += bytes;
  }

  /** Writes bytes as they are, after a 101. */
  void relay(ByteBuf in) {
    headBytes += in.readableBytes();
    out.write(in);
  }

  boolean keepsUp() {
    return out.keepsUp();
  }

  void flush() {
    UpstreamConnection to = connection;
    if (sent && to != null && to.isOpen()) {
      out.flush();
    }
  }

  /** Bytes of the answer arrived. */
  void received(long bytes) {
    received += bytes;
  }

  /** The head of the answer is here. */
  void answered() {
    Lease held = lease;
    if (held != null) {
      held.answered();
    }
  }

  void pauseReading() {
    UpstreamConnection from = connection;
    if (from != null) {
      from.channel().config().setAutoRead(false);
    }
  }

  boolean readingPaused() {
    UpstreamConnection from = connection;
    return from != null && from.isOpen() && !from.channel().config().isAutoRead();
  }

  void resumeReading() {
    UpstreamConnection from = connection;
    if (from != null) {
      from.channel().config().setAutoRead(true);
    }
  }

  /**
   * The connection closed by itself. The lease is yet to be ended.
   *
   * @return whether a pooled one closed within a round trip: then it was closing as an idle one
   *     when the request came, which is no fault of the endpoint
   */
  boolean disconnected() {
    UpstreamConnection gone = connection;
    connection = null;
    detach();
    return gone != null
        && gone.isReused()
        && loop.ticker.nanos() - begun <= 2 * gone.connectNanos();
  }

  /** Ends it, so that the request can be sent to another endpoint than this one. */
  void fail(Outcome outcome) {
    Lease held = lease;
    failed = held == null ? null : held.endpoint();
    connection = null;
    detach();
    end(outcome);
  }

  /** Ends it as the answer is whole; the connection serves the next one if it is fit for that. */
  void complete(Outcome outcome, LoadReport load, long retryAfterNanos, boolean reusable) {
    UpstreamConnection from = connection;
    connection = null;
    end(outcome, load, retryAfterNanos);
    if (from == null) {
      detach();
    } else if (reusable && sent) {
      out.flush();
      detach();
      from.release();
    } else {
      detach();
      from.close();
    }
  }

  /** Ends it whatever it has come to, and the connection with it. */
  void drop(Outcome outcome) {
    UpstreamConnection from = connection;
    connection = null;
    detach();
    end(outcome);
    if (from != null) {
      from.abandon();
    }
  }

  /** Ends the lease, if that has not been done. */
  void end(Outcome outcome) {
    end(outcome, LoadReport.NONE, 0);
  }

  private void end(Outcome outcome, LoadReport load, long retryAfterNanos) {
    Lease held = lease;
    lease = null;
    if (held != null) {
      held.transferred(headBytes + upload.bytes(), received);
      headBytes = 0;
      received = 0;
      held.end(outcome, load, retryAfterNanos);
    }
  }

  private void detach() {
    out.close();
    upload.detach();
  }

  /** Whether an earlier attempt failed in {@code cluster}. */
  boolean failedIn(String cluster) {
    Endpoint before = failed;
    return before != null && before.cluster().equals(cluster);
  }

  /** Whether an earlier attempt failed at {@code candidate}. */
  boolean failedAt(Endpoint candidate) {
    Endpoint before = failed;
    return before != null
        && before.address().equals(candidate.address())
        && before.cluster().equals(candidate.cluster());
  }
}
