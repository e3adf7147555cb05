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
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Timer;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The process of {@code fairlead run}: proxy, slow loop and admin API around one configuration,
 * which may be replaced while requests are under way. Documents that are refused, and listeners
 * that cannot be bound, leave the last good state as it is.
 */
public final class Daemon implements AutoCloseable {
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
  private final ScheduledExecutorService watchThread = watchThread();
  private final DocumentSource documents;
  private final Reloads reloads;
  private final Optional<InCluster> inCluster;

  /** What was started, to be closed in the opposite order. */
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  private volatile boolean draining;
  private volatile Optional<InetSocketAddress> adminAddress = Optional.empty();

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
    this.documents = documents(clusters);
    this.reloads = new Reloads(documents, services, proxy, virtualThreads(), clock, log);
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
    documents.watch(reloads::reload);
    Optional<Configuration> configuration =
        documents
            .read()
            .map(
                result ->
                    switch (result) {
                      case Documents.Result.Accepted accepted -> accepted.configuration();
                      case Documents.Result.Refused refused ->
                          throw new StartFailure(
                              StartFailure.Kind.DOCUMENTS, Reloads.lines(refused.problems()));
                    });
    AdminServer admin = openAdmin();
    started.push(admin);
    adminAddress = Optional.of(admin.address());
    configuration.ifPresent(reloads::first);
    beat("fairlead-state", sampler::tick);
    keeper.ifPresent(orders -> beat("fairlead-orders", orders::tick));
    Beat steeringBeat = beat("fairlead-steering", this::steer);
    Beat pingBeat = beat("fairlead-ping", pings::tick);
    reloads.whenDone(
        () -> {
          steeringBeat.wake();
          pingBeat.wake();
        });
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
          new OrderPosts(sources, reloads::done, () -> keeper.flatMap(OrderKeeper::keepSoon)),
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

  private Status status() {
    Reloads.Last reload = reloads.last();
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
    inCluster
        .flatMap(InCluster::status)
        .ifPresent(led -> led.notes().forEach(note -> reasons.add("led objects: " + note)));
    reload.problems().forEach(problem -> reasons.add("problem: " + problem));
    return new Status(
        inForce.generation() > 0 && !draining,
        draining,
        reasons,
        new State.Config(
            inForce.generation(), inForce.loadedAtMillis(), reload.ok(), reload.problems()),
        reload.okAtMillis());
  }

  /** Reads the documents again and puts them in force, on a thread of its own. */
  public void reload(String cause) {
    reloads.reload(cause);
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
    reloads.end();
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
    reloads.close();
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
