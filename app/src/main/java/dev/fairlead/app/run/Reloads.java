package dev.fairlead.app.run;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.service.InForce;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Problem;
import dev.fairlead.discovery.Timer;
import dev.fairlead.discovery.dns.DnsResolver;
import dev.fairlead.discovery.dns.EndpointSources;
import dev.fairlead.proxy.server.ProxyServer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Puts documents in force, one configuration after another, on a thread of its own. What is refused
 * leaves the last good one as it is.
 */
final class Reloads implements AutoCloseable {
  /** A request that began under the old routes may still retry on a service that is gone. */
  private static final Duration KEEP_GONE = Duration.ofSeconds(30);

  /** How the last one went; {@code okAtMillis}: when one went well last. */
  record Last(boolean ok, List<String> problems, long okAtMillis) {}

  private final DocumentSource documents;
  private final Services services;
  private final ProxyServer proxy;
  private final Clock clock;
  private final OperatorLog log;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("fairlead-config").factory());
  private final EndpointSources endpoints;
  private final AtomicBoolean waits = new AtomicBoolean();
  private volatile Last last = new Last(false, List.of(), 0);
  private volatile Runnable whenDone = () -> {};
  private volatile boolean ended;

  /**
   * Reads nothing yet.
   *
   * @param lookups whose tasks may block: names are resolved there
   */
  Reloads(
      DocumentSource documents,
      Services services,
      ProxyServer proxy,
      Timer lookups,
      Clock clock,
      OperatorLog log) {
    this.documents = documents;
    this.services = services;
    this.proxy = proxy;
    this.clock = clock;
    this.log = log;
    this.endpoints = new EndpointSources(DnsResolver.system(), lookups, this::found);
  }

  Last last() {
    return last;
  }

  /** Has {@code task} run, on any thread, after each configuration that takes effect. */
  void whenDone(Runnable task) {
    whenDone = task;
  }

  /** As if a configuration had just taken effect. */
  void done() {
    whenDone.run();
  }

  /** Takes no more documents; what is in force stays. */
  void end() {
    ended = true;
  }

  /**
   * Puts the first configuration in force.
   *
   * @throws StartFailure where that cannot be done
   */
  void first(Configuration configuration) {
    List<String> problems = installFirst(configuration);
    if (!problems.isEmpty()) {
      throw new StartFailure(
          StartFailure.Kind.UNAVAILABLE,
          problems.stream()
              .map(problem -> problem + " (stop what listens there, or change the port)")
              .toList());
    }
    last = new Last(true, List.of(), clock.millis());
    documents.applied(List.of());
  }

  /** Reads the documents again and puts them in force, on a thread of its own. */
  void reload(String cause) {
    // However often it is asked for meanwhile, one more reading after this one sees everything.
    if (ended || waits.getAndSet(true)) {
      return;
    }
    try {
      thread.execute(() -> reloadNow(cause));
    } catch (RejectedExecutionException e) {
      // Closed: there is nothing left to reload.
    }
  }

  private void reloadNow(String cause) {
    waits.set(false);
    if (ended) {
      return;
    }
    List<String> problems;
    boolean changed = true;
    try {
      Optional<Documents.Result> result = documents.read();
      if (result.isEmpty()) {
        return; // the source tells when there is something to read
      }
      problems =
          switch (result.get()) {
            case Documents.Result.Accepted accepted -> {
              changed = !inForceAlready(accepted.configuration());
              List<String> failed = changed ? install(accepted.configuration()) : List.<String>of();
              documents.applied(failed);
              yield failed;
            }
            case Documents.Result.Refused refused -> lines(refused.problems());
          };
    } catch (RuntimeException e) {
      problems = List.of("internal error while reading the documents: " + e);
    }
    if (problems.isEmpty()) {
      last = new Last(true, List.of(), clock.millis());
      String done = changed ? "reloaded" : "reloaded, with nothing changed";
      log.info(done, "cause", cause, "generation", services.inForce().generation());
    } else {
      last = new Last(false, problems, last.okAtMillis());
      log.error(
          "reload refused; the last good configuration stays in force",
          "cause",
          cause,
          "problems",
          problems.size());
      problems.forEach(problem -> log.error(problem));
    }
  }

  /** As when a signal follows what the watch has seen: the same need not take effect twice. */
  private boolean inForceAlready(Configuration configuration) {
    InForce inForce = services.inForce();
    return inForce.generation() > 0 && inForce.configuration().equals(configuration);
  }

  private List<String> installFirst(Configuration configuration) {
    try {
      return thread.submit(() -> install(configuration)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the first configuration cannot be put in force", e.getCause());
    }
  }

  /** All or nothing; the problems if nothing. On the configuration's thread. */
  private List<String> install(Configuration configuration) {
    Services.Prepared prepared = services.prepare(configuration);
    try {
      proxy.apply(configuration.routes(), prepared.lookup());
    } catch (ProxyServer.BindException | IllegalArgumentException e) {
      services.abandon(prepared);
      return List.of(String.valueOf(e.getMessage()));
    }
    List<ServiceBalancer> gone = services.commit(prepared, endpoints.apply(configuration));
    if (!gone.isEmpty()) {
      Timer.on(thread).after(KEEP_GONE, () -> gone.forEach(ServiceBalancer::close));
    }
    whenDone.run();
    return List.of();
  }

  static List<String> lines(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }

  /** In one queue with reloads, so that an older answer never follows a newer configuration. */
  private void found(ServiceName name, EndpointSet found) {
    try {
      thread.execute(() -> services.update(name, found));
    } catch (RejectedExecutionException e) {
      // Closed: there is nothing left to update.
    }
  }

  @Override
  public void close() {
    end();
    thread.shutdownNow();
    endpoints.close();
  }
}
