package dev.fairlead.proxy;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.proxy.http1.CompiledEdits;
import dev.fairlead.proxy.http1.Framing;
import dev.fairlead.proxy.http1.HeadWriter;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.Reject;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.http1.ResponseHead;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.rules.CompiledListener;
import dev.fairlead.proxy.rules.CompiledPort;
import dev.fairlead.proxy.rules.CompiledRule;
import dev.fairlead.proxy.rules.CompiledRule.Target;
import dev.fairlead.proxy.upstream.UpstreamUser;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the first byte of the one to the last of the other. Reused: what
 * a request needs is there before it comes.
 */
final class Exchange extends ExchangeLog implements UpstreamUser {
  /** The first and one retry: more would multiply an overload. */
  private static final int MAX_ATTEMPTS = 2;

  private final Loop loop;
  private final Upload upload;
  private final Download download;
  private final Attempt attempt;
  private final ServiceRequest asked;
  private @Nullable ClientConnection client;
  private @Nullable CompiledRule rule;
  private boolean started;
  private boolean responding;
  private boolean answered;
  private boolean closing;
  private boolean tunnel;

  Exchange(Loop loop) {
    super(new RequestHead(loop.limits));
    this.loop = loop;
    upload = new Upload(loop);
    download = new Download(loop);
    attempt = new Attempt(loop, upload);
    asked = new ServiceRequest(request, attempt);
  }

  void attach(ClientConnection connection) {
    client = connection;
    clearLog();
    clientAddress = connection.address();
    started = false;
    responding = false;
    answered = false;
    closing = false;
    tunnel = false;
  }

  /** Whether the head is here, so that the exchange counts as a request. */
  boolean started() {
    return started;
  }

  boolean requestEnded() {
    return upload.ended();
  }

  /** Whether the two sides only relay bytes, after a 101. */
  boolean tunnel() {
    return tunnel;
  }

  // ---- the request's way in

  /** Takes bytes of the head; true once it is whole, or broken as {@link #headReject} says. */
  boolean readHead(ByteBuf in) {
    return upload.readHead(in, request);
  }

  Reject headReject() {
    return upload.reject();
  }

  /** The head is whole: finds out what is to be done, and does it. */
  void start(CompiledPort port) {
    parsed = true;
    startClock();
    upload.startBody(request);
    CompiledListener owner = port.find(request);
    listener = owner == null ? port.name() : owner.name();
    CompiledRule found = owner == null ? null : owner.find(request);
    if (found == null) {
      reply(404, "no route for this host and path", "NR");
      return;
    }
    rule = found;
    route = found.route();
    switch (found.target()) {
      case Target.Forward forward -> forward(forward);
      case Target.Redirect redirect -> {
        boolean close = closeAfterReply();
        redirect.redirect().write(connection().out().buffer(), request, close);
        replied(redirect.redirect().status(), close);
      }
      case Target.Reply reply -> send(reply.reply());
    }
  }

  private void startClock() {
    started = true;
    begun = loop.ticker.nanos();
    loop.counters.add(Counter.REQUESTS, 1);
    loop.counters.add(Counter.REQUESTS_IN_FLIGHT, 1);
  }

  private void forward(Target.Forward forward) {
    CompiledRule.Backend chosen = forward.choose(loop.random);
    if (chosen == null) {
      reply(500, "no backend of this route has any weight", "NR");
      return;
    }
    asked.begin(chosen, clientAddress);
    service = chosen.service();
    Balancer balancer = chosen.balancer();
    if (balancer == null) {
      reply(500, "the route names a backend that does not exist", "NR");
      return;
    }
    balancer.countRequest();
    attempt(balancer, begun);
  }

  private void attempt(Balancer balancer, long now) {
    switch (balancer.pick(asked)) {
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
        if (attempt.connect(picked.endpoint(), this)) {
          sendRequest();
        }
      }
    }
  }

  private void sendRequest() {
    CompiledRule current = rule;
    if (current == null) {
      throw new IllegalStateException("nothing to send");
    }
    if (connectNanos < 0) {
      connectNanos = attempt.openedConnection() ? loop.ticker.nanos() - begun : 0;
    }
    download.clear();
    Outlet to = attempt.open();
    ByteBuf head = to.buffer();
    HeadWriter.request(
        head, request, current.rewrite(), asked.backend().requestEdits(), connection().info());
    attempt.wroteHead(head.readableBytes());
    upload.attach(to, request.method().idempotent());
  }

  /** The head broke a rule: no upstream hears of it. */
  void rejected(Reject reject) {
    startClock();
    upload.clear();
    closing = true;
    listener = connection().listenerName();
    LocalReply reply = LocalReply.of(reject.status(), reject.id());
    reply.write(connection().out().buffer(), false, 1, true);
    status = reply.status();
    answered = true;
    flag("DPE", reject.id());
    ClientConnection to = connection();
    account();
    recycle();
    to.exchangeEnded(true, true);
  }

  /** Takes bytes behind the head; hands back those that are not the request's. */
  @Nullable ByteBuf requestBody(ByteBuf in) {
    ByteBuf rest = upload.received(in);
    if (upload.reject() != Reject.NONE) {
      requestRejected(upload.reject());
    } else if (answered && upload.ended()) {
      finish();
    }
    return rest;
  }

  /** Bytes after a 101, as they are. */
  void relay(ByteBuf in) {
    attempt.relay(in);
  }

  private void requestRejected(Reject reject) {
    loop.counters.rejected(reject);
    flag("DPE", reject.id());
    closing = true;
    attempt.drop(Outcome.IGNORED);
    if (responding || answered) {
      abort();
    } else {
      reply(reject.status(), reject.id(), "DPE");
    }
  }

  /** Whether the client must wait before it sends more of its body. */
  boolean blocked() {
    return tunnel ? !attempt.keepsUp() : !upload.ended() && upload.blocked();
  }

  /** All bytes that were here are read. */
  void flushUpstream() {
    attempt.flush();
  }

  // ---- the upstream

  @Override
  public void upstreamConnected() {
    sendRequest();
    attempt.flush();
    connection().updateReading();
  }

  @Override
  public void upstreamConnectFailed(Throwable cause) {
    String why = "cannot connect to " + addressText() + ": " + Responses.phrase(cause);
    if (!retry(Outcome.CONNECT_FAILED, "UF", why)) {
      attempt.fail(Outcome.CONNECT_FAILED);
      reply(503, why, "UF");
    }
  }

  @Override
  public void upstreamWritable() {
    connection().touch();
    connection().updateReading();
  }

  @Override
  public void upstreamRead(ByteBuf in) {
    ClientConnection to = connection();
    to.touch();
    attempt.received(in.readableBytes());
    if (tunnel) {
      to.out().write(in);
    } else if (responding) {
      bodyArrived(in);
    } else {
      headArrived(in);
    }
    if (responding && attempt.connected() && !to.out().keepsUp()) {
      attempt.pauseReading();
    }
  }

  private void headArrived(ByteBuf in) {
    while (!responding) {
      switch (download.readHead(in, request)) {
        case INTERIM -> interim();
        case HEAD -> respond();
        case REJECTED -> {
          in.release();
          upstreamRejected();
          return;
        }
        default -> {
          in.release();
          return;
        }
      }
    }
    if (tunnel) {
      connection().out().write(in);
      connection().enterTunnel();
    } else {
      bodyArrived(in);
    }
  }

  private void interim() {
    if (request.minorVersion() >= 1) {
      HeadWriter.response(
          connection().out().buffer(),
          download.head(),
          request,
          Framing.NONE,
          CompiledEdits.NONE,
          false);
    }
    download.nextHead();
  }

  private void respond() {
    ResponseHead response = download.head();
    responding = true;
    status = response.status();
    firstByteNanos = loop.ticker.nanos() - begun;
    attempt.answered();
    tunnel = status == 101;
    connection().armTimer();
    upload.forget();
    Framing framing = download.startBody(request.minorVersion());
    closing = !tunnel && (closeAfter() || framing == Framing.UNTIL_CLOSE || !upload.ended());
    HeadWriter.response(
        connection().out().buffer(),
        response,
        request,
        framing,
        asked.backend().responseEdits(),
        closing);
  }

  private void bodyArrived(ByteBuf in) {
    switch (download.readBody(in, connection().out())) {
      case ENDED -> responseEnded(true);
      case ENDED_WITH_EXTRA -> {
        flag("UPE", "the upstream sent more than its answer");
        responseEnded(false);
      }
      case REJECTED -> {
        loop.counters.rejected(download.reject());
        cutShort("UPE", download.reject().id());
      }
      default -> {}
    }
  }

  private void upstreamRejected() {
    Reject reject = download.reject();
    loop.counters.rejected(reject);
    attempt.drop(Outcome.FAILED);
    reply(502, "the upstream's answer breaks " + reject.id(), "UPE");
  }

  @Override
  public void upstreamReadComplete() {
    ClientConnection to = connection();
    to.out().flush();
    resumeUpstream();
  }

  /** The client took what waited: the upstream may go on. */
  void resumeUpstream() {
    if (attempt.readingPaused() && connection().out().keepsUp()) {
      attempt.resumeReading();
    }
  }

  @Override
  public void upstreamClosed() {
    boolean wasIdle = attempt.disconnected();
    if (tunnel) {
      closing = true;
      attempt.end(Outcome.REPLIED);
      finish();
    } else if (!responding) {
      closedUnanswered(wasIdle);
    } else if (download.inputClosed(connection().out()) == Download.Progress.ENDED) {
      responseEnded(false);
    } else {
      cutShort("UC", "the upstream closed before its answer was whole");
    }
  }

  private void closedUnanswered(boolean wasIdle) {
    String why = addressText() + " closed the connection without an answer";
    boolean repeatable = download.silent() && request.method().idempotent();
    if (!repeatable || !retry(wasIdle ? Outcome.IGNORED : Outcome.RESET, "UC", why)) {
      attempt.end(Outcome.RESET);
      reply(503, why, "UC");
    }
  }

  private boolean retry(Outcome outcome, String flag, String why) {
    Balancer balancer = asked.balancer();
    if (attempts >= MAX_ATTEMPTS || balancer == null || answered || !upload.replayable()) {
      return false;
    }
    // Last, as it takes the retry out of the budget.
    if (!balancer.tryRetry()) {
      return false;
    }
    attempt.fail(outcome);
    loop.counters.add(Counter.RETRIES, 1);
    String flagsBefore = flags;
    flag(flag, why);
    attempt(balancer, loop.ticker.nanos());
    if (!answered && flagsBefore.isEmpty()) {
      // The retry is under way: only what becomes of it is worth a flag.
      flags = "";
      detail = "";
    }
    ClientConnection to = client;
    if (to != null) {
      to.updateReading();
      flushUpstream();
    }
    return true;
  }

  // ---- the end

  private void responseEnded(boolean whole) {
    answered = true;
    responseBytes = download.bytes();
    boolean reusable = whole && download.head().keepAlive() && upload.ended();
    long retryAfterNanos = Responses.retryAfterNanos(download.head());
    LoadReport load = asked.loadReport(download.head(), loop.counters);
    attempt.complete(Responses.outcome(status), load, retryAfterNanos, reusable);
    finish();
  }

  /** The answer had begun and cannot be finished: the client must see that it is cut. */
  private void cutShort(String flag, String why) {
    flag(flag, why);
    attempt.drop(Outcome.RESET);
    responseBytes = download.bytes();
    abort();
  }

  private void abort() {
    ClientConnection to = client;
    account();
    if (to != null) {
      to.out().flush();
      to.exchangeAborted(closing);
    }
    recycle();
  }

  private void reply(int code, String why, String flag) {
    flag(flag, why);
    send(LocalReply.of(code, why));
  }

  private void send(LocalReply reply) {
    boolean head = request.method() == Method.HEAD;
    boolean close = closeAfterReply();
    reply.write(connection().out().buffer(), head, request.minorVersion(), close);
    responseBytes = reply.bodyLength(head);
    replied(reply.status(), close);
  }

  private boolean closeAfterReply() {
    return closing || closeAfter() || !upload.discardable(request);
  }

  private boolean closeAfter() {
    return !request.keepAlive() || loop.draining;
  }

  private void replied(int code, boolean close) {
    status = code;
    answered = true;
    closing = close;
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
  void clientGone() {
    if (started) {
      flag("DC", "the client went away");
      attempt.drop(Outcome.IGNORED);
      if (responding) {
        responseBytes = download.bytes();
      }
      account();
    }
    recycle();
  }

  /** When the exchange has to be looked at, if nothing moves until then. */
  long deadline(long touched) {
    CompiledRule current = rule;
    long deadline = touched + loop.timeouts.bodyIdle;
    if (current == null || tunnel || answered) {
      return deadline;
    }
    if (!responding && (current.requestNanos() > 0 || current.backendNanos() > 0)) {
      // The operator's own limit on waiting for an answer stands in place of the general one.
      deadline = begun + Long.MAX_VALUE / 2;
    }
    if (current.requestNanos() > 0) {
      deadline = earlier(deadline, begun + current.requestNanos());
    }
    if (current.backendNanos() > 0 && attempt.underWay()) {
      deadline = earlier(deadline, attempt.begun() + current.backendNanos());
    }
    return deadline;
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  /** The deadline passed. */
  void timedOut(boolean stoodStill) {
    boolean clientStalls = stoodStill && !upload.ended() && !upload.blocked();
    if (tunnel || answered) {
      closing = true;
      attempt.drop(Outcome.IGNORED);
      abort();
    } else if (responding) {
      boolean slowReader = !connection().out().keepsUp();
      flag(slowReader ? "DC" : "UT", "the answer stood still or took too long");
      attempt.drop(slowReader ? Outcome.IGNORED : Outcome.TIMED_OUT);
      responseBytes = download.bytes();
      abort();
    } else if (clientStalls) {
      attempt.drop(Outcome.IGNORED);
      closing = true;
      reply(408, "the request's body stood still", "DC");
    } else {
      attempt.drop(Outcome.TIMED_OUT);
      reply(504, "no answer of " + addressText() + " in time", "UT");
    }
  }

  private String addressText() {
    Endpoint current = endpoint;
    return current == null ? "any endpoint" : current.address().toString();
  }

  private void finish() {
    ClientConnection to = client;
    boolean linger = tunnel || !upload.ended();
    boolean close = closing;
    account();
    recycle();
    if (to != null) {
      to.exchangeEnded(close || linger, linger);
    }
  }

  private void account() {
    requestBytes = upload.bytes();
    totalNanos = loop.ticker.nanos() - begun;
    loop.counters.add(Counter.REQUESTS_IN_FLIGHT, -1);
    try {
      loop.listener.ended(this);
    } catch (RuntimeException e) {
      loop.listener.failed(e);
    }
  }

  private void recycle() {
    client = null;
    rule = null;
    asked.clear();
    started = false;
    upload.clear();
    attempt.clear();
    download.clear();
    loop.put(this);
  }

  private ClientConnection connection() {
    ClientConnection current = client;
    if (current == null) {
      throw new IllegalStateException("the exchange has ended");
    }
    return current;
  }
}
