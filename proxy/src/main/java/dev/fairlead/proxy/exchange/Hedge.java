package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.PickReason;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.trace.RequestTrace;
import dev.fairlead.proxy.upstream.ConnectFailures;
import dev.fairlead.proxy.upstream.UpstreamStream;
import dev.fairlead.proxy.upstream.UpstreamUser;
import dev.fairlead.route.Hedging;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A second attempt of an exchange beside the first, which takes longer than most. The one whose
 * answer begins first goes on as the exchange's only attempt; the other is given up, and its
 * endpoint not blamed. Where the first fails meanwhile, the second takes its place. From then on
 * what its stream tells is the {@link Answer}'s. Reused with its exchange.
 */
final class Hedge extends TimerWheel.Timer implements UpstreamUser {
  private final Loop loop;
  private final Exchange exchange;
  private final Answer answer;

  /** Null where none is wanted any more. */
  private @Nullable HedgeDelay delay;

  /** Held while the second attempt is under way beside the first. */
  private @Nullable Lease lease;

  private @Nullable UpstreamStream stream;

  /** Whether the second attempt has become the only one. */
  private boolean promoted;

  private long begun;
  private long headBytes;
  private long received;

  /** Why the second attempt's endpoint. */
  private PickReason reason = new PickReason();

  /** What its span is called, where the proxy traces. */
  private long span;

  Hedge(Loop loop, Exchange exchange, Answer answer) {
    this.loop = loop;
    this.exchange = exchange;
    this.answer = answer;
  }

  /** The first attempt begins. */
  void arm(Hedging policy) {
    boolean repeatable = policy.anyMethod() || exchange.request.method().idempotent();
    if (!repeatable
        || exchange.request.isRetry()
        || exchange.request.upgradeHeader() >= 0
        || exchange.asked.session() != 0) {
      return;
    }
    HedgeDelay current = loop.hedgeDelay(Objects.requireNonNull(exchange.service), policy);
    delay = current;
    loop.timers.arm(this, exchange.attempt.begun() + current.nanos());
  }

  /** Whether there is a second attempt beside the first. */
  boolean underWay() {
    return lease != null;
  }

  /** The answer of the only attempt, or of the first before the second's, begins. */
  void answered() {
    HedgeDelay current = delay;
    if (current != null && !promoted) {
      current.sample(loop.ticker.nanos() - exchange.attempt.begun());
    }
    cancel();
  }

  /** The exchange has ended. */
  void clear() {
    cancel();
    promoted = false;
  }

  private void cancel() {
    delay = null;
    loop.timers.cancel(this);
    UpstreamStream from = stream;
    end(Outcome.IGNORED);
    if (from != null) {
      from.abandon();
    }
  }

  /** The first attempt has failed and is over: whether the second takes its place. */
  boolean takesOver() {
    Lease held = lease;
    UpstreamStream to = stream;
    if (held == null || to == null) {
      return false;
    }
    lease = null;
    stream = null;
    promoted = true;
    exchange.endpoint = held.endpoint();
    swapReasons();
    exchange.request.mark(exchange.attempts);
    exchange.attempt.adopt(held, to, begun, headBytes, received, span);
    return true;
  }

  private void swapReasons() {
    PickReason ofFirst = exchange.reason;
    exchange.reason = reason;
    reason = ofFirst;
  }

  /** The first attempt takes too long. */
  @Override
  protected void expired() {
    Balancer balancer = exchange.asked.balancer();
    Attempt first = exchange.attempt;
    if (balancer == null
        || exchange.answered
        || answer.begun()
        || !first.underWay()
        || exchange.retry.discarding()
        || !exchange.upload.ended()
        || !exchange.upload.replayable()) {
      return;
    }
    Endpoint slow = exchange.endpoint;
    first.avoid();
    if (!(balancer.pick(exchange.asked, reason) instanceof Lease picked)) {
      return;
    }
    // With nobody else to ask the balancer gives up what it was asked for. The budget comes last,
    // as asking changes it.
    if (picked.endpoint().equals(slow) || !balancer.tryRetry()) {
      picked.end(Outcome.IGNORED);
      return;
    }
    begin(picked);
  }

  @SuppressWarnings("ReferenceEquality") // the very stream that was taken
  private void begin(Lease picked) {
    loop.counters.add(Counter.HEDGES, 1);
    exchange.attempts++;
    exchange.hedge = "lost";
    lease = picked;
    begun = loop.ticker.nanos();
    headBytes = 0;
    received = 0;
    span = 0;
    UpstreamStream taken = exchange.asked.stream(loop.pool, picked.endpoint());
    stream = taken;
    taken.start(this, exchange.request);
    if (stream == taken && taken.isOpen()) {
      write(taken);
    }
  }

  private void write(UpstreamStream to) {
    // The first may still be connecting, and is no retry.
    exchange.request.mark(exchange.attempts);
    RequestTrace trace = exchange.trace;
    if (trace != null) {
      span = trace.nextSpan();
      trace.say(exchange.request, span);
    }
    headBytes = exchange.writeHead(to);
    exchange.request.mark(exchange.attempts - 1);
    exchange.upload.copyTo(to);
    to.flush();
  }

  /** It is over; the first attempt goes on alone, if it does. */
  private void end(Outcome outcome) {
    Lease held = lease;
    lease = null;
    stream = null;
    if (held != null) {
      held.transferred(headBytes + exchange.upload.bytes(), received);
      held.end(outcome);
      RequestTrace trace = exchange.trace;
      if (trace != null && span != 0 && trace.sampled()) {
        Spans.hedge(trace, span, exchange, held.endpoint(), begun, outcome);
      }
    }
  }

  /** Whether an answer is worth more than that of the first attempt, which may be better. */
  private static boolean wins(ResponseHead head) {
    return Responses.outcome(head.status()) == Outcome.REPLIED;
  }

  private void won() {
    loop.counters.add(Counter.HEDGES_WON, 1);
    exchange.hedge = "won";
    HedgeDelay current = delay;
    if (current != null) {
      current.sample(loop.ticker.nanos() - exchange.attempt.begun());
    }
    exchange.retry.clear();
    exchange.attempt.drop(Outcome.IGNORED);
    takesOver();
  }

  @Override
  public void upstreamHead(ResponseHead head) {
    if (!promoted && wins(head)) {
      won();
    }
    if (promoted) {
      answer.upstreamHead(head);
      return;
    }
    UpstreamStream from = stream;
    Lease held = lease;
    if (held != null) {
      held.answered();
    }
    end(Responses.outcome(head.status()));
    if (from != null) {
      from.abandon();
    }
  }

  @Override
  public void upstreamConnected() {
    UpstreamStream to = stream;
    if (promoted) {
      answer.upstreamConnected();
    } else if (to != null) {
      write(to);
    }
  }

  @Override
  public void upstreamConnectFailed(Throwable cause) {
    if (promoted) {
      answer.upstreamConnectFailed(cause);
    } else {
      end(ConnectFailures.outcome(cause));
    }
  }

  @Override
  public void upstreamReceived(int bytes) {
    if (promoted) {
      answer.upstreamReceived(bytes);
    } else {
      received += bytes;
    }
  }

  @Override
  public void upstreamInterim(ResponseHead head) {
    if (promoted) {
      answer.upstreamInterim(head);
    }
  }

  @Override
  public void upstreamData(ByteBuf data) {
    if (promoted) {
      answer.upstreamData(data);
    } else {
      data.release();
    }
  }

  @Override
  public void upstreamEnded(@Nullable TrailerHead trailers, End how) {
    if (promoted) {
      answer.upstreamEnded(trailers, how);
    }
  }

  @Override
  public void upstreamTunnelled(ByteBuf bytes) {
    if (promoted) {
      answer.upstreamTunnelled(bytes);
    } else {
      bytes.release();
    }
  }

  @Override
  public void upstreamRejected(Reject reject) {
    if (promoted) {
      answer.upstreamRejected(reject);
      return;
    }
    loop.counters.rejected(reject);
    UpstreamStream from = stream;
    end(Outcome.FAILED);
    if (from != null) {
      from.close();
    }
  }

  @Override
  public void upstreamReadComplete() {
    if (promoted) {
      answer.upstreamReadComplete();
    }
  }

  @Override
  public void upstreamWritable() {
    if (promoted) {
      answer.upstreamWritable();
    }
  }

  @Override
  public void upstreamClosed(Broken when) {
    if (promoted) {
      answer.upstreamClosed(when);
    } else {
      end(Responses.outcome(when));
    }
  }
}
