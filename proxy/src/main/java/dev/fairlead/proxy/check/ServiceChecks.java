package dev.fairlead.proxy.check;

import dev.fairlead.balancer.pick.EndpointCheck;
import dev.fairlead.proxy.loop.TimerWheel;
import dev.fairlead.route.HealthCheck.Probe;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** When the endpoints of one service are checked: a look at what is due, and another one later. */
final class ServiceChecks extends TimerWheel.Timer {
  /** Within which an endpoint that comes is noticed, and room for a check that had to wait. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Checker checker;
  private final CompiledCheck check;

  /** Where the next look begins, so that what had to wait comes first. */
  private int from;

  ServiceChecks(Checker checker, CompiledCheck check) {
    this.checker = checker;
    this.check = check;
  }

  @Override
  protected void expired() {
    long next = LOOK_NANOS;
    try {
      next = Math.min(next, beginDue());
    } finally {
      checker.timers.arm(this, checker.ticker.nanos() + next);
    }
  }

  /** Begins what is due; returns in how many nanoseconds the next one is. */
  private long beginDue() {
    long next = Long.MAX_VALUE;
    List<EndpointCheck> all = check.balancer().checks();
    int size = all.size();
    int first = size == 0 ? 0 : from % size;
    for (int i = 0; i < size; i++) {
      int at = (first + i) % size;
      EndpointCheck each = all.get(at);
      long due = each.dueInNanos();
      if (due > 0) {
        next = Math.min(next, due);
      } else if (!checker.mayBegin()) {
        from = at;
        return next;
      } else if (each.take()) {
        of(each).begin();
      } else {
        checker.notBegun();
      }
    }
    return next;
  }

  private Check of(EndpointCheck endpoint) {
    return switch (check.check().probe()) {
      case Probe.Tcp _ -> new TcpCheck(checker, check, endpoint);
      case Probe.Http http ->
          new RequestCheck(checker, check, endpoint, new RequestCheck.HttpAnswer(http));
      case Probe.Grpc grpc ->
          new RequestCheck(checker, check, endpoint, new RequestCheck.GrpcAnswer(grpc));
    };
  }
}
