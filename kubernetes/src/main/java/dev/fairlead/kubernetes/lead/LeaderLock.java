package dev.fairlead.kubernetes.lead;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
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
import java.util.Optional;
import java.util.OptionalLong;
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
  }

  /** Contenders that started together do not go on together: up to so much of a pause is added. */
  private static final double JITTER = 0.2;

  private final Cluster cluster;
  private final String namespace;
  private final String name;
  private final String identity;
  private final LeaseTimes times;
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
    this.cluster = cluster;
    this.namespace = namespace;
    this.name = name;
    this.identity = identity;
    this.times = times;
    this.ticker = ticker;
    this.clock = clock;
    this.timer = timer;
    this.random = random;
    this.listener = listener;
    this.election = new Election(identity, times);
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
      closed = true;
      if (next != null) {
        next.cancel();
      }
      boolean held;
      synchronized (election) {
        held = election.term(ticker.nanos()).isPresent();
        election.lost();
      }
      if (held) {
        release();
      }
      tell();
    }
  }

  /** Removes the Lease where we hold it: for an uninstallation, after which nobody contends. */
  public void remove() {
    synchronized (turn) {
      if (term().isPresent()) {
        closed = true;
        synchronized (election) {
          election.lost();
        }
        lease().delete();
        tell();
      }
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
      } catch (KubernetesClientException e) {
        failures.incrementAndGet();
        listener.failed(String.valueOf(e.getMessage()));
      }
      tell();
    }
    again(times.retry().plusNanos((long) (times.retry().toNanos() * JITTER * random.nextDouble())));
  }

  private void step() {
    @Nullable Lease lease = lease().get();
    long sent = ticker.nanos();
    Step step;
    synchronized (election) {
      step = election.next(Optional.ofNullable(lease).map(LeaderLock::seen), sent);
    }
    if (step instanceof Step.Hold hold && write(lease, identity, hold.term())) {
      synchronized (election) {
        election.held(hold.term(), sent);
      }
    }
  }

  /** Whether it was written; not where another one was faster. */
  private boolean write(@Nullable Lease old, String holder, long term) {
    ZonedDateTime now = ZonedDateTime.now(clock.withZone(ZoneOffset.UTC));
    LeaseBuilder lease = old == null ? new LeaseBuilder() : new LeaseBuilder(old);
    lease
        .editOrNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withManagedFields()
        .endMetadata()
        .editOrNewSpec()
        .withHolderIdentity(holder)
        .withLeaseDurationSeconds(holder.isEmpty() ? 1 : (int) times.duration().toSeconds())
        .withLeaseTransitions(Math.toIntExact(term))
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

  private void release() {
    try {
      Lease lease = lease().get();
      if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
        write(lease, "", seen(lease).term());
      }
    } catch (KubernetesClientException e) {
      // It ends by itself.
      listener.failed("the leader lock was not given back: " + e.getMessage());
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
      return new Seen("", 0, "", Duration.ZERO);
    }
    return new Seen(
        spec.getHolderIdentity() == null ? "" : spec.getHolderIdentity(),
        spec.getLeaseTransitions() == null ? 0 : spec.getLeaseTransitions(),
        String.valueOf(spec.getRenewTime()),
        Duration.ofSeconds(
            spec.getLeaseDurationSeconds() == null ? 0 : spec.getLeaseDurationSeconds()));
  }
}
