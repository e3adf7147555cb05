package dev.fairlead.balancer.benchmark;

import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.pick.ServiceBalancer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An update of a service with many endpoints, of which one leaves and one comes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class UpdateBenchmark {
  @Param Policy policy;

  @Param("1000")
  int endpoints;

  private ServiceBalancer balancer;
  private EndpointSet next;
  private EndpointSet other;

  @Setup
  public void setUp() {
    balancer = Fleet.balancer(policy, System::nanoTime);
    next = Fleet.endpoints(policy, 0, endpoints);
    other = Fleet.endpoints(policy, 1, endpoints + 1);
  }

  @Benchmark
  public void update() {
    EndpointSet set = next;
    next = other;
    other = set;
    balancer.update(set);
  }
}
