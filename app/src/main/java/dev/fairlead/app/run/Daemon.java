package dev.fairlead.app.run;

import dev.fairlead.app.admin.AdminServer;
import dev.fairlead.app.admin.AdminToken;
import dev.fairlead.app.control.Beat;
import dev.fairlead.app.control.LinkHintBoard;
import dev.fairlead.app.control.Overrides;
import dev.fairlead.app.control.Pings;
import dev.fairlead.app.control.SteeringLoop;
import dev.fairlead.app.keep.OrderFile;
import dev.fairlead.app.keep.OrderKeeper;
import dev.fairlead.app.keep.OrderStore;
import dev.fairlead.app.led.LedObjects;
import dev.fairlead.app.log.AccessLog;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.metric.Metrics;
import dev.fairlead.app.operate.OrderPosts;
import dev.fairlead.app.otlp.SpanExporter;
import dev.fairlead.app.service.InForce;
import dev.fairlead.app.state.EgressMeter;
import dev.fairlead.app.state.Exchanges;
import dev.fairlead.app.state.History;
import dev.fairlead.app.state.LatencyExemplars;
import dev.fairlead.app.state.Sources;
import dev.fairlead.app.state.State;
import dev.fairlead.app.state.StateSampler;
import dev.fairlead.app.state.Status;
import dev.fairlead.app.state.TrafficLedger;
import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.endpoint.EndpointSet;
import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Problem;
import dev.fairlead.discovery.Timer;
import dev.fairlead.discovery.dns.DnsResolver;
import dev.fairlead.discovery.dns.EndpointSources;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.proxy.ProxyListener;
import dev.fairlead.proxy.ProxyOptions;
import dev.fairlead.proxy.server.ProxyServer;
import dev.fairlead.proxy.trace.Tracing;
import dev.fairlead.telemetry.ping.HttpProbe;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The process of {@code fairlead run}: proxy, slow loop and admin API around one configuration,
 * which may be replaced while requests are under way. Documents that are refused, and listeners
 * that cannot be bound, leave the last good state as it is.
 */
public final class Daemon implements AutoCloseable {
  /** A request that began under the old routes may still retry on a service that is gone. */
  private static final Duration KEEP_GONE = Duration.ofSeconds(30);

  private final Settings settings;
  private final OperatorLog log;
  private final Clock clock;
  private final RandomSource random;
  private final Services services;
  private final Optional<AccessLog> accessLog;
  private final Optional<SpanExporter> traces;
  private final ProxyServer proxy;
  private final LinkHintBoard linkHints;
  private final Overrides overrides = new Overrides();
  private final HttpProbe probe = new HttpProbe();
  private final Pings pings;
  private final SteeringLoop steering;
  private final Optional<OrderKeeper> keeper;
  private final History history = new History();
  private final Sources sources;
  private final StateSampler sampler;
  private final ScheduledExecutorService configThread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("fairlead-config").factory());
  private final ScheduledExecutorService watchThread = watchThread();
  private final EndpointSources endpoints;
  private final DocumentSource documents;
  private final Optional<InCluster> inCluster;
  private final AtomicBoolean reloadWaits = new AtomicBoolean();

  /** What was started, to be closed in the opposite order. */
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  private volatile Reload lastReload = new Reload(false, List.of(), 0);
  private volatile Runnable afterReload = () -> {};

  private volatile boolean draining;
  private volatile Optional<InetSocketAddress> adminAddress = Optional.empty();

  /** How the last reload went; {@code okAtMillis}: when one went well last. */
  private record Reload(boolean ok, List<String> problems, long okAtMillis) {}

  /**
   * Starts nothing yet. Requests are logged to {@code accessOut} where the settings say so.
   *
   * @throws StartFailure where a Kubernetes cluster is to be written to, and none can be found
   */
  public Daemon(
      String version,
      Settings settings,
      OperatorLog log,
      OutputStream accessOut,
      Ticker ticker,
      RandomSource random,
      Clock clock) {
    this(version, settings, Cluster::find, log, accessOut, ticker, random, clock);
  }

  /** The same where another API server than kubectl's is meant; each that is given is closed. */
  Daemon(
      String version,
      Settings settings,
      Supplier<Cluster> clusters,
      OperatorLog log,
      OutputStream accessOut,
      Ticker ticker,
      RandomSource random,
      Clock clock) {
    this.settings = settings;
    this.log = log;
    this.clock = clock;
    this.random = random;
    // First: where there is no cluster to be found, nothing else is to be closed again.
    this.inCluster =
        settings.kubernetes().documents() && settings.kubernetes().role().writes()
            ? Optional.of(
                new InCluster(
                    KubernetesSource.find(clusters),
                    settings.kubernetes(),
                    ticker,
                    clock,
                    virtualThreads(),
                    random,
                    log))
            : Optional.empty();
    this.accessLog =
        settings.accessLog() ? Optional.of(new AccessLog(accessOut, clock, log)) : Optional.empty();
    ProxyListener requests = accessLog.isPresent() ? accessLog.get() : ProxyListener.NONE;
    Optional<Tracing> tracing =
        settings
            .traces()
            .map(to -> new Tracing(to.sampler(), to.continuesAnyone(), to.maxQueued()));
    LatencyExemplars exemplars = new LatencyExemplars();
    this.traces =
        tracing.map(
            from ->
                new SpanExporter(
                    settings.traces().orElseThrow(),
                    from,
                    exemplars::saw,
                    version,
                    log,
                    ticker,
                    random));
    this.proxy =
        new ProxyServer(
            ProxyOptions.defaults(settings.loops())
                .within(Descriptors.most())
                .withMaxLag(settings.maxLag())
                .trusting(settings.trusted()),
            new FaultLog(requests, log, ticker),
            ticker,
            clock,
            random,
            tracing);
    this.services = new Services(ticker, random, clock, proxy::prober);
    this.linkHints = new LinkHintBoard(ticker);
    EgressMeter egress = new EgressMeter();
    Optional<LedObjects> led = inCluster.flatMap(InCluster::led);
    this.pings = new Pings(services::inForce, probe, ticker, random);
    this.steering =
        new SteeringLoop(
            services::inForce,
            linkHints,
            overrides,
            egress::volume,
            documents -> led.map(objects -> objects.led(documents)).orElse(List.of()),
            pings,
            ticker,
            clock,
            log);
    this.keeper =
        settings
            .orders()
            .<OrderStore>map(OrderFile::new)
            .or(() -> inCluster.map(InCluster::orders))
            .map(store -> new OrderKeeper(store, overrides, steering::plans, log));
    this.sources =
        new Sources(
            version,
            services::inForce,
            this::status,
            steering::plans,
            steering::steering,
            steering::others,
            overrides,
            steering::stepFailures,
            proxy::counters,
            () -> accessLog.map(AccessLog::dropped).orElse(0L),
            () -> traces.map(SpanExporter::counts),
            () -> inCluster.flatMap(InCluster::status),
            pings,
            egress,
            new TrafficLedger(ticker),
            new Exchanges(proxy::tap, proxy::untap, proxy::stories),
            exemplars,
            ticker,
            clock);
    this.sampler = new StateSampler(sources, history);
    this.endpoints =
        new EndpointSources(DnsResolver.system(), virtualThreads(), this::onConfigThread);
    this.documents = documents(clusters);
  }

  private DocumentSource documents(Supplier<Cluster> clusters) {
    return settings.kubernetes().documents()
        ? new KubernetesSource(
            clusters,
            settings.kubernetes(),
            settings.config(),
            settings.here(),
            () -> inCluster.map(InCluster::isLeader).orElse(false),
            virtualThreads(),
            random,
            clock,
            log)
        : new FileSource(settings.config(), settings.here(), Timer.on(watchThread));
  }

  private static ScheduledExecutorService watchThread() {
    var executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("fairlead-watch").factory());
    // A refresh that is put off at each change of a name would else wait, cancelled, for its time.
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  /** A lookup may block for seconds; it must not hold up those of other names. */
  private Timer virtualThreads() {
    return (delay, task) ->
        Timer.on(watchThread).after(delay, () -> Thread.startVirtualThread(task));
  }

  /** In one queue with reloads, so that an older answer never follows a newer configuration. */
  private void onConfigThread(ServiceName name, EndpointSet found) {
    try {
      configThread.execute(() -> services.update(name, found));
    } catch (RejectedExecutionException e) {
      // Closed: there is nothing left to update.
    }
  }

  /**
   * Reads the documents, binds and serves.
   *
   * @throws StartFailure with everything closed again
   */
  public void start() {
    try {
      begin();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void begin() {
    if (settings.orders().isPresent()) {
      keeper.ifPresent(this::restore);
    }
    // First the watch, then the reading: what changes in between is seen.
    documents.watch(this::reload);
    Optional<Configuration> configuration =
        documents
            .read()
            .map(
                result ->
                    switch (result) {
                      case Documents.Result.Accepted accepted -> accepted.configuration();
                      case Documents.Result.Refused refused ->
                          throw new StartFailure(
                              StartFailure.Kind.DOCUMENTS, lines(refused.problems()));
                    });
    AdminServer admin = openAdmin();
    started.push(admin);
    adminAddress = Optional.of(admin.address());
    configuration.ifPresent(this::serve);
    beat("fairlead-state", sampler::tick);
    keeper.ifPresent(orders -> beat("fairlead-orders", orders::tick));
    Beat steeringBeat = beat("fairlead-steering", this::steer);
    Beat pingBeat = beat("fairlead-ping", pings::tick);
    afterReload =
        () -> {
          steeringBeat.wake();
          pingBeat.wake();
        };
    inCluster.ifPresent(side -> begin(side, steeringBeat));
    log.info(
        "started",
        "version",
        sources.version(),
        "admin",
        "http:/" + admin.address(),
        "listeners",
        proxy.listeners(),
        "services",
        services.inForce().configuration().services().size());
  }

  /** Not before it is known what operators ordered: the API server may be away. */
  private long steer() {
    return keeper.isEmpty() || keeper.get().isRestored()
        ? steering.tick()
        : TimeUnit.SECONDS.toNanos(1);
  }

  private void restore(OrderKeeper orders) {
    try {
      orders.restore();
    } catch (IOException e) {
      throw new StartFailure(
          StartFailure.Kind.UNAVAILABLE,
          List.of(
              settings.orders().orElseThrow()
                  + ": orders cannot be kept there: "
                  + e
                  + " (make a folder that this process may write to, or choose another with"
                  + " --orders-file)"));
    } catch (IllegalArgumentException e) {
      throw new StartFailure(
          StartFailure.Kind.DOCUMENTS,
          List.of(
              settings.orders().orElseThrow()
                  + ": no orders can be read: "
                  + e.getMessage()
                  + " (mend the file, or move it away to start without what was ordered)"));
    }
  }

  private void begin(InCluster side, Beat steeringBeat) {
    side.start(steeringBeat::wake);
    side.led().ifPresent(objects -> beat("fairlead-traffic", objects::tick));
  }

  private void serve(Configuration configuration) {
    List<String> problems = installFirst(configuration);
    if (!problems.isEmpty()) {
      throw new StartFailure(
          StartFailure.Kind.UNAVAILABLE,
          problems.stream()
              .map(problem -> problem + " (stop what listens there, or change the port)")
              .toList());
    }
    lastReload = new Reload(true, List.of(), clock.millis());
    documents.applied(List.of());
  }

  /** Throws an {@link IllegalArgumentException} where the file has none. */
  private Optional<AdminToken> token() {
    return settings.adminToken().map(file -> AdminToken.of(file, log));
  }

  private AdminServer openAdmin() {
    try {
      return new AdminServer(
          settings.admin(),
          sources,
          sampler,
          history,
          linkHints,
          new OrderPosts(
              sources, () -> afterReload.run(), () -> keeper.flatMap(OrderKeeper::keepSoon)),
          token(),
          Metrics.registry(sources),
          random,
          log);
    } catch (IllegalArgumentException e) {
      throw new StartFailure(StartFailure.Kind.USAGE, List.of(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      throw new StartFailure(
          StartFailure.Kind.UNAVAILABLE,
          List.of(
              "the admin address "
                  + settings.admin().getHostString()
                  + ":"
                  + settings.admin().getPort()
                  + " cannot be had: "
                  + e.getMessage()
                  + " (stop what listens there, or choose another with --admin)"));
    }
  }

  private Beat beat(String name, java.util.function.LongSupplier task) {
    Beat beat = new Beat(name, task, e -> log.error("internal error", "thread", name, "error", e));
    started.push(beat);
    return beat;
  }

  /** Reads the documents again and puts them in force, on a thread of its own. */
  public void reload(String cause) {
    // However often it is asked for meanwhile, one more reading after this one sees everything.
    if (draining || reloadWaits.getAndSet(true)) {
      return;
    }
    try {
      configThread.execute(() -> reloadNow(cause));
    } catch (RejectedExecutionException e) {
      // Closed: there is nothing left to reload.
    }
  }

  private void reloadNow(String cause) {
    reloadWaits.set(false);
    if (draining) {
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
      lastReload = new Reload(true, List.of(), clock.millis());
      String done = changed ? "reloaded" : "reloaded, with nothing changed";
      log.info(done, "cause", cause, "generation", services.inForce().generation());
    } else {
      lastReload = new Reload(false, problems, lastReload.okAtMillis());
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
      return configThread.submit(() -> install(configuration)).get();
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
      Timer.on(configThread).after(KEEP_GONE, () -> gone.forEach(ServiceBalancer::close));
    }
    afterReload.run();
    return List.of();
  }

  private static List<String> lines(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }

  private Status status() {
    Reload reload = lastReload;
    var inForce = services.inForce();
    List<String> reasons = new ArrayList<>();
    if (draining) {
      reasons.add("draining: no new connections are taken");
    }
    if (inForce.generation() == 0) {
      reasons.add("configuration: none in force yet");
    } else {
      reasons.add("configuration: generation " + inForce.generation() + " in force");
      reasons.add("listeners: " + proxy.listeners());
      reasons.add("last reload: " + (reload.ok() ? "accepted" : "refused"));
    }
    keeper.flatMap(OrderKeeper::trouble).ifPresent(why -> reasons.add("orders: " + why));
    reload.problems().forEach(problem -> reasons.add("problem: " + problem));
    return new Status(
        inForce.generation() > 0 && !draining,
        draining,
        reasons,
        new State.Config(
            inForce.generation(), inForce.loadedAtMillis(), reload.ok(), reload.problems()),
        reload.okAtMillis());
  }

  /** Where the admin API listens; empty before the start. */
  public Optional<InetSocketAddress> adminAddress() {
    return adminAddress;
  }

  /** Names of the listeners, with the port that they got. */
  public Map<String, Integer> listeners() {
    return proxy.listeners();
  }

  /** Fails {@code /readyz}, lets requests under way end, and closes. */
  public void stop() {
    draining = true;
    log.info("draining", "atMost", settings.drain());
    try {
      int cut = proxy.drain(settings.drain());
      log.info("stopped", "requestsCutOff", cut);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  @Override
  public void close() {
    draining = true;
    closeQuietly(documents); // before the threads that its watches still want
    configThread.shutdownNow();
    endpoints.close();
    watchThread.shutdownNow();
    history.close();
    while (!started.isEmpty()) {
      closeQuietly(started.pop());
    }
    inCluster.ifPresent(this::closeQuietly); // also where it was never started
    probe.close();
    closeQuietly(proxy);
    services.close();
    traces.ifPresent(SpanExporter::close);
    accessLog.ifPresent(AccessLog::close);
  }

  private void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      log.warn("close failed", "what", closeable.getClass().getSimpleName(), "error", e);
    }
  }
}
