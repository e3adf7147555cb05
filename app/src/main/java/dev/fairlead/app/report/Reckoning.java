package dev.fairlead.app.report;

import dev.fairlead.app.control.PlanView;
import dev.fairlead.app.service.InForce;
import dev.fairlead.app.state.Sources;
import dev.fairlead.app.state.TrafficLedger;
import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.PriceList;
import dev.fairlead.steering.plan.Plan;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What one service's traffic costs and how long it takes, by what was seen of it in a window: as it
 * is, and as it would be with other shares. All traffic is from this process's place.
 */
final class Reckoning {
  /** Of fewer requests neither sizes nor latencies say much. */
  static final int FEW = 100;

  /** 365.25 days over 12. */
  static final double HOURS_A_MONTH = 730.5;

  private static final double SECONDS_A_MONTH = HOURS_A_MONTH * 3600;

  private final InForce inForce;
  private final PriceList prices;
  private final ServiceName service;
  private final TrafficLedger.Window window;
  private final TrafficLedger.Sum all;

  Reckoning(Sources sources, ServiceName service, Duration since) {
    this.inForce = sources.inForce().get();
    this.prices = inForce.configuration().prices().marginal(sources.egress().volume());
    this.service = service;
    this.window = sources.ledger().since(service, since);
    this.all =
        window.byDestination().values().stream()
            .reduce(TrafficLedger.Sum.NONE, TrafficLedger.Sum::plus);
  }

  TrafficLedger.Window window() {
    return window;
  }

  TrafficLedger.Sum all() {
    return all;
  }

  Locality here() {
    return inForce.configuration().caller().locality();
  }

  Locality localityOf(String destination) {
    return inForce.localityOf(service, destination);
  }

  /** Whether bytes leave this process's place, as far as is known. */
  boolean isElsewhere(String destination) {
    Locality there = localityOf(destination);
    return !destination.equals(inForce.configuration().caller().cluster())
        && (!there.equals(here()) || there.equals(Locality.UNKNOWN));
  }

  /** Whether a price is known for bytes in both directions. */
  boolean isPriced(String destination) {
    Locality there = localityOf(destination);
    return prices.price(here(), there).isPresent() && prices.price(there, here()).isPresent();
  }

  double rps() {
    return window.seconds() > 0 ? all.requests() / window.seconds() : 0;
  }

  /**
   * Whether anybody counted bytes: there is no request without one, but metrics that say nothing of
   * them, as Linkerd's.
   */
  boolean hasBytes() {
    return !(all.requests() > 0) || all.bytesSent() + all.bytesReceived() > 0;
  }

  boolean hasFew() {
    return all.requests() < FEW;
  }

  /** A month of traffic at the window's rate, in dollars at the present prices. */
  double monthly(TrafficLedger.Sum sum, String destination) {
    if (!(window.seconds() > 0)) {
      return 0;
    }
    Locality there = localityOf(destination);
    double dollars =
        PriceList.dollars(sum.bytesSent(), prices.dollarsPerGiB(here(), there))
            + PriceList.dollars(sum.bytesReceived(), prices.dollarsPerGiB(there, here()));
    return dollars / window.seconds() * SECONDS_A_MONTH;
  }

  /** The same of all traffic as it is. */
  double monthly() {
    double dollars = 0;
    for (Map.Entry<String, TrafficLedger.Sum> entry : window.byDestination().entrySet()) {
      dollars += monthly(entry.getValue(), entry.getKey());
    }
    return dollars;
  }

  /** Of all traffic with other shares; requests are as large as all are together. */
  double monthly(Map<String, Double> shares) {
    if (!(all.requests() > 0)) {
      return 0;
    }
    double dollars = 0;
    for (Map.Entry<String, Double> entry : shares.entrySet()) {
      double part = entry.getValue();
      TrafficLedger.Sum as =
          new TrafficLedger.Sum(
              0, 0, 0, all.bytesSent() * part, all.bytesReceived() * part, 0, 0, 0);
      dollars += monthly(as, entry.getKey());
    }
    return dollars;
  }

  /** Mean latency to the first byte in milliseconds, as it was; empty where nothing answered. */
  Optional<Double> millis() {
    return millis(all);
  }

  static Optional<Double> millis(TrafficLedger.Sum sum) {
    return sum.answered() > 0
        ? Optional.of(sum.latencyNanos() / sum.answered() / 1e6)
        : Optional.empty();
  }

  /**
   * Mean latency with other shares: what the plan reckons with where it does, else as each
   * destination had it in the window, with no word on what another load would do to it. Empty where
   * a destination with a share has neither.
   */
  Optional<Double> millis(Plan plan) {
    double millis = 0;
    for (Plan.Share share : plan.shares()) {
      if (!(share.share() > 0)) {
        continue;
      }
      Optional<Double> own = millis(share);
      if (own.isEmpty()) {
        return Optional.empty();
      }
      millis += share.share() * own.get();
    }
    return plan.shares().isEmpty() ? Optional.empty() : Optional.of(millis);
  }

  private Optional<Double> millis(Plan.Share share) {
    Optional<Double> reckoned =
        share.terms().map(terms -> terms.latencyNanos() / 1e6).filter(Double::isFinite);
    TrafficLedger.Sum seen = seen(share.destination());
    return reckoned.isPresent()
        ? reckoned
        : seen.answered() >= FEW ? millis(seen) : Optional.empty();
  }

  TrafficLedger.Sum seen(String destination) {
    return window.byDestination().getOrDefault(destination, TrafficLedger.Sum.NONE);
  }

  /** Shares of the requests as they went, of which there are some. */
  double observed(String destination) {
    return all.requests() > 0 ? seen(destination).requests() / all.requests() : 0;
  }

  /** Whether latencies of the plan are the policy's own reckoning, load included. */
  static boolean hasTerms(PlanView view) {
    return view.wanted().shares().stream().anyMatch(share -> share.terms().isPresent());
  }
}
