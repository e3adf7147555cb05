package dev.fairlead.balancer.benchmark;

import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Pick;
import dev.fairlead.balancer.pick.ServiceBalancer;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Our picks. {@code benchmarks/balancer} runs them beside the peers' and prints a table; by hand,
 * after {@code mvn -B -q -Pjmh -pl balancer -am test-compile}, in {@code balancer}:
 *
 * <pre>java -cp "target/test-classes:target/classes:$(cat target/jmh.classpath)" \
 *   org.openjdk.jmh.Main PickBenchmark -p policy=P2C -p endpoints=100 -prof gc</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBenchmark {
  /** Where time comes from. */
  public enum Clock {
    /** As in production. */
    SYSTEM,
    /** A field that a timer sets each millisecond: what remains is the balancer's own cost. */
    COARSE
  }

  @Param Policy policy;

  @Param Clock clock;

  @Param({"3", "100", "1000"})
  int endpoints;

  private ServiceBalancer balancer;
  private ScheduledExecutorService timer;
  private volatile long time;

  @Setup
  public void setUp() {
    time = System.nanoTime();
    timer = Executors.newSingleThreadScheduledExecutor();
    balancer = Fleet.balancer(policy, clock());
    balancer.update(Fleet.endpoints(policy, 0, endpoints));
  }

  private Ticker clock() {
    return switch (clock) {
      case SYSTEM -> System::nanoTime;
      case COARSE -> {
        timer.scheduleAtFixedRate(() -> time = System.nanoTime(), 1, 1, TimeUnit.MILLISECONDS);
        yield () -> time;
      }
    };
  }

  @TearDown
  public void tearDown() {
    timer.shutdown();
  }

  /** A whole request: what it teaches is learnt. The lease escapes, as in a caller that waits. */
  @Benchmark
  public Pick pickAndEnd(KeyedRequest request) {
    Pick pick = balancer.pick(request.next());
    ((Lease) pick).end(Outcome.REPLIED);
    return pick;
  }

  /** The pick alone, its lease never ended: requests in flight only grow. */
  @Benchmark
  public Pick pick(KeyedRequest request) {
    return balancer.pick(request.next());
  }
}
