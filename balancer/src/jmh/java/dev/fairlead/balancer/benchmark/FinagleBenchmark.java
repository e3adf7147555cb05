package dev.fairlead.balancer.benchmark;

import com.twitter.finagle.Address;
import com.twitter.finagle.Addresses;
import com.twitter.finagle.ClientConnection;
import com.twitter.finagle.NoBrokersAvailableException;
import com.twitter.finagle.Service;
import com.twitter.finagle.ServiceFactory;
import com.twitter.finagle.StackParams;
import com.twitter.finagle.Status;
import com.twitter.finagle.loadbalancer.Balancers;
import com.twitter.finagle.loadbalancer.EndpointFactory;
import com.twitter.finagle.loadbalancer.LoadBalancerFactory;
import com.twitter.util.Activity;
import com.twitter.util.Await;
import com.twitter.util.Future;
import com.twitter.util.Time;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Vector$;
import scala.collection.mutable.Builder;
import scala.runtime.BoxedUnit;

/**
 * Finagle's balancers over endpoints that are always ready: a service is acquired, and its closing
 * tells the balancer that the request has ended.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FinagleBenchmark {
  /** Its balancers by our names. */
  public enum Kind {
    ROUND_ROBIN(Balancers.roundRobin()),
    P2C(Balancers.p2c(Balancers.p2c$default$1())),
    PEAK_EWMA(
        Balancers.p2cPeakEwma(
            Balancers.p2cPeakEwma$default$1(), Balancers.p2cPeakEwma$default$2()));

    private final LoadBalancerFactory factory;

    Kind(LoadBalancerFactory factory) {
      this.factory = factory;
    }
  }

  @Param Kind policy;

  @Param({"3", "100", "1000"})
  int endpoints;

  private ServiceFactory<String, String> balancer;

  @Setup
  public void setUp() {
    Builder<EndpointFactory<String, String>, ? extends IndexedSeq<EndpointFactory<String, String>>>
        all = Vector$.MODULE$.newBuilder();
    for (int index = 0; index < endpoints; index++) {
      all.addOne(
          new ReadyEndpoint(
              Addresses.newInetAddress(
                  InetSocketAddress.createUnresolved(Fleet.host(index), Fleet.PORT))));
    }
    IndexedSeq<EndpointFactory<String, String>> set = all.result();
    balancer =
        policy.factory.newBalancer(
            Activity.value(set), new NoBrokersAvailableException("cart"), StackParams.empty());
  }

  @Benchmark
  public Service<String, String> pickAndEnd() throws Exception {
    Service<String, String> service = Await.result(balancer.apply());
    service.close();
    return service;
  }

  /** An endpoint that hands out a connection without doing any work for it. */
  private static final class ReadyEndpoint extends ServiceFactory<String, String>
      implements EndpointFactory<String, String> {
    private final Address address;

    ReadyEndpoint(Address address) {
      this.address = address;
    }

    @Override
    public Future<Service<String, String>> apply(ClientConnection connection) {
      return Future.value(new Echo());
    }

    @Override
    public Address address() {
      return address;
    }

    @Override
    public double weight() {
      return 1;
    }

    @Override
    public void remake() {}

    @Override
    public Status status() {
      return Status.Open$.MODULE$;
    }

    @Override
    public Future<BoxedUnit> close(Time deadline) {
      return Future.Done();
    }
  }

  private static final class Echo extends Service<String, String> {
    @Override
    public Future<String> apply(String request) {
      return Future.value(request);
    }
  }
}
