package dev.fairlead.proxy.trace;

import dev.fairlead.proxy.http1.KnownHeader;
import dev.fairlead.proxy.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The trace that one request belongs to: one that it brought, or a new one. Its ids are numbers and
 * bytes that are used again; objects are made only for a trace that is recorded. Reused with its
 * exchange.
 */
public final class RequestTrace {
  private static final byte[] BAGGAGE = "baggage".getBytes(StandardCharsets.US_ASCII);

  private final Tracer tracer;

  /** What the request brought; in a trace that begins here, what it would have brought. */
  private final TraceParent context = new TraceParent();

  /** What the next attempt says. */
  private final byte[] said = new byte[TraceParent.LENGTH];

  private boolean begun;
  private boolean continued;
  private boolean sampled;
  private long span;
  private long epoch;
  private String state = "";

  public RequestTrace(Tracer tracer) {
    this.tracer = tracer;
  }

  /** The same trace for what outlives the request. */
  public RequestTrace copy() {
    RequestTrace copy = new RequestTrace(tracer);
    copy.context.high = context.high;
    copy.context.low = context.low;
    copy.context.parent = context.parent;
    copy.context.flags = context.flags;
    copy.begun = begun;
    copy.continued = continued;
    copy.sampled = sampled;
    copy.span = span;
    copy.epoch = epoch;
    copy.state = state;
    return copy;
  }

  /** Forgets the last request. */
  public void clear() {
    begun = false;
    sampled = false;
    state = "";
  }

  /**
   * A request came: takes its trace over, or begins one.
   *
   * @param trusted whether the word of its sender counts
   * @param ratio of the traces that begin here that are recorded; negative: the tracer's own
   */
  public void begin(RequestHead head, boolean trusted, double ratio) {
    boolean listened = trusted || tracer.continuesAnyone();
    begin(listened && context.read(head), ratio);
    for (int i = 0; i < head.headerCount(); i++) {
      if (head.known(i) == KnownHeader.TRACEPARENT) {
        head.drop(i);
      }
    }
    if (!continued || !TraceState.isValid(head)) {
      TraceState.drop(head);
    } else if (sampled) {
      state = TraceState.text(head);
    }
    if (!listened) {
      dropBaggage(head);
    }
  }

  /** A connection came of which nothing is read: begins one, recorded by the same ratio. */
  public void begin(double ratio) {
    begin(false, ratio);
  }

  private void begin(boolean taken, double ratio) {
    continued = taken;
    begun = true;
    span = tracer.id();
    Sampler sampler = tracer.sampler();
    if (taken) {
      sampled = sampler.samples(context.low, ratio, (context.flags & TraceParent.SAMPLED) != 0);
    } else {
      context.high = tracer.id();
      context.low = tracer.id();
      context.parent = 0;
      context.flags = TraceParent.RANDOM;
      sampled = sampler.samples(context.low, ratio);
    }
    context.flags = (context.flags & ~TraceParent.SAMPLED) | (sampled ? TraceParent.SAMPLED : 0);
    if (sampled) {
      epoch = tracer.epoch();
    }
  }

  private static void dropBaggage(RequestHead head) {
    for (int i = head.find(BAGGAGE, 0); i >= 0; i = head.find(BAGGAGE, i + 1)) {
      head.drop(i);
    }
  }

  /** Whether the trace is recorded: spans are wanted. */
  public boolean sampled() {
    return sampled;
  }

  /** 32 lower-case hex digits; empty where there is no request. */
  public String traceId() {
    return begun ? context.traceId() : "";
  }

  /** Makes a request that is about to be sent say that it comes from {@code clientSpan}. */
  public void say(RequestHead head, long clientSpan) {
    if (begun) {
      TraceParent.write(said, context.high, context.low, clientSpan, context.flags);
      head.traceparent(said);
    }
  }

  /** The id of a span that is yet to be finished. */
  public long nextSpan() {
    return tracer.id();
  }

  /**
   * One attempt at an upstream has ended.
   *
   * @param id that the request said
   * @param begun when, in the ticker's terms
   */
  public void attempt(
      long id, String name, long begun, boolean error, String message, Attributes attributes) {
    long duration = tracer.nanos() - begun;
    List<Span.Attribute> all = attributes.list();
    tracer.finished(
        new Span(
            context.high,
            context.low,
            id,
            span,
            false,
            state,
            context.flags,
            Span.Kind.CLIENT,
            name,
            epoch + begun,
            duration,
            error,
            message,
            all));
  }

  /**
   * The request has ended.
   *
   * @param begun when it came, in the ticker's terms
   */
  public void request(
      String name,
      long begun,
      long duration,
      boolean error,
      String message,
      Attributes attributes) {
    tracer.finished(
        new Span(
            context.high,
            context.low,
            span,
            context.parent,
            continued,
            state,
            context.flags,
            Span.Kind.SERVER,
            name,
            epoch + begun,
            duration,
            error,
            message,
            attributes.list()));
  }
}
