package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.upstream.ConnectFailures;
import dev.fairlead.proxy.upstream.UpstreamUser;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The answer to an exchange's request on its way from the upstream; or what came instead of it. */
final class Answer implements UpstreamUser {
  private final Loop loop;
  private final Exchange exchange;
  private final Upload upload;
  private final Attempt attempt;
  private final ServiceRequest asked;
  private final Retry retry;
  private final Extras extras;
  private @Nullable ResponseHead head;
  private long bytes;

  Answer(Loop loop, Exchange exchange) {
    this.loop = loop;
    this.exchange = exchange;
    this.upload = exchange.upload;
    this.attempt = exchange.attempt;
    this.asked = exchange.asked;
    this.retry = exchange.retry;
    this.extras = exchange.extras;
  }

  /** Forgets the last one. */
  void clear() {
    head = null;
    bytes = 0;
  }

  /** Whether its head was passed on to the client. */
  boolean begun() {
    return head != null;
  }

  /** Bytes of its body that were, and of what followed a 101. */
  long bytes() {
    return bytes;
  }

  /** Whether it can be ended midway by a status of gRPC behind what is here of its body. */
  boolean endsWithStatus() {
    ResponseHead current = head;
    return current != null
        && exchange.grpc.answers()
        && exchange.connection().takesTrailers(current, GrpcCall.STATUS);
  }

  @Override
  public void upstreamConnected() {
    exchange.sendRequest();
    attempt.flush();
    exchange.connection().updateReading();
  }

  @Override
  public void upstreamConnectFailed(Throwable cause) {
    String why =
        "cannot connect to " + exchange.addressText() + ": " + ConnectFailures.phrase(cause);
    boolean full = ConnectFailures.full(cause);
    if (full) {
      loop.counters.refused(Objects.requireNonNull(exchange.service), Refusal.OVER_LIMIT);
    }
    if (full || !retry.afterFailure(Outcome.CONNECT_FAILED, false, "UF", why)) {
      attempt.fail(ConnectFailures.outcome(cause));
      exchange.reply(503, why, full ? "UO" : "UF");
    }
  }

  @Override
  public void upstreamWritable() {
    exchange.connection().touch();
    exchange.connection().updateReading();
  }

  @Override
  public void upstreamReceived(int more) {
    exchange.connection().touch();
    attempt.received(more);
  }

  @Override
  public void upstreamInterim(ResponseHead head) {
    exchange.connection().writeInterim(head);
  }

  @Override
  public void upstreamHead(ResponseHead arrived) {
    ClientStream to = exchange.connection();
    if (retry.replaces(arrived)) {
      return;
    }
    Hedge hedge = exchange.hedging;
    if (hedge != null) {
      hedge.answered();
    }
    head = arrived;
    exchange.status = arrived.status();
    exchange.firstByteNanos = loop.ticker.nanos() - exchange.begun;
    exchange.grpc.answered(arrived);
    attempt.answered(head);
    exchange.tunnel = exchange.status == 101;
    to.armTimer();
    upload.forget();
    exchange.closing =
        !exchange.tunnel && (exchange.closeAfter() || to.endsByClose(arrived) || !upload.ended());
    to.writeHead(
        arrived, extras.answer(asked.backend().responseEdits(), to.info()), exchange.closing);
    if (exchange.tunnel) {
      to.enterTunnel();
    }
  }

  @Override
  public void upstreamData(ByteBuf data) {
    if (retry.discarding()) {
      data.release();
      return;
    }
    ClientStream to = exchange.connection();
    bytes += data.readableBytes();
    to.write(data);
    pauseUnlessKeptUp(to);
  }

  @Override
  public void upstreamTunnelled(ByteBuf data) {
    ClientStream to = exchange.connection();
    bytes += data.readableBytes();
    to.tunnel(data);
    pauseUnlessKeptUp(to);
  }

  private void pauseUnlessKeptUp(ClientStream to) {
    if (!to.keepsUp()) {
      attempt.pauseReading();
    }
  }

  @Override
  public void upstreamEnded(@Nullable TrailerHead trailers, End how) {
    if (retry.discarding()) {
      retry.discarded(how == End.CLEAN, exchange.addressText());
      return;
    }
    if (how == End.WITH_MORE) {
      exchange.flag("UPE", "the upstream sent more than its answer");
    }
    exchange.grpc.ended(trailers);
    if (exchange.grpc.cutShort()) {
      exchange.flag("UPE", "the answer ended without a grpc-status");
    }
    exchange.connection().writeEnd(trailers);
    exchange.answered = true;
    ResponseHead whole = Objects.requireNonNull(head);
    boolean reusable = how == End.CLEAN && whole.keepAlive() && upload.ended();
    long retryAfterNanos = Responses.retryAfterNanos(whole);
    LoadReport load = asked.loadReport(whole, loop.counters);
    attempt.complete(exchange.grpc.outcome(exchange.status), load, retryAfterNanos, reusable);
    exchange.finish();
  }

  @Override
  public void upstreamRejected(Reject reject) {
    loop.counters.rejected(reject);
    if (retry.discarding()) {
      retry.discarded(false, exchange.addressText());
    } else if (begun()) {
      cutShort("UPE", reject.id());
    } else {
      attempt.drop(Outcome.FAILED);
      exchange.reply(502, "the upstream's answer breaks " + reject.id(), "UPE");
    }
  }

  @Override
  public void upstreamReadComplete() {
    if (retry.discarding()) {
      // What has not come by now is not worth a wait.
      retry.discarded(false, exchange.addressText());
      return;
    }
    exchange.connection().flush();
    exchange.resumeUpstream();
  }

  @Override
  public void upstreamClosed(Broken when) {
    boolean wasIdle = attempt.disconnected();
    if (retry.discarding()) {
      retry.discarded(false, exchange.addressText());
    } else if (exchange.tunnel) {
      exchange.endTunnel(TunnelEnd.ENDPOINT);
      exchange.closing = true;
      attempt.end(Outcome.REPLIED);
      exchange.finish();
    } else if (begun()) {
      cutShort("UC", "the upstream closed before its answer was whole");
    } else {
      closedUnanswered(wasIdle, when);
    }
  }

  private void closedUnanswered(boolean wasIdle, Broken when) {
    Outcome outcome = Responses.outcome(when);
    // One that was closing as an idle one when the request came is no fault of the endpoint.
    Outcome retried = wasIdle && outcome == Outcome.RESET ? Outcome.IGNORED : outcome;
    String why = exchange.addressText() + Responses.phrase(when);
    boolean silent = when == Broken.SILENT && exchange.request.method().idempotent();
    // One that refuses has too much to do, which the retries of all hops would add to.
    boolean mayHaveBegun = when != Broken.UNTOUCHED;
    if (!(silent || when.untouched()) || !retry.afterFailure(retried, mayHaveBegun, "UC", why)) {
      attempt.end(outcome);
      exchange.reply(503, why, "UC");
    }
  }

  /** The answer had begun and cannot be finished: the client must see that it is cut. */
  private void cutShort(String flag, String why) {
    exchange.flag(flag, why);
    attempt.drop(Outcome.RESET);
    exchange.abort();
  }
}
