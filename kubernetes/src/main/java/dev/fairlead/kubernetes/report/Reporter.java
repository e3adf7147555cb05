package dev.fairlead.kubernetes.report;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.event.EventWriter;
import dev.fairlead.kubernetes.watch.Backoff;
import dev.fairlead.kubernetes.watch.Judged;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the status of objects as the last report has it. Only the leader writes, only what has
 * changed, and only beside the data path: a write that fails is tried again later, and nothing
 * waits for it.
 */
public final class Reporter implements AutoCloseable {
  static final String MANAGER = "fairlead";

  /** Who becomes the leader finds out within this. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

  private static final PatchContext MERGE =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager(MANAGER)
          .build();

  private final Cluster cluster;
  private final BooleanSupplier isLeader;
  private final List<String> addresses;
  private final InstantSource clock;
  private final Timer timer;
  private final Backoff backoff;
  private final RandomSource random;
  private final Consumer<String> troubles;
  private final Events events;

  /** What was last written of each object, or found to be so. */
  private final Map<ObjectName, List<Object>> written = new HashMap<>();

  private @Nullable Report wanted;
  private Timer.Cancel next = () -> {};
  private boolean running;
  private boolean closed;
  private int failures;
  private String trouble = "";

  /**
   * @param addresses at which clients reach the Gateways
   * @param timer whose tasks may block
   * @param troubles told why something could not be written
   */
  public Reporter(
      Cluster cluster,
      BooleanSupplier isLeader,
      List<String> addresses,
      InstantSource clock,
      Timer timer,
      Backoff backoff,
      RandomSource random,
      Consumer<String> troubles) {
    this.cluster = cluster;
    this.isLeader = isLeader;
    this.addresses = List.copyOf(addresses);
    this.clock = clock;
    this.timer = timer;
    this.backoff = backoff;
    this.random = random;
    this.troubles = troubles;
    this.events = new Events(new EventWriter(cluster.client(), Statuses.CONTROLLER, clock));
  }

  /** What is to be written from now on, in place of the last report. Returns at once. */
  public synchronized void report(Report report) {
    wanted = report;
    if (!running && !closed) {
      next.cancel();
      next = timer.after(Duration.ZERO, this::pass);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    next.cancel();
  }

  private void pass() {
    Report report;
    synchronized (this) {
      if (closed || running || wanted == null) {
        return;
      }
      running = true;
      report = wanted;
    }
    boolean done = false;
    try {
      done = write(report);
    } finally {
      synchronized (this) {
        running = false;
        failures = done ? 0 : failures + 1;
        Duration delay = done ? LOOK_AGAIN : backoff.after(failures, random);
        if (!closed) {
          next = timer.after(report.equals(wanted) ? delay : Duration.ZERO, this::pass);
        }
      }
    }
  }

  /** Whether all is written that should be. */
  private boolean write(Report report) {
    if (!isLeader.getAsBoolean()) {
      written.clear(); // whoever leads may write something else
      return true;
    }
    Map<ObjectName, List<Object>> before = new HashMap<>(written);
    written.clear();
    boolean all = true;
    String failure = "";
    Statuses statuses =
        new Statuses(report, addresses, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    for (Judged judged : report.ours()) {
      List<Object> saying = saying(judged, report);
      if (saying.equals(before.get(judged.name()))) {
        written.put(judged.name(), saying);
        continue;
      }
      try {
        events.refused(judged);
        if (!Statuses.has(judged) || writeStatus(judged, statuses)) {
          written.put(judged.name(), saying);
        }
      } catch (RuntimeException e) {
        all = false;
        failure =
            judged.name() + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      }
    }
    if (!failure.equals(trouble)) {
      trouble = failure;
      if (!failure.isEmpty()) {
        troubles.accept("status cannot be written: " + failure);
      }
    }
    return all;
  }

  /** All that a status depends on. */
  private static List<Object> saying(Judged judged, Report report) {
    Map<String, Integer> routes = new HashMap<>(report.routes());
    String prefix = judged.name().namespace() + "/" + judged.name().name() + "/";
    routes.keySet().removeIf(listener -> !listener.startsWith(prefix));
    return List.of(judged, routes, report.problems());
  }

  /** Whether the object's status is as it should be; if not, it is another object by now. */
  private boolean writeStatus(Judged judged, Statuses statuses) {
    Resource<GenericKubernetesResource> resource = resource(judged);
    GenericKubernetesResource object = resource.get();
    if (object == null || !judged.uid().equals(object.getMetadata().getUid())) {
      return true; // gone: there is nothing to say
    }
    Long generation = object.getMetadata().getGeneration();
    if (generation != null && generation != judged.generation()) {
      return false; // changed meanwhile: the next report is of that
    }
    Map<String, Object> before = Plain.map(object.getAdditionalProperties().get("status"));
    Map<String, Object> spec = Plain.map(object.getAdditionalProperties().get("spec"));
    Map<String, Object> status = statuses.of(judged, spec, before);
    if (status.equals(before)) {
      return true;
    }
    Map<String, Object> patch = new LinkedHashMap<>();
    patch.put("metadata", Map.of("resourceVersion", object.getMetadata().getResourceVersion()));
    patch.put("status", status);
    try {
      resource
          .subresource("status")
          .patch(MERGE, cluster.client().getKubernetesSerialization().asJson(patch));
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == java.net.HttpURLConnection.HTTP_NOT_FOUND) {
        return true; // deleted meanwhile, or its definition has no status
      }
      throw e;
    }
  }

  private Resource<GenericKubernetesResource> resource(Judged judged) {
    Judged.Kind kind = judged.resource();
    var all =
        cluster
            .client()
            .genericKubernetesResources(
                new ResourceDefinitionContext.Builder()
                    .withGroup(kind.group())
                    .withVersion(kind.version())
                    .withKind(judged.name().kind())
                    .withPlural(kind.plural())
                    .withNamespaced(!judged.name().namespace().isEmpty())
                    .build());
    return judged.name().namespace().isEmpty()
        ? all.withName(judged.name().name())
        : all.inNamespace(judged.name().namespace()).withName(judged.name().name());
  }
}
