package dev.fairlead.kubernetes.watch;

import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Here;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.report.Report;
import dev.fairlead.kubernetes.report.Reporter;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/** A watched API and what was read from it last. */
final class Tools implements AutoCloseable {
  private static final Backoff QUICK =
      new Backoff(Duration.ofMillis(20), Duration.ofMillis(500), Duration.ofMillis(200));

  final KubernetesClient client;
  final List<String> troubles = new CopyOnWriteArrayList<>();
  final AtomicReference<ClusterDocuments.Reading> last = new AtomicReference<>();
  private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(1);
  final AtomicBoolean leads = new AtomicBoolean(true);
  private final ClusterDocuments documents;
  private final Reporter reporter;

  Tools(KubernetesClient client, KubernetesClient watching) {
    this.client = client;
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    Timer timer =
        (delay, task) -> Timer.on(executor).after(delay, () -> Thread.startVirtualThread(task));
    reporter =
        new Reporter(
            new Cluster(watching),
            leads::get,
            List.of("192.0.2.1"),
            InstantSource.system(),
            timer,
            QUICK,
            random::nextLong,
            troubles::add);
    AtomicReference<ClusterDocuments> started = new AtomicReference<>();
    synchronized (last) {
      documents =
          ClusterDocuments.start(
              new Cluster(watching),
              Optional.empty(),
              timer,
              QUICK,
              random::nextLong,
              () -> {
                synchronized (last) {
                  ClusterDocuments.Reading reading =
                      started.get().read(Optional.empty(), Here.UNKNOWN);
                  last.set(reading);
                  reporter.report(new Report(reading.ours(), routes(reading), List.of()));
                }
              },
              troubles::add);
      started.set(documents);
    }
  }

  private static Map<String, Integer> routes(ClusterDocuments.Reading reading) {
    Map<String, Integer> routes = new TreeMap<>();
    ((Documents.Result.Accepted) reading.result())
        .configuration()
        .routes()
        .listeners()
        .forEach(listener -> routes.put(listener.name(), listener.routes().size()));
    return routes;
  }

  /** The object as it stands. */
  GenericKubernetesResource get(String yaml) {
    return of(
            client,
            client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class))
        .get();
  }

  boolean isSynced() {
    return documents.isSynced();
  }

  /**
   * Creates or replaces an object; a write that comes between is met by reading again. The mock
   * forgets the object's status then, a real API server does not.
   */
  void apply(String yaml) {
    for (int attempt = 0; ; attempt++) {
      GenericKubernetesResource object =
          client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class);
      Resource<GenericKubernetesResource> resource = of(client, object);
      GenericKubernetesResource there = resource.get();
      if (there == null) {
        resource.create();
        return;
      }
      object.getMetadata().setResourceVersion(there.getMetadata().getResourceVersion());
      try {
        resource.update();
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == 9) {
          throw e;
        }
      }
    }
  }

  void delete(String yaml) {
    of(client, client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class))
        .delete();
  }

  static Resource<GenericKubernetesResource> of(
      KubernetesClient client, GenericKubernetesResource object) {
    WatchedKind kind =
        java.util.stream.Stream.concat(
                WatchedKind.ALL.stream(),
                java.util.stream.Stream.of(WatchedKind.SECRET, WatchedKind.CONFIG_MAP))
            .filter(each -> each.kind().equals(object.getKind()))
            .findFirst()
            .orElseThrow();
    var all = client.genericKubernetesResources(context(kind, object.getApiVersion()));
    return kind.namespaced()
        ? all.inNamespace(object.getMetadata().getNamespace()).resource(object)
        : all.resource(object);
  }

  static ResourceDefinitionContext context(WatchedKind kind, String apiVersion) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(kind.group())
        .withVersion(apiVersion.substring(apiVersion.indexOf('/') + 1))
        .withKind(kind.kind())
        .withPlural(kind.plural())
        .withNamespaced(kind.namespaced())
        .build();
  }

  @Override
  public void close() {
    reporter.close();
    documents.close();
    executor.shutdownNow();
  }
}
