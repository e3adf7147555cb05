package dev.fairlead.proxy.probe;

import dev.fairlead.balancer.probe.LoadField;
import dev.fairlead.balancer.probe.ProbeReply;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.CompiledRewrite;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.upstream.UpstreamStream;
import dev.fairlead.proxy.upstream.UpstreamUser;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One probe on its way, which replies once. An answer that comes too late for the balancer is still
 * waited for a while, since with the probe its connection would have to go. Reused.
 */
final class Probe extends TimerWheel.Timer implements UpstreamUser {
  private static final byte[] FIELD = LoadField.NAME.getBytes(StandardCharsets.US_ASCII);

  /** After the time-out. A server that needs longer for so little is as good as silent. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Of an answer's body, which says nothing. */
  private static final int MAX_BODY = 16 * 1024;

  /** Pooled connections that may turn out to have been closed while they were idle. */
  private static final int MAX_STALE = 2;

  private final ProbeSender sender;
  private @Nullable ProbedEndpoint endpoint;
  private @Nullable UpstreamStream stream;

  /** Who waits for the reply; null once there was one. */
  private @Nullable Consumer<ProbeReply> waiting;

  private boolean lingering;
  private boolean keepAlive;
  private int received;
  private int stale;

  Probe(ProbeSender sender) {
    this.sender = sender;
  }

  void begin(ProbedEndpoint asked, long deadline, Consumer<ProbeReply> reply) {
    endpoint = asked;
    waiting = reply;
    lingering = false;
    received = 0;
    stale = 0;
    sender.timers.arm(this, deadline);
    send(asked);
  }

  @SuppressWarnings("ReferenceEquality") // the very stream that was taken
  private void send(ProbedEndpoint to) {
    keepAlive = false;
    UpstreamStream taken = sender.pool.take(to.address, to.how.tls(), to.how.http2());
    stream = taken;
    taken.start(this, to.how.head());
    if (stream == taken && taken.isOpen()) {
      write(taken, to);
    }
  }

  private static void write(UpstreamStream stream, ProbedEndpoint to) {
    stream.writeHead(to.how.head(), CompiledRewrite.NONE, CompiledEdits.NONE, ClientInfo.NOBODY);
    stream.flush();
  }

  /** Tells the balancer, at once: it measures the time until then. */
  private void reply(ProbeReply said) {
    @Nullable Consumer<ProbeReply> told = waiting;
    waiting = null;
    if (told != null) {
      told.accept(said);
    }
  }

  /** The endpoint has no answer to give. */
  private void failed() {
    ProbedEndpoint of = endpoint;
    if (of != null) {
      of.failed(sender.ticker.nanos());
    }
    reply(ProbeReply.Unanswered.FAILED);
  }

  private void end() {
    stream = null;
    ProbedEndpoint of = endpoint;
    if (of != null) {
      endpoint = null;
      of.ended();
      sender.timers.cancel(this);
      sender.ended(this);
    }
  }

  @Override
  protected void expired() {
    if (!lingering) {
      lingering = true;
      reply(ProbeReply.Unanswered.TIMED_OUT);
      sender.timers.arm(this, sender.ticker.nanos() + LINGER_NANOS);
      return;
    }
    failed();
    UpstreamStream from = stream;
    end();
    if (from != null) {
      from.abandon();
    }
  }

  @Override
  public void upstreamConnected() {
    UpstreamStream to = stream;
    ProbedEndpoint of = endpoint;
    if (to != null && of != null) {
      write(to, of);
    }
  }

  @Override
  public void upstreamConnectFailed(Throwable cause) {
    failed();
    end();
  }

  @Override
  public void upstreamHead(ResponseHead head) {
    keepAlive = head.keepAlive();
    int field = head.status() / 100 == 2 ? head.find(FIELD, 0) : -1;
    Optional<ProbeReply.Answered> load =
        field < 0 ? Optional.empty() : LoadField.read(head.value(field));
    ProbedEndpoint of = endpoint;
    if (load.isEmpty() || of == null) {
      failed();
    } else {
      of.answered();
      reply(load.get());
    }
  }

  @Override
  public void upstreamData(ByteBuf data) {
    received += data.readableBytes();
    data.release();
    if (received > MAX_BODY) {
      giveBack(false);
    }
  }

  @Override
  public void upstreamEnded(@Nullable TrailerHead trailers, End how) {
    giveBack(how == End.CLEAN && keepAlive);
  }

  private void giveBack(boolean reusable) {
    UpstreamStream from = stream;
    end();
    if (from == null) {
      return;
    }
    if (reusable) {
      from.release();
    } else {
      from.close();
    }
  }

  @Override
  public void upstreamRejected(Reject reject) {
    failed();
    giveBack(false);
  }

  @Override
  public void upstreamClosed(Broken when) {
    UpstreamStream from = stream;
    ProbedEndpoint of = endpoint;
    stream = null;
    boolean raced = when != Broken.MIDWAY && from != null && from.isReused();
    if (raced && of != null && !lingering && ++stale <= MAX_STALE) {
      send(of);
    } else {
      failed();
      end();
    }
  }
}
