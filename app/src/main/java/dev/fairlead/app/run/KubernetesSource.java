package dev.fairlead.app.run;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.balancer.RandomSource;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Here;
import dev.fairlead.discovery.ObjectDocuments;
import dev.fairlead.discovery.Problem;
import dev.fairlead.discovery.Timer;
import dev.fairlead.discovery.watch.DocumentWatch;
import dev.fairlead.kubernetes.BadKubeconfig;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.report.Report;
import dev.fairlead.kubernetes.report.Reporter;
import dev.fairlead.kubernetes.watch.Backoff;
import dev.fairlead.kubernetes.watch.ClusterDocuments;
import dev.fairlead.kubernetes.watch.Judged;
import dev.fairlead.route.RouteConfig;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Documents in the Kubernetes API, and in files beside them if there are any. */
final class KubernetesSource implements DocumentSource {
  /** Lines about objects in one log entry's wake: a broken client must not fill the disk. */
  private static final int MAX_LOGGED = 20;

  private final Supplier<Cluster> finder;
  private final InKubernetes settings;
  private final List<Path> files;
  private final Here here;
  private final BooleanSupplier isLeader;
  private final Timer timer;
  private final RandomSource random;
  private final InstantSource clock;
  private final OperatorLog log;
  private Optional<Cluster> cluster = Optional.empty();
  private Optional<ClusterDocuments> objects = Optional.empty();
  private Optional<DocumentWatch> watch = Optional.empty();

  private Optional<Reporter> reporter = Optional.empty();
  private Optional<ClusterDocuments.Reading> last = Optional.empty();

  /** What is wrong by now and was logged. */
  private Set<String> known = new HashSet<>();

  /**
   * @param finder finds the API server when the watch begins
   * @param isLeader whether this process may write to the API
   * @param timer whose tasks may block, one while another does
   */
  KubernetesSource(
      Supplier<Cluster> finder,
      InKubernetes settings,
      List<Path> files,
      Here here,
      BooleanSupplier isLeader,
      Timer timer,
      RandomSource random,
      InstantSource clock,
      OperatorLog log) {
    this.finder = finder;
    this.settings = settings;
    this.files = files;
    this.here = here;
    this.isLeader = isLeader;
    this.timer = timer;
    this.random = random;
    this.clock = clock;
    this.log = log;
  }

  @Override
  public synchronized void watch(OnChange onChange) {
    if (!files.isEmpty()) {
      watch =
          Optional.of(
              DocumentWatch.start(
                  files,
                  DocumentWatch.DEFAULT_INTERVAL,
                  timer,
                  () -> onChange.changed("the files changed")));
    }
    Cluster found = find(finder);
    cluster = Optional.of(found);
    if (settings.role().writes()) {
      reporter =
          Optional.of(
              new Reporter(
                  found,
                  isLeader,
                  settings.addresses(),
                  clock,
                  timer,
                  Backoff.DEFAULT,
                  random,
                  this::warn));
    }
    objects =
        Optional.of(
            ClusterDocuments.start(
                found,
                settings.namespace(),
                timer,
                Backoff.DEFAULT,
                random,
                () -> onChange.changed("objects changed"),
                this::warn));
  }

  private void warn(String trouble) {
    log.warn("the Kubernetes API", "trouble", trouble);
  }

  /**
   * The cluster.
   *
   * @throws StartFailure where there is none to be found
   */
  static Cluster find(Supplier<Cluster> finder) {
    try {
      return finder.get();
    } catch (BadKubeconfig e) {
      throw new StartFailure(StartFailure.Kind.DOCUMENTS, List.of(String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      throw new StartFailure(
          StartFailure.Kind.UNAVAILABLE,
          List.of(
              "the Kubernetes API cannot be found: "
                  + e.getMessage()
                  + " (set KUBECONFIG, or run in a pod with a service account)"));
    }
  }

  @Override
  public synchronized Optional<Documents.Result> read() {
    if (objects.isEmpty() || !objects.get().isSynced()) {
      return Optional.empty();
    }
    Optional<ObjectDocuments.Item> beside =
        files.isEmpty() ? Optional.empty() : Optional.of(ObjectDocuments.read(files));
    ClusterDocuments.Reading reading = objects.get().read(beside, here);
    watch.ifPresent(watching -> watching.also(reading.result().files()));
    last = Optional.of(reading);
    logChanges(reading);
    return Optional.of(
        reading.result() instanceof Documents.Result.Accepted accepted && !settings.role().proxies()
            ? new Documents.Result.Accepted(withoutListeners(accepted.configuration()))
            : reading.result());
  }

  /** Each mistake once, when it comes. */
  private void logChanges(ClusterDocuments.Reading reading) {
    Set<String> now = new TreeSet<>();
    for (Judged each : reading.ours()) {
      each.refused().forEach(problem -> now.add(problem.toString()));
      each.unresolved().forEach(problem -> now.add(problem.toString()));
    }
    reading.general().stream().map(Problem::toString).forEach(now::add);
    List<String> fresh = now.stream().filter(line -> !known.contains(line)).toList();
    fresh.stream().limit(MAX_LOGGED).forEach(line -> log.warn(line));
    if (fresh.size() > MAX_LOGGED) {
      log.warn("further objects are wrong", "count", fresh.size() - MAX_LOGGED);
    }
    known = now;
  }

  private static Configuration withoutListeners(Configuration whole) {
    return new Configuration(
        whole.caller(),
        RouteConfig.EMPTY,
        whole.services(),
        whole.clusters(),
        whole.prices(),
        whole.files());
  }

  @Override
  public synchronized void applied(List<String> problems) {
    last.ifPresent(
        reading ->
            reporter.ifPresent(
                to -> to.report(new Report(reading.ours(), routes(reading), problems))));
  }

  /** How many routes each listener has, also of those that this process does not open itself. */
  private static Map<String, Integer> routes(ClusterDocuments.Reading reading) {
    Map<String, Integer> routes = new TreeMap<>();
    if (reading.result() instanceof Documents.Result.Accepted accepted) {
      RouteConfig config = accepted.configuration().routes();
      config.listeners().forEach(each -> routes.put(each.name(), each.routes().size()));
      config.tunnels().forEach(each -> routes.put(each.name(), each.tunnels().size()));
    }
    return routes;
  }

  @Override
  public synchronized void close() {
    watch.ifPresent(DocumentWatch::close);
    objects.ifPresent(ClusterDocuments::close);
    reporter.ifPresent(Reporter::close);
    cluster.ifPresent(Cluster::close);
  }
}
