package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.HeadBytes;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.TrailerHead;
import dev.fairlead.proxy.loop.Overload;
import dev.fairlead.proxy.rules.CompiledCors;
import dev.fairlead.proxy.rules.CompiledListener;
import dev.fairlead.proxy.rules.CompiledPort;
import dev.fairlead.proxy.rules.CompiledRule;
import dev.fairlead.proxy.rules.CompiledRule.Target;
import dev.fairlead.proxy.tls.TlsPeer;
import dev.fairlead.proxy.upstream.UpstreamStream;
import dev.fairlead.route.Hedging;
import dev.fairlead.route.Preflight;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the first byte of the one to the last of the other. Here is what
 * the client's side tells and how it ends; what the upstream's side tells is in {@link Answer}.
 * Reused: what a request needs is there before it comes.
 */
public final class Exchange extends ExchangeLog {
  /** Where the request's head is while it arrives, and what {@link #request} points into. */
  public final HeadBytes headBytes;

  private final Loop loop;
  final Upload upload;
  final Attempt attempt;
  final ServiceRequest asked;
  final Retry retry;
  final Extras extras;
  private final Answer answer;

  /** Null until a request wanted one. */
  @Nullable Hedge hedging;

  private @Nullable ClientStream client;
  private boolean started;

  /** Whether the answer is settled: all of it is here, or it is our own. */
  boolean answered;

  /** Whether the client's connection ends with the answer. */
  boolean closing;

  /** Whether the two sides only relay bytes, after a 101. */
  boolean tunnel;

  /** Bytes of the client after it. */
  private long tunnelled;

  Exchange(Loop loop) {
    super(loop);
    this.loop = loop;
    headBytes = new HeadBytes(loop.options.maxHeadBytes());
    upload = new Upload(loop.options.bodyWindow());
    attempt = new Attempt(loop, upload, this);
    asked = new ServiceRequest(request, attempt);
    retry = new Retry(loop, this, attempt, upload, asked);
    extras = new Extras(loop, this);
    answer = new Answer(loop, this);
  }

  public void attach(ClientStream connection) {
    client = connection;
    clearLog();
    clientAddress = connection.address();
    TlsPeer tls = connection.tls();
    peer = tls == null ? "" : tls.identity();
    started = false;
    answered = false;
    closing = false;
    tunnel = false;
    tunnelled = 0;
  }

  /** Whether the head is here, so that the exchange counts as a request. */
  public boolean started() {
    return started;
  }

  /** Whether its answer is settled. */
  public boolean answered() {
    return answered;
  }

  public boolean requestEnded() {
    return upload.ended();
  }

  /** Whether the two sides only relay bytes, after a 101. */
  public boolean tunnel() {
    return tunnel;
  }

  // ---- the request's way in

  /** The head is whole: finds out what is to be done, and does it. */
  public void start(CompiledPort port) {
    parsed = true;
    protocol = connection().protocol();
    CompiledListener owner = port.find(request);
    startClock(owner == null ? -1 : owner.traceRatio());
    upload.start(request);
    listener = owner == null ? port.name() : owner.name();
    Reject broken = grpc.begin(request);
    if (broken != Reject.NONE) {
      loop.counters.rejected(broken);
      reply(broken.status(), broken.id(), "DPE");
      return;
    }
    TlsPeer tls = connection().tls();
    if (owner != null && !owner.admits(tls)) {
      closing = true;
      connection().retire();
      reply(421, "clients have more to prove now than this connection did", "NR");
      return;
    }
    if (tls != null && owner != null && port.misdirected(request, owner, tls)) {
      reply(421, "this connection is for another host", "NR");
      return;
    }
    CompiledRule found = owner == null ? null : owner.find(request);
    if (found == null) {
      reply(404, "no route for this host and path", "NR");
      return;
    }
    rule = found;
    route = found.route();
    CompiledCors cors = found.cors();
    if (cors != null && Preflight.is(request)) {
      send(cors.preflight(request));
      return;
    }
    switch (found.target()) {
      case Target.Forward forward -> forward(forward, found);
      case Target.Redirect redirect -> {
        boolean close = closeAfterReply();
        connection().write(redirect.redirect(), close);
        replied(redirect.redirect().status(), close);
      }
      case Target.Reply reply -> send(reply.reply());
    }
  }

  private void startClock(double traceRatio) {
    started = true;
    startClock(loop, connection().info(), traceRatio);
  }

  private void forward(Target.Forward forward, CompiledRule current) {
    CompiledRule.Backend chosen = extras.choose(current, forward);
    if (chosen == null) {
      reply(500, "no backend of this route has any weight", "NR");
      return;
    }
    service = chosen.service();
    LocalReply load = extras.begin(chosen);
    if (load != null) {
      send(load);
      return;
    }
    trafficClass = TrafficClass.of(request, !peer.isEmpty());
    Overload overload = loop.overload;
    if (overload != null && overload.turnsAway(trafficClass)) {
      loop.counters.shed(trafficClass);
      // Without Retry-After: who gets one keeps requests of all classes away.
      reply(503, "this process is overloaded; class " + trafficClass + " is turned away", "OM");
      return;
    }
    asked.begin(chosen, clientAddress, trafficClass, extras.session());
    Balancer balancer = chosen.balancer();
    if (balancer == null) {
      reply(500, "the route names a backend that does not exist", "NR");
      return;
    }
    balancer.countRequest();
    retry.begin(current.retries(), begun, grpc.limit(current.requestNanos()));
    extras.mirror(current, connection().info(), upload.ended());
    attempt(balancer, begun);
  }

  void attempt(Balancer balancer, long now) {
    switch (pick(loop, balancer, asked)) {
      case Refusal refusal -> {
        if (attempts > 0) {
          // What the first attempt met says more than that there was nowhere else to go.
          reply(503, detail, flags);
        } else {
          loop.counters.refused(Objects.requireNonNull(service), refusal);
          String why = "no endpoint of " + service + ": " + refusal.reason();
          boolean full = refusal == Refusal.OVER_LIMIT || refusal == Refusal.SHED;
          reply(503, why, full ? "UO" : "UH");
        }
      }
      case Lease picked -> {
        attempts++;
        endpoint = picked.endpoint();
        attempt.begin(picked, now);
        connection().armTimer();
        Hedging hedged = asked.backend().hedging();
        if (hedged != null && attempts == 1) {
          hedge(hedged);
        }
        if (attempt.connect(picked.endpoint(), asked, answer, request)) {
          sendRequest();
        }
      }
    }
  }

  private void hedge(Hedging policy) {
    Hedge own = hedging;
    if (own == null) {
      own = new Hedge(loop, this, answer);
      hedging = own;
    }
    own.arm(policy);
  }

  /** Sends the request's head to a second endpoint; returns its bytes. */
  int writeHead(UpstreamStream to) {
    CompiledRule current = rule;
    if (current == null) {
      throw new IllegalStateException("nothing to send");
    }
    grpc.passOn(request, begun, loop.ticker);
    return to.writeHead(
        request, current.rewrite(), asked.backend().requestEdits(), connection().info());
  }

  /** The connection is open. */
  void sendRequest() {
    CompiledRule current = rule;
    if (current == null) {
      throw new IllegalStateException("nothing to send");
    }
    if (connectNanos < 0) {
      connectNanos = attempt.openedConnection() ? loop.ticker.nanos() - begun : 0;
    }
    grpc.passOn(request, begun, loop.ticker);
    CompiledEdits edits = asked.backend().requestEdits();
    attempt.send(request, current.rewrite(), edits, connection().info(), retry.mayRepeat());
  }

  /** The head broke a rule: no upstream hears of it. */
  public void rejected(Reject reject) {
    startClock(-1);
    upload.clear();
    closing = true;
    listener = connection().listenerName();
    LocalReply reply = LocalReply.of(reject.status(), reject.id());
    connection().write(reply, true);
    status = reply.status();
    answered = true;
    flag("DPE", reject.id());
    ClientStream to = connection();
    account();
    recycle();
    to.exchangeEnded(true, true);
  }

  /** A piece of the request's body, which is handed over. */
  public void requestData(ByteBuf data) {
    extras.data(data);
    upload.data(data);
  }

  /**
   * All of the request is here.
   *
   * @param trailers which stay as they are until the exchange ends
   */
  public void requestEnded(@Nullable TrailerHead trailers) {
    extras.requestEnded();
    upload.end(trailers);
    if (answered) {
      finish();
    } else if (grpc.isCall()) {
      // From now on its answer is waited for, and no longer for what its client has to say.
      connection().armTimer();
    }
  }

  /** Bytes after a 101, as they are. */
  public void tunnel(ByteBuf bytes) {
    tunnelled += bytes.readableBytes();
    attempt.tunnel(bytes);
  }

  /** The request's body broke a rule: the upstream does not get it whole. */
  public void requestRejected(Reject reject) {
    loop.counters.rejected(reject);
    flag("DPE", reject.id());
    closing = true;
    attempt.drop(Outcome.IGNORED);
    if (answer.begun() || answered) {
      abort();
    } else {
      reply(reject.status(), reject.id(), "DPE");
    }
  }

  /** Whether the client must wait before it sends more of its body. */
  public boolean blocked() {
    return tunnel ? !attempt.keepsUp() : !upload.ended() && upload.blocked();
  }

  /** All bytes that were here are read. */
  public void flushUpstream() {
    attempt.flush();
  }

  /** The client took what waited: the upstream may go on. */
  public void resumeUpstream() {
    if (attempt.readingPaused() && connection().keepsUp()) {
      attempt.resumeReading();
    }
  }

  /** Another attempt follows: the client's time to stand still begins anew. */
  void awaitAttempt() {
    connection().touch();
    connection().armTimer();
  }

  /** Another attempt is under way, unless the exchange has ended over it. */
  void attemptBegun() {
    ClientStream to = client;
    if (to != null) {
      to.updateReading();
      flushUpstream();
    }
  }

  // ---- the end

  void abort() {
    ClientStream to = client;
    account();
    if (to != null) {
      to.flush();
      to.exchangeAborted(closing);
    }
    recycle();
  }

  void reply(int code, String why, String flag) {
    flag(flag, why);
    send(grpc.reply(code, why));
  }

  private void send(LocalReply reply) {
    boolean head = request.method() == Method.HEAD;
    boolean close = closeAfterReply();
    connection().write(reply, close);
    responseBytes = reply.bodyLength(head);
    replied(reply.status(), close);
  }

  private boolean closeAfterReply() {
    return closing || closeAfter() || !(upload.ended() || readsRest());
  }

  private boolean readsRest() {
    return connection().readsRest() && upload.discardable(request);
  }

  boolean closeAfter() {
    return !request.keepAlive() || loop.draining;
  }

  private void replied(int code, boolean close) {
    status = code;
    answered = true;
    closing = close;
    retry.clear();
    if (firstByteNanos < 0) {
      firstByteNanos = loop.ticker.nanos() - begun;
    }
    upload.discard();
    if (upload.ended() || close) {
      finish();
    } else {
      connection().awaitRest();
    }
  }

  /** The client went away. */
  public void clientGone() {
    if (started) {
      flag("DC", "the client went away");
      endTunnel(TunnelEnd.CLIENT);
      attempt.drop(Outcome.IGNORED);
      account();
    }
    recycle();
  }

  /** When the exchange has to be looked at, if nothing moves until then. */
  public long deadline(long touched) {
    CompiledRule current = rule;
    // A stream of gRPC may have nothing to say for long, as a WebSocket may, and that both before
    // its answer begins and after; only a request that is here whole is owed an answer.
    boolean stream = tunnel || (grpc.isCall() && (answer.begun() || !upload.ended()));
    long still = touched + (stream ? loop.timeouts.tunnelIdle : loop.timeouts.bodyIdle);
    if (current == null || tunnel || answered) {
      return still;
    }
    long limit = grpc.limitNanos();
    long last = answer.begun() ? still : current.answerDeadline(still, begun, limit);
    return current.deadline(last, begun, limit, attempt.underWay(), attempt.begun());
  }

  /** The deadline passed. */
  public void timedOut(boolean stoodStill) {
    boolean clientStalls = stoodStill && !upload.ended() && !upload.blocked();
    if (tunnel || answered) {
      endTunnel(TunnelEnd.IDLE);
      closing = true;
      attempt.drop(Outcome.IGNORED);
      abort();
    } else if (answer.begun()) {
      boolean slowReader = !connection().keepsUp();
      boolean saysSo = answer.endsWithStatus() && limitPassed();
      flag(slowReader ? "DC" : "UT", "the answer stood still or took too long");
      attempt.drop(slowReader ? Outcome.IGNORED : Outcome.TIMED_OUT);
      if (saysSo) {
        connection().writeEnd(grpc.deadlineExceeded());
        answered = true;
        finish();
      } else {
        abort();
      }
    } else if (clientStalls) {
      attempt.drop(Outcome.IGNORED);
      closing = true;
      // A client of gRPC is to take it for a connection that was lost: it may begin anew.
      reply(grpc.isCall() ? 503 : 408, "the request's body stood still", "DC");
    } else if (!retry.afterTimeout("no answer of " + addressText() + " in time")) {
      attempt.drop(Outcome.TIMED_OUT);
      reply(504, "no answer of " + addressText() + " in time", "UT");
    }
  }

  private boolean limitPassed() {
    CompiledRule current = rule;
    long now = loop.ticker.nanos();
    return current != null
        && current.expired(now, begun, grpc.limitNanos(), attempt.underWay(), attempt.begun());
  }

  void finish() {
    ClientStream to = client;
    boolean linger = tunnel || !upload.ended();
    boolean close = closing;
    account();
    recycle();
    if (to != null) {
      to.exchangeEnded(close || linger, linger);
    }
  }

  /** If it is one. */
  void endTunnel(TunnelEnd how) {
    if (tunnel) {
      tunnelEnd = how;
    }
  }

  private void account() {
    requestBytes = upload.bytes() + tunnelled;
    if (answer.begun()) {
      responseBytes = answer.bytes();
    }
    account(loop);
  }

  private void recycle() {
    client = null;
    rule = null;
    asked.clear();
    retry.clear();
    extras.clear();
    started = false;
    upload.clear();
    attempt.clear();
    answer.clear();
    if (hedging != null) {
      hedging.clear();
    }
    headBytes.reset();
    request.release();
    loop.put(this);
  }

  ClientStream connection() {
    ClientStream current = client;
    if (current == null) {
      throw new IllegalStateException("the exchange has ended");
    }
    return current;
  }
}
