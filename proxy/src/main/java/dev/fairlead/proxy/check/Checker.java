package dev.fairlead.proxy.check;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.pick.EndpointCheck;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.proxy.upstream.UpstreamPool;
import io.netty.bootstrap.Bootstrap;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends the checks of some services' endpoints from one event loop. Each service has one loop, and
 * so each endpoint of it is asked once, however many loops there are; what is found the balancer
 * remembers, over reloads too. Only its loop may touch it.
 */
public final class Checker {
  /**
   * Checks under way at a time: as many endpoints as hang may do so without holding up the others
   * of a loop for longer than their time-out.
   */
  static final int MAX_UNDER_WAY = 256;

  final UpstreamPool pool;

  /** For connections that carry nothing. */
  final Bootstrap bootstrap;

  final TimerWheel timers;
  final Ticker ticker;
  private final CheckListener listener;
  private final List<ServiceChecks> services = new ArrayList<>();
  private int underWay;

  /**
   * @param bootstrap with group, channel type and options, but no handler
   */
  public Checker(
      UpstreamPool pool,
      Bootstrap bootstrap,
      TimerWheel timers,
      Ticker ticker,
      CheckListener listener) {
    this.pool = pool;
    this.bootstrap = bootstrap;
    this.timers = timers;
    this.ticker = ticker;
    this.listener = listener;
  }

  /** Checks these services from now on, and no others. Checks under way still end. */
  public void serve(List<CompiledCheck> checks) {
    services.forEach(timers::cancel);
    services.clear();
    for (CompiledCheck check : checks) {
      ServiceChecks service = new ServiceChecks(this, check);
      services.add(service);
      service.expired();
    }
  }

  /** Whether one more check may be begun; it is counted if so, until {@link #ended}. */
  boolean mayBegin() {
    if (underWay >= MAX_UNDER_WAY) {
      return false;
    }
    underWay++;
    return true;
  }

  void notBegun() {
    underWay--;
  }

  /**
   * A check has ended.
   *
   * @param why it failed, for people
   */
  void ended(CompiledCheck of, EndpointCheck check, boolean ok, String why) {
    underWay--;
    boolean before = check.unhealthy();
    check.report(ok);
    if (before != check.unhealthy()) {
      listener.healthChanged(of.service(), check.endpoint(), before, why);
    }
  }
}
