package dev.fairlead.balancer.benchmark;

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
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.loadbalancer.core.RandomLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ReactorServiceInstanceLoadBalancer;
import org.springframework.cloud.loadbalancer.core.RoundRobinLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.support.ServiceInstanceListSuppliers;
import reactor.core.publisher.Mono;

/**
 * Spring Cloud LoadBalancer's choice from a static list, awaited as its blocking client awaits it;
 * there is nothing to end.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SpringCloudBenchmark {
  private static final String SERVICE = "cart";

  /** Its balancers by our names. */
  public enum Kind {
    RANDOM,
    ROUND_ROBIN
  }

  @Param Kind policy;

  @Param({"3", "100", "1000"})
  int endpoints;

  private ReactorServiceInstanceLoadBalancer balancer;

  @Setup
  public void setUp() {
    ServiceInstance[] instances = new ServiceInstance[endpoints];
    for (int index = 0; index < endpoints; index++) {
      instances[index] =
          new DefaultServiceInstance(
              SERVICE + index, SERVICE, Fleet.host(index), Fleet.PORT, false);
    }
    ObjectProvider<ServiceInstanceListSupplier> list =
        ServiceInstanceListSuppliers.toProvider(SERVICE, instances);
    balancer =
        switch (policy) {
          case RANDOM -> new RandomLoadBalancer(list, SERVICE);
          case ROUND_ROBIN -> new RoundRobinLoadBalancer(list, SERVICE);
        };
  }

  @Benchmark
  public @Nullable Response<ServiceInstance> pickAndEnd() {
    return Mono.from(balancer.choose()).block();
  }
}
