package dev.fairlead.simulator.scenario;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.BalancerPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A service, which is called by traffic or by other services.
 *
 * @param requestBytes size of a request
 * @param responseBytes size of an answer
 * @param serviceTime that a worker is busy with a request, nanoseconds
 * @param deadline after it a request has failed and its caller waits no longer. What a pod does
 *     with it goes on, as in most servers
 * @param successWithin a request that is answered later has failed too, though its caller waits for
 *     it and the balancer learns from it; at most the deadline
 * @param retries how often a request is sent again that found no connection or was refused, as the
 *     proxy does, within the policy's retry budget; 0…3
 * @param balancer how each caller chooses among the pods
 * @param pods groups of equal pods
 * @param autoscaler one for each cluster that has pods, each on its own
 * @param calls what a pod calls for each request, after its own service time
 * @param inParallel whether it makes its calls at the same time, not one after the other
 */
public record Service(
    String name,
    Law requestBytes,
    Law responseBytes,
    Law serviceTime,
    Duration deadline,
    Duration successWithin,
    int retries,
    BalancerPolicy balancer,
    List<Pods> pods,
    Optional<Autoscaler> autoscaler,
    List<Call> calls,
    boolean inParallel) {
  public static final Law DEFAULT_REQUEST_BYTES = new Law.Fixed(1024);
  public static final Law DEFAULT_RESPONSE_BYTES = new Law.Fixed(16 * 1024);
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(5);
  public static final int DEFAULT_RETRIES = 1;

  public Service {
    pods = List.copyOf(pods);
    calls = List.copyOf(calls);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a service needs a name");
    }
    Check.positive("deadline", deadline);
    Check.positive("successWithin", successWithin);
    if (successWithin.compareTo(deadline) > 0) {
      throw new IllegalArgumentException(
          "successWithin " + successWithin + " is after the deadline " + deadline);
    }
    Check.range("retries", retries, 0, 3);
  }

  /** A service with all defaults. */
  public Service(String name, Law serviceTime, List<Pods> pods) {
    this(
        name,
        DEFAULT_REQUEST_BYTES,
        DEFAULT_RESPONSE_BYTES,
        serviceTime,
        DEFAULT_DEADLINE,
        DEFAULT_DEADLINE,
        DEFAULT_RETRIES,
        BalancerPolicy.DEFAULT,
        pods,
        Optional.empty(),
        List.of(),
        false);
  }

  /** As balancers and plans call it. */
  public ServiceName serviceName() {
    return new ServiceName("default", name);
  }

  /**
   * Equal pods in one place.
   *
   * @param zone empty: the first of the cluster
   * @param count at the start, 0…10 000
   * @param workers requests that a pod works on at a time, 1…10 000
   * @param queue requests that may wait in a pod, 0…1 000 000; higher classes are taken first, and
   *     where it is full the lowest is turned away as overloaded
   * @param serviceTime in place of the service's
   * @param slowdown how service takes longer as the pod fills
   * @param machines what the pods share; empty: each has all the CPU that its workers want
   * @param weight declared in the endpoint, > 0
   * @param capacityHint requests per second that the operator believes one pod to serve; positive
   */
  public record Pods(
      String cluster,
      String zone,
      int count,
      int workers,
      int queue,
      Optional<Law> serviceTime,
      Slowdown slowdown,
      Optional<Machines> machines,
      double weight,
      Optional<Double> capacityHint) {
    public static final int DEFAULT_WORKERS = 4;
    public static final int DEFAULT_QUEUE = 100;

    public Pods {
      Check.range("count", count, 0, 10_000);
      Check.range("workers", workers, 1, 10_000);
      Check.range("queue", queue, 0, 1_000_000);
      Check.positive("weight", weight);
      capacityHint.ifPresent(hint -> Check.positive("capacityHint", hint));
    }

    public Pods(String cluster, int count, int workers, int queue) {
      this(
          cluster,
          "",
          count,
          workers,
          queue,
          Optional.empty(),
          Slowdown.NONE,
          Optional.empty(),
          1,
          Optional.empty());
    }
  }

  /** How much longer a request takes at a pod that has much to do when it begins. */
  public sealed interface Slowdown {
    /** As long as ever. */
    Slowdown NONE = new Filling(1, 1);

    /**
     * By how many of its workers are busy: as long as ever while at most {@code knee} of them are,
     * {@code factor} times as long when all are, and in proportion between.
     *
     * @param knee 0…1
     * @param factor at least 1
     */
    record Filling(double knee, double factor) implements Slowdown {
      public Filling {
        Check.ratio("knee", knee);
        Check.positive("factor", factor);
        if (factor < 1) {
          throw new IllegalArgumentException("factor " + factor + " is below 1");
        }
      }
    }

    /**
     * By the requests that came lately: as long as the law says where they are {@code rate} a
     * second, else (their rate ÷ {@code rate})^{@code power} times as long. It knows no workers and
     * no queue, as models of published solvers do.
     *
     * @param rate requests per second of one pod, positive
     * @param power 0…10
     */
    record ByRate(double rate, double power) implements Slowdown {
      public ByRate {
        Check.positive("rate", rate);
        Check.notNegative("power", power);
        if (power > 10) {
          throw new IllegalArgumentException("power " + power + " is above 10");
        }
      }
    }
  }

  /**
   * Machines whose CPU several pods and their antagonists share. Service time is then CPU time: a
   * running request uses at most one core, a pod always gets what is allocated to it and may use,
   * as its neighbours may, whatever the antagonists leave; requests of one pod share alike.
   *
   * @param podsPerMachine 1…1000
   * @param cores of a machine, positive
   * @param allocation cores that a pod always gets, positive; those of a machine's pods at most its
   *     cores
   * @param antagonist cores that the antagonists want, for as long as {@code hold} says
   * @param hold how long they want so much, nanoseconds; then it is drawn anew
   */
  public record Machines(
      int podsPerMachine, double cores, double allocation, Law antagonist, Law hold) {
    public Machines {
      Check.range("podsPerMachine", podsPerMachine, 1, 1000);
      Check.positive("cores", cores);
      Check.positive("allocation", allocation);
      if (podsPerMachine * allocation > cores * (1 + 1e-9)) {
        throw new IllegalArgumentException(
            podsPerMachine + " pods of " + allocation + " cores do not fit in " + cores);
      }
    }
  }

  /**
   * Keeps the use of a cluster's workers at a target, as Kubernetes' does: it wants the present
   * count times use over target. It knows its own cluster and no locality.
   *
   * @param target share of the workers that should be busy, 0…1
   * @param interval between two looks
   * @param delay until a new pod is ready
   * @param downAfter so long it must have wanted fewer before it takes any away
   * @param min pods in a cluster, at least 1
   * @param max pods in a cluster
   */
  public record Autoscaler(
      double target, Duration interval, Duration delay, Duration downAfter, int min, int max) {
    public static final double DEFAULT_TARGET = 0.7;
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(15);
    public static final Duration DEFAULT_DELAY = Duration.ofSeconds(30);
    public static final Duration DEFAULT_DOWN_AFTER = Duration.ofMinutes(5);

    public Autoscaler {
      Check.ratio("target", target);
      Check.positive("target", target);
      Check.positive("interval", interval);
      Check.notNegative("delay", delay);
      Check.notNegative("downAfter", downAfter);
      Check.range("min", min, 1, 10_000);
      Check.range("max", max, min, 10_000);
    }
  }

  /**
   * A call of another service for each request.
   *
   * @param ratio calls for each request on average, in [0, 100]: 1.5 is one for each and a second
   *     for every other
   * @param trafficClass 0…7; empty: that of the request
   */
  public record Call(String service, double ratio, Optional<Integer> trafficClass) {
    public Call {
      Check.notNegative("ratio", ratio);
      Check.range("ratio", (long) StrictMath.ceil(ratio), 0, 100);
      trafficClass.ifPresent(each -> Check.range("class", each, 0, 7));
    }
  }
}
