package dev.fairlead.simulator.scenario;

import dev.fairlead.steering.cost.PriceList;
import java.time.Duration;

/**
 * Something that happens by script.
 *
 * @param at since the start of the run, the warm-up included
 * @param lasting after it all is as before; zero: it stays
 * @param every from one time to the next; zero: it happens once
 */
public record Fault(Duration at, Duration lasting, Duration every, Effect effect) {
  public Fault {
    Check.notNegative("at", at);
    Check.notNegative("for", lasting);
    Check.notNegative("every", every);
    if (!every.isZero() && (lasting.isZero() || every.compareTo(lasting) < 0)) {
      throw new IllegalArgumentException(
          "what happens every " + every + " must last less than that, not " + lasting);
    }
    if (lasting.isZero() && effect instanceof Slow slow && slow.drift()) {
      throw new IllegalArgumentException("a drift needs to say how long it takes: for");
    }
  }

  /** What happens. */
  public sealed interface Effect {}

  /**
   * The pods that are meant: those that are in all the places named.
   *
   * @param cluster empty: all
   * @param zone empty: all
   * @param service empty: all
   * @param share of the pods of each service and cluster, the first ones, rounded up; in (0, 1]
   */
  public record Target(String cluster, String zone, String service, double share) {
    public Target {
      Check.ratio("share", share);
      Check.positive("share", share);
    }

    public Target(String cluster, String service) {
      this(cluster, "", service, 1);
    }
  }

  /**
   * Requests take {@code factor} times as long.
   *
   * @param factor positive
   * @param drift the factor grows from 1 to what it says over the fault's time, and then is gone
   */
  public record Slow(Target target, double factor, boolean drift) implements Effect {
    public Slow {
      Check.positive("factor", factor);
    }
  }

  /** Another law for the service time. */
  public record ServiceTime(Target target, Law law) implements Effect {}

  /**
   * A share of requests fails.
   *
   * @param ratio 0…1
   * @param after how long each takes to fail; without a worker, as an application's own limit does
   */
  public record Errors(Target target, double ratio, Duration after) implements Effect {
    public Errors {
      Check.ratio("ratio", ratio);
      Check.notNegative("after", after);
    }
  }

  /** Requests are accepted and never answered. */
  public record Hang(Target target) implements Effect {}

  /**
   * Pods are gone; what they had in hand is lost. They stay in the endpoint set, as after a crash.
   *
   * @param silent connections are not refused but time out, as where a whole machine is lost
   */
  public record Down(Target target, boolean silent) implements Effect {}

  /**
   * A link gets worse; one way.
   *
   * @param added to its delay
   * @param loss added to its loss, 0…1
   * @param bandwidth factor of its bandwidth, positive
   * @param down nothing gets through
   */
  public record Worse(
      Link.End from, Link.End to, Duration added, double loss, double bandwidth, boolean down)
      implements Effect {
    public Worse {
      Check.notNegative("delay", added);
      Check.ratio("loss", loss);
      Check.positive("bandwidth", bandwidth);
    }
  }

  /** The broker can be reached by nobody. */
  public record BrokerDown() implements Effect {}

  /** A cluster's reports no longer leave it, so that the broker knows only old ones. */
  public record StaleTelemetry(String cluster) implements Effect {}

  /**
   * A cluster's reports give {@code factor} times the latencies and rates that are true.
   *
   * @param factor any number, also NaN, infinite and negative: what a liar says
   */
  public record LyingTelemetry(String cluster, double factor) implements Effect {}

  /** Bytes cost otherwise. */
  public record Prices(PriceList prices) implements Effect {}

  /**
   * So many pods more in a cluster, or fewer, like the first group there; they are in the endpoint
   * set as soon as they are there.
   *
   * @param change not 0
   */
  public record Scale(String cluster, String service, int change) implements Effect {
    public Scale {
      Check.range("change", change, -10_000, 10_000);
      if (change == 0) {
        throw new IllegalArgumentException("a change of 0 pods is none");
      }
    }
  }
}
