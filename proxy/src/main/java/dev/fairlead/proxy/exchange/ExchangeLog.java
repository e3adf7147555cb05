package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Balancer;
import dev.fairlead.balancer.pick.Explanation;
import dev.fairlead.balancer.pick.Pick;
import dev.fairlead.balancer.pick.Request;
import dev.fairlead.proxy.http1.Ascii;
import dev.fairlead.proxy.http1.ClientInfo;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.observe.AttemptStory;
import dev.fairlead.proxy.observe.Field;
import dev.fairlead.proxy.rules.CompiledRule;
import dev.fairlead.proxy.trace.RequestTrace;
import dev.fairlead.proxy.trace.TraceParent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an exchange remembers of itself to be logged. Texts are made only if somebody asks. */
public abstract class ExchangeLog extends Logged {
  private static final byte[] REQUEST_ID = Ascii.bytes("x-request-id");

  /** A UUID has 36; longer ones are cut, as they go into logs. */
  private static final int MAX_REQUEST_ID = 128;

  public final RequestHead request;
  final GrpcCall grpc = new GrpcCall();

  /** Null where the proxy does not trace. */
  final @Nullable RequestTrace trace;

  @Nullable CompiledRule rule;

  /** Whether the decisions are written down. */
  boolean explained;

  /** Attempts that have ended, as far as anybody may ask. */
  final List<AttemptStory> history = new ArrayList<>(2);

  final List<Explanation> picks = new ArrayList<>(2);

  /** The answer's headers, where somebody taps them. */
  List<Field> answerFields = List.of();

  boolean parsed;
  boolean secure;
  String peer = "";
  int status;
  long firstByteNanos;
  int trafficClass;
  String hedge = "";

  /** Whether nobody is told of it. */
  boolean unlogged;

  ExchangeLog(Loop loop) {
    this.request = new RequestHead(loop.limits);
    this.trace = loop.tracer == null ? null : new RequestTrace(loop.tracer);
  }

  /** The endpoint, for people. */
  final String addressText() {
    Endpoint current = endpoint;
    return current == null ? "any endpoint" : current.address().toString();
  }

  @Override
  void clearLog() {
    super.clearLog();
    parsed = false;
    explained = false;
    history.clear();
    picks.clear();
    answerFields = List.of();
    grpc.clear();
    if (trace != null) {
      trace.clear();
    }
    status = 0;
    firstByteNanos = -1;
    trafficClass = TrafficClass.USUAL;
    hedge = "";
    unlogged = false;
  }

  /**
   * The request begins to count.
   *
   * @param traceRatio of the traces that begin here; negative: the tracer's own
   */
  void startClock(Loop loop, ClientInfo client, double traceRatio) {
    begun = loop.ticker.nanos();
    explained = parsed && loop.watch.samples(begun);
    if (trace != null && parsed) {
      secure = client.secure();
      trace.begin(request, client.trusted(), traceRatio);
    }
    loop.counters.add(Counter.REQUESTS, 1);
    loop.counters.add(Counter.REQUESTS_IN_FLIGHT, 1);
  }

  /** Picks, and writes down why if the exchange is explained, or was not and is tried again. */
  Pick pick(Loop loop, Balancer balancer, Request asked) {
    boolean retry = attempts > 0 && !explained && loop.watch.samplesRetry(loop.ticker.nanos());
    return explained || retry ? balancer.pick(asked, this::picked) : balancer.pick(asked, reason);
  }

  private void picked(Explanation explanation) {
    reason.take(explanation);
    picks.add(Stories.shortened(explanation));
  }

  /** An attempt at {@code tried} has ended. */
  void attempted(Loop loop, Attempt attempt, Endpoint tried, Outcome outcome) {
    if (explained || attempts > 1 || outcome != Outcome.REPLIED || loop.watch.tapped()) {
      long after = attempt.begun() - begun;
      long duration = loop.ticker.nanos() - attempt.begun();
      history.add(new AttemptStory(tried, after, duration, attempt.status(), outcome));
    }
    if (trace != null && trace.sampled()) {
      Spans.attempt(trace, attempt, this, tried, outcome);
    }
  }

  /** It has ended: tells whoever keeps the log. */
  void account(Loop loop) {
    totalNanos = loop.ticker.nanos() - begun;
    loop.counters.add(Counter.REQUESTS_IN_FLIGHT, -1);
    if (unlogged) {
      return;
    }
    try {
      if (trace != null && trace.sampled()) {
        Spans.request(trace, this);
      }
      Stories.ended(loop, this);
      loop.listener.ended(this);
    } catch (RuntimeException e) {
      loop.listener.failed(e);
    }
  }

  @Override
  public String protocol() {
    return parsed ? protocol : "";
  }

  @Override
  public String method() {
    return parsed ? request.methodText() : "";
  }

  @Override
  public String target() {
    return parsed ? request.targetText() : "";
  }

  @Override
  public String host() {
    return parsed ? request.authorityText() : "";
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public int grpcStatus() {
    return grpc.status();
  }

  @Override
  public long firstByteNanos() {
    return firstByteNanos;
  }

  /** That of a tunnel counts from its 101 on, when the request was answered. */
  @Override
  public long deadlineLeftNanos() {
    long limit = grpc.limitNanos();
    long taken = tunnelEnd == null ? totalNanos : firstByteNanos;
    return limit == 0 ? -1 : Math.max(0, limit - taken);
  }

  @Override
  public int trafficClass() {
    return trafficClass;
  }

  @Override
  public String hedge() {
    return hedge;
  }

  @Override
  public String requestId() {
    int header = parsed ? request.find(REQUEST_ID, 0) : -1;
    String id = header < 0 ? "" : request.value(header);
    return id.length() > MAX_REQUEST_ID ? id.substring(0, MAX_REQUEST_ID) : id;
  }

  @Override
  public String traceId() {
    if (trace != null) {
      return trace.traceId();
    }
    TraceParent passed = new TraceParent();
    return parsed && passed.read(request) ? passed.traceId() : "";
  }
}
