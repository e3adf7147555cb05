package dev.fairlead.kubernetes.lead;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.Fault;
import dev.fairlead.kubernetes.lead.Election.Seen;
import dev.fairlead.kubernetes.lead.Election.Step;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The leader lock: a {@code coordination.k8s.io} Lease that one of several controllers holds. Its
 * term is the Lease's {@code leaseTransitions}, so each leader's is larger than the last one's.
 */
public final class LeaderLock implements Leadership, AutoCloseable {
  /** Told of what an operator should know. */
  public interface Listener {
    /** Leads from now on in {@code term}, or no more where empty. */
    void changed(OptionalLong term);

    /** A look at the lock failed; it goes on. */
    void failed(String why);

    /** Whoever holds the lock is the last one to: we contend no more. */
    default void standsDown() {}

    /** As {@link #failed}, where the API server does not let us, or there is no such namespace. */
    default void refused(String why) {
      failed(why);
    }
  }

  /** Contenders that started together do not go on together: up to so much of a pause is added. */
  private static final double JITTER = 0.2;

  /** Of a lock after whose holder nobody is to lead. */
  private static final String LAST = "fairlead.dev/last-leader";

  /** To remove it. */
  private static final int ATTEMPTS = 5;

  private static final int TOO_MANY_REQUESTS = 429;

  private final Cluster cluster;
  private final String namespace;
  private final String name;
  private final String identity;
  private final LeaseTimes times;
  private final boolean takesOver;
  private final Ticker ticker;
  private final Clock clock;
  private final Timer timer;
  private final RandomSource random;
  private final Listener listener;
  private final AtomicLong failures = new AtomicLong();
  private final Object turn = new Object();
  private final Election election;
  private OptionalLong told = OptionalLong.empty();
  private Timer.@Nullable Cancel next;
  private boolean closed;

  /** Why the last look failed, which is told once; empty: it did not. */
  private String trouble = "";

  /**
   * Contends for nothing before {@link #start}.
   *
   * @param namespace of the Lease, as the controller's own
   * @param identity of this one process among all that contend
   */
  public LeaderLock(
      Cluster cluster,
      String namespace,
      String name,
      String identity,
      LeaseTimes times,
      Ticker ticker,
      Clock clock,
      Timer timer,
      RandomSource random,
      Listener listener) {
    this(cluster, namespace, name, identity, times, false, ticker, clock, timer, random, listener);
  }

  private LeaderLock(
      Cluster cluster,
      String namespace,
      String name,
      String identity,
      LeaseTimes times,
      boolean takesOver,
      Ticker ticker,
      Clock clock,
      Timer timer,
      RandomSource random,
      Listener listener) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.name = name;
    this.identity = identity;
    this.times = times;
    this.takesOver = takesOver;
    this.ticker = ticker;
    this.clock = clock;
    this.timer = timer;
    this.random = random;
    this.listener = listener;
    this.election = new Election(identity, times, takesOver);
  }

  /**
   * One that takes the lock from whoever has it, and leads when the former leader has stopped, as
   * the last one: all that contend stand down for good when it is {@link #remove removed}. Where it
   * is not, they go on after its end.
   */
  public static LeaderLock last(
      Cluster cluster,
      String namespace,
      String name,
      String identity,
      LeaseTimes times,
      Ticker ticker,
      Clock clock,
      Timer timer,
      RandomSource random,
      Listener listener) {
    return new LeaderLock(
        cluster, namespace, name, identity, times, true, ticker, clock, timer, random, listener);
  }

  /** Contends from now on, on the timer's threads. */
  public void start() {
    again(Duration.ZERO);
  }

  @Override
  public OptionalLong term() {
    synchronized (election) {
      return election.term(ticker.nanos());
    }
  }

  @Override
  public void surpassed(long term) {
    synchronized (election) {
      election.surpassed(term);
    }
  }

  /** Looks at the lock that failed, as the API server did not answer. */
  public long failures() {
    return failures.get();
  }

  /** Contends no more and gives the lock back, so that another need not wait for its end. */
  @Override
  public void close() {
    synchronized (turn) {
      if (stop()) {
        release();
      }
      tell();
    }
  }

  /** Contends no more; whether the lock was ours. */
  private boolean stop() {
    closed = true;
    if (next != null) {
      next.cancel();
    }
    synchronized (election) {
      boolean held = election.term(ticker.nanos()).isPresent();
      election.lost();
      return held;
    }
  }

  /**
   * Contends no more and removes the Lease where it is ours.
   *
   * @return whether none of ours is left; if not, the listener was told why
   */
  public boolean remove() {
    synchronized (turn) {
      stop();
      try {
        int attempt = 1;
        while (!removed(attempt == ATTEMPTS)) {
          attempt++;
        }
        return true;
      } catch (KubernetesClientException e) {
        listener.failed("the Lease was not removed: " + Fault.why(e));
        return false;
      } finally {
        tell();
      }
    }
  }

  /** False: somebody wrote at it in between, as who keeps a note there. */
  private boolean removed(boolean last) {
    Lease lease = lease().get();
    if (lease == null || !identity.equals(lease.getSpec().getHolderIdentity())) {
      return true;
    }
    try {
      lease().lockResourceVersion(lease.getMetadata().getResourceVersion()).delete();
      return true;
    } catch (KubernetesClientException e) {
      if (last || e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return false;
    }
  }

  private void again(Duration pause) {
    synchronized (turn) {
      if (!closed) {
        next = timer.after(pause, this::look);
      }
    }
  }

  private void look() {
    synchronized (turn) {
      if (closed) {
        return;
      }
      try {
        step();
        trouble = "";
      } catch (KubernetesClientException e) {
        failed(e, isRefusal(e.getCode()));
      } catch (RuntimeException e) {
        // Whatever it is: who looks no more leads no more, and nobody would know why.
        failed(e, false);
      }
      tell();
    }
    again(times.retry().plusNanos((long) (times.retry().toNanos() * JITTER * random.nextDouble())));
  }

  private void failed(RuntimeException fault, boolean refused) {
    failures.incrementAndGet();
    String why = Fault.why(fault);
    if (why.equals(trouble)) {
      return;
    }
    trouble = why;
    if (refused) {
      listener.refused(why);
    } else {
      listener.failed(why);
    }
  }

  private static boolean isRefusal(int code) {
    return code >= HttpURLConnection.HTTP_BAD_REQUEST
        && code < HttpURLConnection.HTTP_INTERNAL_ERROR
        && code != HttpURLConnection.HTTP_CONFLICT
        && code != TOO_MANY_REQUESTS;
  }

  private void step() {
    @Nullable Lease lease = lease().get();
    long sent = ticker.nanos();
    Step step;
    boolean news;
    synchronized (election) {
      boolean stoodDown = election.standsDown();
      step = election.next(Optional.ofNullable(lease).map(LeaderLock::seen), sent);
      news = election.standsDown() && !stoodDown;
    }
    if (news) {
      listener.standsDown();
    }
    if (step instanceof Step.Hold hold && write(lease, identity, hold.term())) {
      synchronized (election) {
        election.held(hold.term(), sent, ticker.nanos());
      }
    }
  }

  /** Whether it was written; not where another one was faster. */
  private boolean write(@Nullable Lease old, String holder, long term) {
    if (term > Integer.MAX_VALUE) {
      throw new IllegalStateException(
          "a WeightPlan's status has the term "
              + (term - 1)
              + ", beyond what a Lease counts to (it is not ours: delete that status.term)");
    }
    ZonedDateTime now = ZonedDateTime.now(clock.withZone(ZoneOffset.UTC));
    LeaseBuilder lease = old == null ? new LeaseBuilder() : new LeaseBuilder(old);
    lease
        .editOrNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withManagedFields()
        .withAnnotations(annotations(old, !holder.isEmpty() && takesOver))
        .endMetadata()
        .editOrNewSpec()
        .withHolderIdentity(holder)
        .withLeaseDurationSeconds(holder.isEmpty() ? 1 : (int) times.duration().toSeconds())
        .withLeaseTransitions((int) term)
        .withRenewTime(now.truncatedTo(ChronoUnit.MICROS))
        .endSpec();
    if (old == null || !holder.equals(old.getSpec().getHolderIdentity())) {
      lease.editSpec().withAcquireTime(now.truncatedTo(ChronoUnit.MICROS)).endSpec();
    }
    try {
      if (old == null) {
        cluster.client().leases().inNamespace(namespace).resource(lease.build()).create();
      } else {
        cluster.client().leases().inNamespace(namespace).resource(lease.build()).update();
      }
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  private static Map<String, String> annotations(@Nullable Lease old, boolean isLast) {
    Map<String, String> annotations = new TreeMap<>();
    if (old != null && old.getMetadata().getAnnotations() != null) {
      annotations.putAll(old.getMetadata().getAnnotations());
    }
    annotations.remove(LAST);
    if (isLast) {
      annotations.put(LAST, "true");
    }
    return annotations;
  }

  private void release() {
    try {
      Lease lease = lease().get();
      if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
        write(lease, "", seen(lease).term());
      }
    } catch (KubernetesClientException e) {
      // It ends by itself.
      listener.failed("the leader lock was not given back: " + Fault.why(e));
    }
  }

  private void tell() {
    OptionalLong now = term();
    if (!now.equals(told)) {
      told = now;
      listener.changed(now);
    }
  }

  private Resource<Lease> lease() {
    return cluster.client().leases().inNamespace(namespace).withName(name);
  }

  private static Seen seen(Lease lease) {
    LeaseSpec spec = lease.getSpec();
    if (spec == null) {
      return new Seen("", 0, "", Duration.ZERO, false);
    }
    return new Seen(
        spec.getHolderIdentity() == null ? "" : spec.getHolderIdentity(),
        spec.getLeaseTransitions() == null ? 0 : spec.getLeaseTransitions(),
        String.valueOf(spec.getRenewTime()),
        Duration.ofSeconds(
            spec.getLeaseDurationSeconds() == null ? 0 : spec.getLeaseDurationSeconds()),
        lease.getMetadata().getAnnotations() != null
            && lease.getMetadata().getAnnotations().containsKey(LAST));
  }
}
