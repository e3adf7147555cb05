package dev.fairlead.kubernetes.enforce;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.enforce.Restorer.Restored;
import dev.fairlead.kubernetes.enforce.Restorer.Result;
import dev.fairlead.kubernetes.lead.LeaderLock;
import dev.fairlead.kubernetes.lead.LeaseTimes;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The first step of an uninstallation, with controllers that may still run: takes the leader lock
 * as the last one that leads, restores all, and removes the lock. Controllers that saw it stand
 * down until they are started again, so nothing is driven once more before they are gone.
 */
public final class Uninstallation {
  /**
   * The leader lock.
   *
   * @param namespace of the Lease
   * @param identity of this process among all that contend
   */
  public record Lock(String namespace, String name, String identity, LeaseTimes times) {}

  /**
   * How it ended.
   *
   * @param trouble why the Lease is still there, so that controllers go on; empty: it is gone
   */
  public record Ended(List<Restored> objects, String trouble) {
    public Ended {
      objects = List.copyOf(objects);
    }
  }

  /** How soon a lock that counts from now on is noticed. */
  private static final long LOOK_NANOS = 100_000_000;

  private final Cluster cluster;
  private final OptIn optIn;
  private final Ticker ticker;
  private final Clock clock;
  private final LeaderLock lock;
  private final Object monitor = new Object();
  private String trouble = "";
  private boolean hopeless;

  /**
   * Does nothing before {@link #run}.
   *
   * @param timer whose tasks may block
   */
  public Uninstallation(
      Cluster cluster,
      OptIn optIn,
      Lock lock,
      Ticker ticker,
      Clock clock,
      Timer timer,
      RandomSource random) {
    this.cluster = cluster;
    this.optIn = optIn;
    this.ticker = ticker;
    this.clock = clock;
    this.lock =
        LeaderLock.last(
            cluster,
            lock.namespace,
            lock.name,
            lock.identity,
            lock.times,
            ticker,
            clock,
            timer,
            random,
            new Told());
  }

  /**
   * Restores all, once.
   *
   * @param patience for the lock, and for what fails as it is lost
   * @throws IOException where the lock cannot be had, or the API server does not answer
   */
  public Ended run(Duration patience) throws IOException, InterruptedException {
    long end = ticker.nanos() + patience.toNanos();
    lock.start();
    try {
      awaitLead(end);
      Restorer restorer = new Restorer(cluster, optIn, lock, clock);
      List<Restored> all = restorer.restoreAll();
      while (all.stream().anyMatch(each -> each.result() == Result.FAILED) && !lock.isLeader()) {
        awaitLead(end);
        all = restorer.restoreAll();
      }
      boolean removed = lock.remove();
      return new Ended(all, removed ? "" : trouble());
    } catch (KubernetesClientException | ObjectFault e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      // Where it was not removed, controllers go on when it ends.
      lock.close();
    }
  }

  private String trouble() {
    synchronized (monitor) {
      return trouble;
    }
  }

  private void awaitLead(long end) throws IOException, InterruptedException {
    synchronized (monitor) {
      while (!lock.isLeader()) {
        if (hopeless || ticker.nanos() - end >= 0) {
          throw new IOException(trouble.isEmpty() ? "the leader lock is another one's" : trouble);
        }
        TimeUnit.NANOSECONDS.timedWait(monitor, LOOK_NANOS);
      }
    }
  }

  private final class Told implements LeaderLock.Listener {
    @Override
    public void changed(OptionalLong term) {}

    @Override
    public void failed(String why) {
      synchronized (monitor) {
        trouble = why;
      }
    }

    @Override
    public void refused(String why) {
      synchronized (monitor) {
        trouble = why;
        hopeless = true;
      }
    }
  }
}
