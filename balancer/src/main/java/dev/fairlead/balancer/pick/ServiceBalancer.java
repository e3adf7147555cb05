package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.Place;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.report.EndpointReport;
import dev.fairlead.balancer.report.Report;
import dev.fairlead.balancer.weight.Shares;
import java.util.List;
import java.util.Optional;

/**
 * The balancer of one service: a share for each cluster from the plan, then the policy inside the
 * cluster. Whatever changes arrives by an update, which takes effect for every pick that begins
 * after it returned.
 */
public final class ServiceBalancer implements Balancer, AutoCloseable {
  private final ServiceName service;

  public ServiceBalancer(
      ServiceName service,
      BalancerPolicy policy,
      Place caller,
      Ticker ticker,
      RandomSource random) {
    this.service = service;
  }

  public ServiceName service() {
    return service;
  }

  @Override
  public Pick pick(Request request) {
    throw new AssertionError("contract only");
  }

  /** Replaces the endpoints; one that stays keeps its statistics. */
  public void update(EndpointSet endpoints) {
    throw new AssertionError("contract only");
  }

  public void update(BalancerPolicy policy) {
    throw new AssertionError("contract only");
  }

  /** Where this caller stands, also when it becomes known late. */
  public void update(Place caller) {
    throw new AssertionError("contract only");
  }

  /** The plan in force; empty: locality decides between clusters. */
  public void update(Optional<Shares> shares) {
    throw new AssertionError("contract only");
  }

  /** Cumulative; for the slow loop and the metrics. */
  public Report report() {
    throw new AssertionError("contract only");
  }

  /** What is known of each endpoint now, in the order of the set. */
  public List<EndpointReport> endpoints() {
    throw new AssertionError("contract only");
  }

  /** Refuses all later picks. Leases that are out may still be ended. */
  @Override
  public void close() {
    throw new AssertionError("contract only");
  }
}
