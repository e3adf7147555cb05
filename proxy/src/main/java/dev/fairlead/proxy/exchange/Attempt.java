package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.trace.RequestTrace;
import dev.fairlead.proxy.upstream.UpstreamStream;
import dev.fairlead.proxy.upstream.UpstreamUser;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange holds of the endpoint that it was led to: the lease and the connection, from the
 * pick until the endpoint has answered or failed. At most one is under way; a retry begins it anew.
 */
final class Attempt {
  private final Loop loop;
  private final Upload upload;
  private final ExchangeLog log;
  private @Nullable Lease lease;
  private @Nullable UpstreamStream stream;

  /** Endpoints that failed this request, of which there are as many as attempts. */
  private final ArrayList<Endpoint> failed = new ArrayList<>(2);

  private long begun;
  private long headBytes;
  private long received;

  /** What the attempt's span has to say, where the proxy traces. */
  private long span;

  private int status;
  private boolean secure;
  private @Nullable CompiledRewrite rewritten;

  Attempt(Loop loop, Upload upload, ExchangeLog log) {
    this.loop = loop;
    this.upload = upload;
    this.log = log;
  }

  /** Forgets the last exchange. */
  void clear() {
    failed.clear();
    headBytes = 0;
    received = 0;
  }

  /**
   * An endpoint is picked.
   *
   * @param now when the attempt's time begins
   */
  void begin(Lease picked, long now) {
    lease = picked;
    begun = now;
    status = 0;
    rewritten = null;
    span = 0;
  }

  /**
   * Takes a stream to {@code endpoint} for {@code request}.
   *
   * @param asked of which backend the endpoint is
   * @return whether it is open; else {@code user} is told what becomes of it, at once even, and
   *     another attempt may be under way by now
   */
  @SuppressWarnings("ReferenceEquality") // the very stream that was taken
  boolean connect(Endpoint endpoint, ServiceRequest asked, UpstreamUser user, RequestHead request) {
    UpstreamStream taken = asked.stream(loop.pool, endpoint);
    stream = taken;
    secure = asked.backend().tls() != null;
    taken.start(user, request);
    return stream == taken && taken.isOpen();
  }

  /**
   * Goes on with what another made, in place of the attempt that is over.
   *
   * @param sent bytes of the request's head
   * @param spanSaid to the endpoint, where the proxy traces
   * @param arrived bytes of the answer
   */
  void adopt(Lease held, UpstreamStream from, long since, long sent, long arrived, long spanSaid) {
    span = spanSaid;
    lease = held;
    stream = from;
    begun = since;
    headBytes = sent;
    received = arrived;
  }

  /** When it began. */
  long begun() {
    return begun;
  }

  /** The id of its span; 0 if its request was never sent. */
  long span() {
    return span;
  }

  /** The status of its answer; 0 if there is none. */
  int status() {
    return status;
  }

  /** How its request's target was sent; null if it was not. */
  @Nullable CompiledRewrite rewritten() {
    return rewritten;
  }

  /** Whether it goes over TLS. */
  boolean secure() {
    return secure;
  }

  /** Whether an endpoint is held. */
  boolean underWay() {
    return lease != null;
  }

  /** Whether it has a stream, of which the user still hears. */
  boolean connected() {
    return stream != null;
  }

  /** Whether a connection had to be opened for it. */
  boolean openedConnection() {
    return stream != null && !stream.isReused();
  }

  /**
   * Sends the request: its head, and what is here of its body.
   *
   * @param mayRepeat whether it may have to be sent again though it arrived
   */
  void send(
      RequestHead request,
      CompiledRewrite rewrite,
      CompiledEdits edits,
      ClientInfo client,
      boolean mayRepeat) {
    UpstreamStream to = stream;
    if (to == null) {
      throw new IllegalStateException("no connection");
    }
    RequestTrace trace = log.trace;
    if (trace != null) {
      span = trace.nextSpan();
      rewritten = rewrite;
      trace.say(request, span);
    }
    headBytes += to.writeHead(request, rewrite, edits, client);
    upload.attach(to, mayRepeat);
  }

  /** Writes bytes as they are, after a 101. */
  void tunnel(ByteBuf bytes) {
    UpstreamStream to = stream;
    if (to == null) {
      bytes.release();
      return;
    }
    headBytes += bytes.readableBytes();
    to.tunnel(bytes);
  }

  boolean keepsUp() {
    UpstreamStream to = stream;
    return to == null || to.keepsUp();
  }

  void flush() {
    UpstreamStream to = stream;
    if (to != null) {
      to.flush();
    }
  }

  /** Bytes of the answer arrived. */
  void received(long bytes) {
    received += bytes;
  }

  /** The head of the answer is here. */
  void answered(ResponseHead head) {
    status = head.status();
    if (loop.watch.tapped() && loop.watch.wantsFields()) {
      log.answerFields = Stories.fields(head);
    }
    Lease held = lease;
    if (held != null) {
      held.answered();
    }
  }

  void pauseReading() {
    UpstreamStream from = stream;
    if (from != null) {
      from.pause();
    }
  }

  boolean readingPaused() {
    UpstreamStream from = stream;
    return from != null && from.isPaused();
  }

  void resumeReading() {
    UpstreamStream from = stream;
    if (from != null) {
      from.resume();
    }
  }

  /**
   * The connection closed by itself. The lease is yet to be ended.
   *
   * @return whether an idle one closed within a round trip: then it was closing when the request
   *     came, which is no fault of the endpoint
   */
  boolean disconnected() {
    UpstreamStream gone = stream;
    stream = null;
    upload.detach();
    return gone != null && gone.wasIdle() && loop.ticker.nanos() - begun <= 2 * gone.connectNanos();
  }

  /** Ends it, so that the request can be sent to another endpoint than this one. */
  void fail(Outcome outcome) {
    avoid();
    stream = null;
    upload.detach();
    end(outcome);
  }

  /** The request is not to be sent to this endpoint again. */
  void avoid() {
    Lease held = lease;
    if (held != null) {
      failed.add(held.endpoint());
    }
  }

  /** Gives up the connection; the lease is yet to be ended. */
  void abandon() {
    UpstreamStream from = stream;
    stream = null;
    upload.detach();
    if (from != null) {
      from.abandon();
    }
  }

  /** Ends it as the answer is whole; the connection serves the next one if it is fit for that. */
  void complete(Outcome outcome, LoadReport load, long retryAfterNanos, boolean reusable) {
    UpstreamStream from = stream;
    stream = null;
    upload.detach();
    end(outcome, load, retryAfterNanos);
    if (from == null) {
      return;
    }
    if (reusable) {
      from.release();
    } else {
      from.close();
    }
  }

  /** Ends it whatever it has come to, and the connection with it. */
  void drop(Outcome outcome) {
    end(outcome);
    abandon();
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
      log.attempted(loop, this, held.endpoint(), outcome);
    }
  }

  /** Whether an earlier attempt failed in {@code cluster}. */
  boolean failedIn(String cluster) {
    for (int i = 0; i < failed.size(); i++) {
      if (failed.get(i).cluster().equals(cluster)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an earlier attempt failed at {@code candidate}. */
  boolean failedAt(Endpoint candidate) {
    for (int i = 0; i < failed.size(); i++) {
      Endpoint before = failed.get(i);
      if (before.address().equals(candidate.address())
          && before.cluster().equals(candidate.cluster())) {
        return true;
      }
    }
    return false;
  }
}
