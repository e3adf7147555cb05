package dev.fairlead.proxy.probe;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.Address;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.probe.ProbeReply;
import dev.fairlead.proxy.loop.LoopCounters;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.upstream.UpstreamPool;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sends the probes that picks on one event loop ask for, on the connections of that loop. But for
 * {@link #ask} only its loop may touch it.
 */
public final class ProbeSender {
  /** Three for each of some hundred requests that came at once; what comes then goes without. */
  static final int MAX_UNDER_WAY = 512;

  final UpstreamPool pool;
  final TimerWheel timers;
  final Ticker ticker;
  private final EventLoop events;
  private final LoopCounters counters;
  private final Map<ServiceName, Map<Address, ProbedEndpoint>> probed = new HashMap<>();
  private final ArrayDeque<Probe> free = new ArrayDeque<>();
  private int underWay;

  public ProbeSender(
      EventLoop events,
      UpstreamPool pool,
      TimerWheel timers,
      LoopCounters counters,
      Ticker ticker) {
    this.events = events;
    this.pool = pool;
    this.timers = timers;
    this.counters = counters;
    this.ticker = ticker;
  }

  /** Whether the thread that asks is this one's. */
  boolean isHere() {
    return events.inEventLoop();
  }

  /**
   * Sends a probe from any thread.
   *
   * @throws java.util.concurrent.RejectedExecutionException once the loop has ended
   */
  void ask(
      ServiceName service,
      CompiledProbe how,
      Address endpoint,
      long timeoutNanos,
      Consumer<ProbeReply> reply) {
    events.execute(() -> send(service, how, endpoint, timeoutNanos, reply));
  }

  /** Sends a probe, unless too many are under way or the endpoint answers none. */
  @SuppressWarnings("ReferenceEquality") // a configuration that was compiled anew is another
  void send(
      ServiceName service,
      CompiledProbe how,
      Address endpoint,
      long timeoutNanos,
      Consumer<ProbeReply> reply) {
    long now = ticker.nanos();
    Map<Address, ProbedEndpoint> of = probed.computeIfAbsent(service, _ -> new HashMap<>());
    ProbedEndpoint asked = of.get(endpoint);
    if (asked == null || asked.how != how) {
      of.values().removeIf(each -> each.forgotten(now));
      asked = new ProbedEndpoint(how, endpoint, now);
      of.put(endpoint, asked);
    }
    if (underWay >= MAX_UNDER_WAY || !asked.mayBegin(now)) {
      counters.add(Counter.PROBES_HELD_BACK, 1);
      reply.accept(ProbeReply.Unanswered.FAILED);
      return;
    }
    underWay++;
    Probe kept = free.pollFirst();
    Probe probe = kept == null ? new Probe(this) : kept;
    probe.begin(asked, now + timeoutNanos, reply);
  }

  /** Takes back a probe that has ended. */
  void ended(Probe probe) {
    underWay--;
    free.addFirst(probe);
  }
}
