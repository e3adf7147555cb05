package dev.fairlead.balancer.benchmark;

import com.linecorp.armeria.client.ClientRequestContext;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.endpoint.EndpointGroup;
import com.linecorp.armeria.client.endpoint.EndpointSelectionStrategy;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Armeria's selection from a static group, as its clients do it; there is nothing to end. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ArmeriaBenchmark {
  /** Its strategies by our names. */
  public enum Strategy {
    ROUND_ROBIN(EndpointSelectionStrategy.roundRobin()),
    WEIGHTED_ROUND_ROBIN(EndpointSelectionStrategy.weightedRoundRobin());

    private final EndpointSelectionStrategy strategy;

    Strategy(EndpointSelectionStrategy strategy) {
      this.strategy = strategy;
    }
  }

  @Param Strategy policy;

  @Param({"3", "100", "1000"})
  int endpoints;

  private EndpointGroup group;
  private ClientRequestContext context;

  @Setup
  public void setUp() {
    List<Endpoint> all = new ArrayList<>();
    for (int index = 0; index < endpoints; index++) {
      int weight = policy == Strategy.WEIGHTED_ROUND_ROBIN ? Policy.unevenWeight(index) : 1;
      all.add(Endpoint.of(Fleet.host(index), Fleet.PORT).withWeight(weight));
    }
    group = EndpointGroup.of(policy.strategy, all);
    context = ClientRequestContext.of(HttpRequest.of(HttpMethod.GET, "/"));
  }

  @Benchmark
  public @Nullable Endpoint pickAndEnd() {
    return group.selectNow(context);
  }
}
