package dev.fairlead.proxy;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.balancer.pick.Request;
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
import dev.fairlead.proxy.upstream.UpstreamConnection;
import dev.fairlead.proxy.upstream.UpstreamUser;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the first byte of the one to the last of the other. Reused: what
 * a request needs is there before it comes.
 */
final class Exchange extends ExchangeLog implements Request, UpstreamUser {
  /** The first and one retry: more would multiply an overload. */
  private static final int MAX_ATTEMPTS = 2;

  /** An upstream that sends more interim answers than anybody needs is broken or hostile. */
  private static final int MAX_INTERIM = 16;

  /** What is read in order to keep a connection that was answered before its body came. */
  private static final long MAX_DISCARD = 64 * 1024;

  private final Loop loop;
  private final HeadBytes requestHead;
  private final HeadBytes responseHead;
  private final ResponseHead response;
  private final Upload upload;
  private final Download download = new Download();
  private final Outlet up;
  private @Nullable ClientConnection client;
  private @Nullable CompiledRule rule;
  private CompiledRule.@Nullable Backend backend;
  private @Nullable Lease lease;
  private @Nullable UpstreamConnection upstream;
  private @Nullable Endpoint tried;
  private long attemptBegun;
  private long upstreamSent;
  private long upstreamReceived;
  private int interims;
  private boolean started;
  private boolean sent;
  private boolean responding;
  private boolean answered;
  private boolean closing;
  private boolean tunnel;

  Exchange(Loop loop) {
    super(new RequestHead(loop.limits));
    this.loop = loop;
    requestHead = new HeadBytes(loop.options.maxHeadBytes());
    responseHead = new HeadBytes(loop.options.maxHeadBytes());
    response = new ResponseHead(loop.limits);
    upload = new Upload(loop.options.bodyWindow());
    up = new Outlet(loop.counters);
  }

  void attach(ClientConnection connection) {
    client = connection;
    clearLog();
    clientAddress = connection.address();
    started = false;
    sent = false;
    responding = false;
    answered = false;
    closing = false;
    tunnel = false;
    interims = 0;
    tried = null;
    upstreamSent = 0;
    upstreamReceived = 0;
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

  /** Whether bytes of the next head, or of none, are all that arrived. */
  boolean headEmpty() {
    return requestHead.length() == 0;
  }

  // ---- the request's way in

  /** Takes bytes of the head. True once it is whole; what broke, if anything, is {@code reject}. */
  boolean readHead(ByteBuf in) {
    return requestHead.take(in) >= 0;
  }

  /** The rule that the head broke, once it is whole or too large. */
  Reject parseHead(boolean whole) {
    byte[] bytes = requestHead.bytes();
    int length = requestHead.length();
    if (!whole) {
      if (!requestHead.full()) {
        return Reject.NONE;
      }
      Reject reject = loop.parser.oversize(bytes, 0, length);
      return reject == Reject.NONE ? Reject.HEAD_TOO_LARGE : reject;
    }
    Reject reject = loop.parser.parseRequest(bytes, 0, length, request);
    parsed = reject == Reject.NONE;
    return reject;
  }

  /** The head is whole: finds out what is to be done, and does it. */
  void start(CompiledPort port) {
    startClock();
    upload.start(request);
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
    attemptBegun = begun;
    loop.counters.add(Counter.REQUESTS, 1);
    loop.counters.add(Counter.REQUESTS_IN_FLIGHT, 1);
  }

  private void forward(Target.Forward forward) {
    CompiledRule.Backend chosen = forward.choose(loop.random);
    if (chosen == null) {
      reply(500, "no backend of this route has any weight", "NR");
      return;
    }
    backend = chosen;
    service = chosen.service();
    Balancer balancer = chosen.balancer();
    if (balancer == null) {
      reply(500, "the route names a backend that does not exist", "NR");
      return;
    }
    attempt(balancer);
  }

  private void attempt(Balancer balancer) {
    switch (balancer.pick(this)) {
      case Refusal refusal -> {
        if (attempts > 0) {
          // What the first attempt met says more than that there was nowhere else to go.
          reply(503, detail, flags);
        } else {
          String why = "no endpoint of " + service + ": " + refusal.reason();
          reply(503, why, refusal == Refusal.OVER_LIMIT ? "UO" : "UH");
        }
      }
      case Lease picked -> {
        attempts++;
        lease = picked;
        endpoint = picked.endpoint();
        connection().armTimer();
        UpstreamConnection taken = loop.pool.take(picked.endpoint().address());
        upstream = taken;
        taken.start(this);
        // Opening it may have failed at once, and another attempt may be under way.
        if (upstream == taken && taken.isOpen()) {
          send(taken);
        }
      }
    }
  }

  private void send(UpstreamConnection to) {
    if (connectNanos < 0) {
      connectNanos = to.isReused() ? 0 : loop.ticker.nanos() - begun;
    }
    responseHead.reset();
    up.open(to.channel());
    CompiledRule.Backend chosen = backend;
    CompiledRule current = rule;
    if (chosen == null || current == null) {
      throw new IllegalStateException("nothing to send");
    }
    ByteBuf head = up.buffer();
    HeadWriter.request(
        head, request, current.rewrite(), chosen.requestEdits(), connection().info());
    upstreamSent += head.readableBytes();
    upload.attach(up, request.method().idempotent());
    sent = true;
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
    upstreamSent += in.readableBytes();
    up.write(in);
  }

  private void requestRejected(Reject reject) {
    loop.counters.rejected(reject);
    flag("DPE", reject.id());
    closing = true;
    dropUpstream(Outcome.IGNORED);
    if (responding || answered) {
      abort();
    } else {
      reply(reject.status(), reject.id(), "DPE");
    }
  }

  /** Whether the client must wait before it sends more of its body. */
  boolean blocked() {
    return tunnel ? !up.keepsUp() : !upload.ended() && upload.blocked();
  }

  /** All bytes that were here are read. */
  void flushUpstream() {
    UpstreamConnection to = upstream;
    if (sent && to != null && to.isOpen()) {
      up.flush();
    }
  }

  // ---- the upstream

  @Override
  public void upstreamConnected() {
    UpstreamConnection to = upstream;
    if (to != null) {
      send(to);
      up.flush();
      connection().updateReading();
    }
  }

  @Override
  public void upstreamConnectFailed(Throwable cause) {
    upstream = null;
    String why = "cannot connect to " + addressText() + ": " + Responses.phrase(cause);
    if (!retry(Outcome.CONNECT_FAILED, "UF", why)) {
      endLease(Outcome.CONNECT_FAILED);
      fail(503, why, "UF");
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
    upstreamReceived += in.readableBytes();
    if (tunnel) {
      to.out().write(in);
    } else if (responding) {
      bodyArrived(in);
    } else {
      headArrived(in);
    }
    UpstreamConnection from = upstream;
    if (from != null && responding && !to.out().keepsUp()) {
      from.channel().config().setAutoRead(false);
    }
  }

  private void headArrived(ByteBuf in) {
    while (!responding) {
      int end = responseHead.take(in);
      if (end < 0) {
        boolean full = responseHead.full();
        in.release();
        if (full) {
          upstreamRejected(Reject.HEAD_TOO_LARGE);
        }
        return;
      }
      Reject reject =
          loop.parser.parseResponse(
              responseHead.bytes(), 0, end, request.method() == Method.HEAD, response);
      if (reject == Reject.NONE && response.interim() && ++interims > MAX_INTERIM) {
        reject = Reject.BAD_STATUS_LINE;
      }
      if (reject == Reject.NONE && !response.interim()) {
        reject = Responses.check(request, response, in.readableBytes());
      }
      if (reject != Reject.NONE) {
        in.release();
        upstreamRejected(reject);
        return;
      }
      if (response.interim()) {
        interim();
      } else {
        respond();
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
          connection().out().buffer(), response, request, Framing.NONE, CompiledEdits.NONE, false);
    }
    responseHead.reset();
  }

  private void respond() {
    responding = true;
    status = response.status();
    firstByteNanos = loop.ticker.nanos() - begun;
    Lease held = lease;
    if (held != null) {
      held.answered();
    }
    tunnel = status == 101;
    connection().armTimer();
    upload.forget();
    Framing framing = Download.framingFor(response, request.minorVersion());
    closing = !tunnel && (closeAfter() || framing == Framing.UNTIL_CLOSE || !upload.ended());
    CompiledRule.Backend chosen = backend;
    HeadWriter.response(
        connection().out().buffer(),
        response,
        request,
        framing,
        chosen == null ? CompiledEdits.NONE : chosen.responseEdits(),
        closing);
    download.start(response, framing);
  }

  private void bodyArrived(ByteBuf in) {
    switch (download.received(in, connection().out())) {
      case MORE -> {}
      case ENDED -> responseEnded(true);
      case ENDED_WITH_EXTRA -> {
        flag("UPE", "the upstream sent more than its answer");
        responseEnded(false);
      }
      case REJECTED -> {
        loop.counters.rejected(download.reject());
        cutShort("UPE", download.reject().id());
      }
    }
  }

  private void upstreamRejected(Reject reject) {
    loop.counters.rejected(reject);
    dropUpstream(Outcome.FAILED);
    fail(502, "the upstream's answer breaks " + reject.id(), "UPE");
  }

  @Override
  public void upstreamReadComplete() {
    ClientConnection to = connection();
    to.out().flush();
    resumeUpstream();
  }

  /** The client took what waited: the upstream may go on. */
  void resumeUpstream() {
    UpstreamConnection from = upstream;
    if (from != null
        && from.isOpen()
        && !from.channel().config().isAutoRead()
        && connection().out().keepsUp()) {
      from.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void upstreamClosed() {
    UpstreamConnection gone = upstream;
    upstream = null;
    up.close();
    upload.detach();
    if (tunnel) {
      closing = true;
      endLease(Outcome.REPLIED);
      finish();
    } else if (responding) {
      if (download.inputClosed(connection().out()) == Download.Progress.ENDED) {
        responseEnded(false);
      } else {
        cutShort("UC", "the upstream closed before its answer was whole");
      }
    } else {
      closedUnanswered(gone);
    }
  }

  private void closedUnanswered(@Nullable UpstreamConnection gone) {
    String why = addressText() + " closed the connection without an answer";
    boolean silent = responseHead.length() == 0 && interims == 0;
    if (silent && gone != null && request.method().idempotent()) {
      // A pooled one that closed within a round trip was closing as an idle connection when the
      // request came, which is no fault of the endpoint. Else it broke off a request under way.
      long waited = loop.ticker.nanos() - attemptBegun;
      boolean race = gone.isReused() && waited <= 2 * gone.connectNanos();
      if (retry(race ? Outcome.IGNORED : Outcome.RESET, "UC", why)) {
        return;
      }
    }
    endLease(Outcome.RESET);
    fail(503, why, "UC");
  }

  private boolean retry(Outcome outcome, String flag, String why) {
    CompiledRule.Backend chosen = backend;
    Balancer balancer = chosen == null ? null : chosen.balancer();
    if (attempts >= MAX_ATTEMPTS || balancer == null || answered || !upload.replayable()) {
      return false;
    }
    endLease(outcome);
    up.close();
    upload.detach();
    loop.counters.add(Counter.RETRIES, 1);
    tried = endpoint;
    sent = false;
    attemptBegun = loop.ticker.nanos();
    String flagsBefore = flags;
    flag(flag, why);
    attempt(balancer);
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
    UpstreamConnection from = upstream;
    upstream = null;
    endLease(Responses.outcome(status), Responses.retryAfterNanos(response));
    if (from != null) {
      if (whole && response.keepAlive() && upload.ended() && sent) {
        up.flush();
        up.close();
        from.release();
      } else {
        up.close();
        from.close();
      }
    }
    upload.detach();
    finish();
  }

  /** The answer had begun and cannot be finished: the client must see that it is cut. */
  private void cutShort(String flag, String why) {
    flag(flag, why);
    dropUpstream(Outcome.RESET);
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

  /** Answers for an upstream that did not. */
  private void fail(int code, String why, String flag) {
    up.close();
    upload.detach();
    reply(code, why, flag);
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
    boolean rest = !upload.ended();
    boolean discardable =
        request.contentLength() >= 0
            && request.contentLength() <= MAX_DISCARD
            && !request.expectContinue();
    return closing || closeAfter() || (rest && !discardable);
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
      connection().armTimer();
    }
  }

  /** The client went away. */
  void clientGone() {
    if (started) {
      flag("DC", "the client went away");
      dropUpstream(Outcome.IGNORED);
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
    if (current == null) {
      return deadline;
    }
    boolean waiting = started && !responding;
    if (waiting && (current.requestNanos() > 0 || current.backendNanos() > 0)) {
      // The operator's own limit on waiting for an answer stands in place of the general one.
      deadline = begun + Long.MAX_VALUE / 2;
    }
    if (current.requestNanos() > 0) {
      deadline = earlier(deadline, begun + current.requestNanos());
    }
    if (current.backendNanos() > 0 && lease != null) {
      deadline = earlier(deadline, attemptBegun + current.backendNanos());
    }
    return tunnel ? touched + loop.timeouts.bodyIdle : deadline;
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  /** The deadline passed. */
  void timedOut(boolean stoodStill) {
    boolean clientStalls = stoodStill && !upload.ended() && !upload.blocked();
    if (tunnel || answered) {
      closing = true;
      dropUpstream(Outcome.IGNORED);
      abort();
    } else if (responding) {
      boolean slowReader = !connection().out().keepsUp();
      flag(slowReader ? "DC" : "UT", "the answer stood still or took too long");
      dropUpstream(slowReader ? Outcome.IGNORED : Outcome.TIMED_OUT);
      responseBytes = download.bytes();
      abort();
    } else if (clientStalls) {
      dropUpstream(Outcome.IGNORED);
      closing = true;
      fail(408, "the request's body stood still", "DC");
    } else {
      dropUpstream(Outcome.TIMED_OUT);
      fail(504, "no answer of " + addressText() + " in time", "UT");
    }
  }

  private String addressText() {
    Endpoint current = endpoint;
    return current == null ? "any endpoint" : current.address().toString();
  }

  private void dropUpstream(Outcome outcome) {
    UpstreamConnection from = upstream;
    upstream = null;
    up.close();
    upload.detach();
    endLease(outcome);
    if (from != null) {
      from.abandon();
    }
  }

  private void endLease(Outcome outcome) {
    endLease(outcome, 0);
  }

  private void endLease(Outcome outcome, long retryAfterNanos) {
    Lease held = lease;
    lease = null;
    if (held != null) {
      held.transferred(upstreamSent + upload.bytes(), upstreamReceived);
      upstreamSent = 0;
      upstreamReceived = 0;
      held.end(outcome, LoadReport.NONE, retryAfterNanos);
    }
  }

  private void finish() {
    ClientConnection to = client;
    boolean linger = !upload.ended();
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
    loop.listener.ended(this);
  }

  private void recycle() {
    client = null;
    rule = null;
    backend = null;
    lease = null;
    upstream = null;
    started = false;
    upload.clear();
    up.close();
    requestHead.reset();
    responseHead.reset();
    loop.put(this);
  }

  private ClientConnection connection() {
    ClientConnection current = client;
    if (current == null) {
      throw new IllegalStateException("the exchange has ended");
    }
    return current;
  }

  Channel channel() {
    return connection().channel();
  }

  @Override
  public boolean triedIn(String cluster) {
    Endpoint before = tried;
    return before != null && before.cluster().equals(cluster);
  }

  @Override
  public boolean tried(Endpoint candidate) {
    Endpoint before = tried;
    return before != null
        && before.address().equals(candidate.address())
        && before.cluster().equals(candidate.cluster());
  }
}
