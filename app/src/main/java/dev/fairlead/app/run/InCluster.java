package dev.fairlead.app.run;

import dev.fairlead.app.keep.OrderLease;
import dev.fairlead.app.keep.OrderStore;
import dev.fairlead.app.led.LedObjects;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.state.LedStatus;
import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.lead.LeaderLock;
import dev.fairlead.kubernetes.lead.LeaseNote;
import dev.fairlead.kubernetes.lead.LeaseTimes;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The part of a process that writes to the Kubernetes API: one of several leads, by the leader
 * lock, and the others stand by with all that they need to go on.
 */
final class InCluster implements AutoCloseable {
  private final Cluster cluster;
  private final String namespace;
  private final LeaderLock lock;
  private final OperatorLog log;
  private final Optional<LedObjects> led;

  /** Contends for nothing before {@link #start}. */
  InCluster(
      Cluster cluster,
      InKubernetes settings,
      Ticker ticker,
      Clock clock,
      Timer timer,
      RandomSource random,
      OperatorLog log) {
    this.cluster = cluster;
    this.namespace = settings.pod().namespace();
    this.lock =
        new LeaderLock(
            cluster,
            settings.pod().namespace(),
            InKubernetes.LOCK,
            settings.pod().identity(),
            LeaseTimes.DEFAULT,
            ticker,
            clock,
            timer,
            random,
            new Told());
    this.log = log;
    this.led =
        settings.led().map(what -> new LedObjects(what, cluster, lock, ticker, clock, timer, log));
  }

  /** Contends and watches from now on; {@code ledChanged} is called when other objects are led. */
  void start(Runnable ledChanged) {
    lock.start();
    led.ifPresent(objects -> objects.start(ledChanged));
  }

  /** Where operators' orders are kept, for all that contend. */
  OrderStore orders() {
    return new OrderLease(new LeaseNote(cluster, namespace, InKubernetes.LOCK, OrderLease.KEY));
  }

  boolean isLeader() {
    return lock.isLeader();
  }

  Optional<LedObjects> led() {
    return led;
  }

  Optional<LedStatus> status() {
    return led.map(
        objects ->
            new LedStatus(
                objects.count(),
                isLeader(),
                objects.traffic(),
                objects.trouble(),
                objects.counts()));
  }

  @Override
  public void close() {
    led.ifPresent(LedObjects::close);
    lock.close();
    cluster.close();
  }

  private final class Told implements LeaderLock.Listener {
    @Override
    public void changed(OptionalLong term) {
      if (term.isPresent()) {
        log.info("leads", "term", term.getAsLong());
        // What was led before may have opted out while nobody did.
        led.ifPresent(LedObjects::reconcile);
      } else {
        log.info("leads no more");
      }
    }

    @Override
    public void standsDown() {
      log.warn("an uninstallation has the leader lock: leads no more until it is started anew");
    }

    @Override
    public void failed(String why) {
      log.warn("the leader lock", "trouble", why);
    }
  }
}
