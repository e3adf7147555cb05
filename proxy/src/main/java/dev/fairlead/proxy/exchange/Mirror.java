package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Request;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.rules.CompiledRule;
import dev.fairlead.proxy.rules.CompiledRule.Backend;
import dev.fairlead.proxy.trace.RequestTrace;
import dev.fairlead.proxy.upstream.ConnectFailures;
import dev.fairlead.proxy.upstream.UpstreamStream;
import dev.fairlead.proxy.upstream.UpstreamUser;
import dev.fairlead.route.AffinityKey;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One copy of a request on its way to a mirror. Its answer is read, so that its connection can be
 * used again and the mirror's balancer learns, and thrown away. Nothing waits for it, and nothing
 * that befalls it is told to the request that it copies.
 */
final class Mirror extends TimerWheel.Timer implements UpstreamUser, Request {
  /** A mirror that takes longer is slower than anybody wants to know. */
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final Loop loop;
  private final CompiledRule rule;
  private final Backend backend;
  private final RequestHead head;
  private final ClientInfo client;
  private final long affinity;
  private final @Nullable RequestTrace trace;
  private @Nullable ByteBuf body;
  private @Nullable Lease lease;
  private @Nullable UpstreamStream stream;
  private long sent;
  private long received;
  private int status;
  private boolean reusable;
  private long span;
  private long begun;

  /**
   * @param head a copy, which stays as it is
   * @param trace a copy too; null where the proxy does not trace
   */
  Mirror(
      Loop loop,
      CompiledRule rule,
      Backend backend,
      RequestHead head,
      ClientInfo client,
      @Nullable RequestTrace trace) {
    this.trace = trace;
    this.loop = loop;
    this.rule = rule;
    this.backend = backend;
    this.head = head;
    this.client = client;
    AffinityKey key = backend.affinity();
    affinity = key == null ? AffinityKey.NONE : key.hash(head, client.address());
  }

  @Override
  public boolean hasAffinity() {
    return affinity != AffinityKey.NONE;
  }

  @Override
  public long affinity() {
    return affinity;
  }

  /**
   * Picks an endpoint and sends the copy.
   *
   * @param whole the body, which is handed over; null for none
   */
  void send(@Nullable ByteBuf whole) {
    body = whole;
    Balancer balancer = backend.balancer();
    if (balancer == null || !(balancer.pick(this) instanceof Lease picked)) {
      loop.counters.add(Counter.MIRRORS_DROPPED, 1);
      clear();
      return;
    }
    lease = picked;
    loop.counters.add(Counter.MIRRORED, 1);
    begun = loop.ticker.nanos();
    loop.timers.arm(this, begun + TIMEOUT_NANOS);
    UpstreamStream taken =
        loop.pool.take(
            picked.endpoint().address(),
            backend.tls(),
            backend.http2(),
            backend.connections(),
            TrafficClass.LOWEST);
    stream = taken;
    taken.start(this, head);
    if (taken.isOpen() && lease != null) {
      write(taken);
    }
  }

  private void write(UpstreamStream to) {
    if (trace != null) {
      span = trace.nextSpan();
      trace.say(head, span);
    }
    sent = to.writeHead(head, rule.rewrite(), backend.requestEdits(), client);
    ByteBuf whole = body;
    body = null;
    if (whole != null) {
      sent += whole.readableBytes();
      to.write(whole);
    }
    if (head.framing() != Framing.NONE) {
      to.writeEnd(null);
    }
    to.flush();
  }

  private void end(Outcome outcome) {
    Lease held = lease;
    lease = null;
    if (held != null) {
      held.transferred(sent, received);
      held.end(outcome);
      if (trace != null && trace.sampled()) {
        Spans.mirror(trace, span, head, held.endpoint(), backend.service(), begun, status, outcome);
      }
      clear();
    }
  }

  private void clear() {
    loop.copies--;
    loop.timers.cancel(this);
    ByteBuf whole = body;
    body = null;
    if (whole != null) {
      whole.release();
    }
  }

  @Override
  protected void expired() {
    UpstreamStream from = stream;
    stream = null;
    end(Outcome.TIMED_OUT);
    if (from != null) {
      from.abandon();
    }
  }

  @Override
  public void upstreamConnected() {
    UpstreamStream to = stream;
    if (to != null) {
      write(to);
    }
  }

  @Override
  public void upstreamConnectFailed(Throwable cause) {
    stream = null;
    end(ConnectFailures.outcome(cause));
  }

  @Override
  public void upstreamReceived(int bytes) {
    received += bytes;
  }

  @Override
  public void upstreamHead(ResponseHead answer) {
    status = answer.status();
    reusable = answer.keepAlive();
    Lease held = lease;
    if (held != null) {
      held.answered();
    }
  }

  @Override
  public void upstreamData(ByteBuf data) {
    data.release();
  }

  @Override
  public void upstreamEnded(@Nullable TrailerHead trailers, End how) {
    UpstreamStream from = stream;
    stream = null;
    end(Responses.outcome(status));
    if (from == null) {
      return;
    }
    if (how == End.CLEAN && reusable) {
      from.release();
    } else {
      from.close();
    }
  }

  @Override
  public void upstreamRejected(Reject reject) {
    loop.counters.rejected(reject);
    UpstreamStream from = stream;
    stream = null;
    end(Outcome.FAILED);
    if (from != null) {
      from.close();
    }
  }

  @Override
  public void upstreamClosed(Broken when) {
    stream = null;
    end(Outcome.RESET);
  }
}
