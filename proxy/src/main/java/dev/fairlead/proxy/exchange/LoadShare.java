package dev.fairlead.proxy.exchange;

import dev.fairlead.balancer.probe.LoadField;
import dev.fairlead.balancer.probe.ServerLoad;
import dev.fairlead.proxy.http1.LocalReply;
import dev.fairlead.proxy.http1.Method;
import dev.fairlead.proxy.http1.RequestHead;
import dev.fairlead.proxy.loop.LoopCounters.Counter;
import dev.fairlead.route.HeaderEdits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An exchange's share of the load of a service that is answered for: those who probe the service
 * ask this process, which knows what it has in flight there and how long that takes. Reused with
 * its exchange.
 */
final class LoadShare {
  private static final byte[] PATH = LoadField.PATH.getBytes(StandardCharsets.US_ASCII);

  private final Loop loop;
  private final ExchangeLog exchange;
  private @Nullable ServerLoad load;
  private int met;

  LoadShare(Loop loop, ExchangeLog exchange) {
    this.loop = loop;
    this.exchange = exchange;
  }

  /** Counts the request; or makes the answer, if it is a probe. */
  @Nullable LocalReply begin(ServerLoad of) {
    if (isProbe(exchange.request)) {
      // With several of them to each request a log of them would be three quarters of the log.
      exchange.unlogged = true;
      loop.counters.add(Counter.PROBES_ANSWERED, 1);
      String said = LoadField.write(of.answer(loop.ticker.nanos()));
      return LocalReply.of(204, List.of(new HeaderEdits.Header(LoadField.NAME, said)), "");
    }
    load = of;
    met = of.begin();
    return null;
  }

  private static boolean isProbe(RequestHead head) {
    return head.method() == Method.GET
        && Arrays.equals(head.bytes(), head.pathStart(), head.pathEnd(), PATH, 0, PATH.length);
  }

  /**
   * The exchange has ended. How long it took counts where the backend answered; a tunnel lasts as
   * long as its two ends like.
   */
  void end() {
    ServerLoad of = load;
    if (of == null) {
      return;
    }
    load = null;
    if (exchange.attempts > 0
        && exchange.flags.isEmpty()
        && exchange.status >= 200
        && exchange.status < 500) {
      of.end(loop.ticker.nanos(), exchange.totalNanos, met);
    } else {
      of.cancelled();
    }
  }
}
