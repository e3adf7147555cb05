package dev.fairlead.kubernetes.enforce;

import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The objects that opted in and the WeightPlans, as they were last seen. Asked of the API server is
 * only what carries the label, so an object that opts out is seen as one that is gone.
 */
final class Watches implements AutoCloseable {
  private final Cluster cluster;
  private final Served served;
  private final OptIn optIn;
  private final Consumer<ObjectName> changed;
  private final Map<ObjectName, Split> splits = new ConcurrentHashMap<>();
  private final Map<ObjectName, StoredPlan> plans = new ConcurrentHashMap<>();
  private final Set<ObjectName> strangers = ConcurrentHashMap.newKeySet();
  private final Map<TargetKind, Watched> watched = new HashMap<>();
  private boolean watchesPlans;
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

  private record Watched(String version, SharedIndexInformer<GenericKubernetesResource> informer) {}

  /**
   * Watches nothing before {@link #follow}.
   *
   * @param changed told of each object that changed, or whose WeightPlan did; any thread
   */
  Watches(Cluster cluster, Served served, OptIn optIn, Consumer<ObjectName> changed) {
    this.cluster = cluster;
    this.served = served;
    this.optIn = optIn;
    this.changed = changed;
  }

  /** Watches what the API server serves by now; again, when that may have changed. */
  synchronized void follow() {
    served.ask();
    if (!watchesPlans) {
      watchesPlans = true;
      SharedIndexInformer<GenericKubernetesResource> informer =
          cluster
              .client()
              .genericKubernetesResources(ApiObjects.PLANS)
              .inAnyNamespace()
              .runnableInformer(0);
      run(informer, this::sawPlan, this::lostPlan);
    }
    for (TargetKind kind : TargetKind.ALL) {
      Optional<String> version = served.newest(kind);
      Watched old = watched.get(kind);
      if (old != null && !version.equals(Optional.of(old.version))) {
        old.informer.stop();
        informers.remove(old.informer);
        watched.remove(kind);
        splits.keySet().removeIf(name -> name.kind().equals(kind.kind()));
      }
      if (version.isPresent() && !watched.containsKey(kind)) {
        watch(kind, version.get());
      }
    }
  }

  private void watch(TargetKind kind, String version) {
    SharedIndexInformer<GenericKubernetesResource> informer =
        cluster
            .client()
            .genericKubernetesResources(Served.context(kind, version))
            .inAnyNamespace()
            .withLabel(optIn.key(), optIn.value())
            .runnableInformer(0);
    watched.put(kind, new Watched(version, informer));
    run(informer, object -> sawSplit(kind, object), object -> lostSplit(kind, object));
  }

  /** The objects that opted in and have a choice: first those with a plan in force, by name. */
  List<Split> splits() {
    return splits.values().stream()
        .filter(Split::isLeadable)
        .sorted(
            Comparator.comparing((Split split) -> !isPlanned(split))
                .thenComparing(split -> split.name().toString()))
        .toList();
  }

  private boolean isPlanned(Split split) {
    return plan(split.name()).filter(plan -> !plan.status().isRefused()).isPresent();
  }

  Optional<Split> split(ObjectName target) {
    return Optional.ofNullable(splits.get(target));
  }

  Optional<StoredPlan> plan(ObjectName target) {
    return Optional.ofNullable(plans.get(target));
  }

  /** Whether the API server has this kind, as it last said. */
  boolean serves(String kind) {
    return TargetKind.of(kind).flatMap(served::newest).isPresent();
  }

  /** Of all that have a WeightPlan by the name that we give it. */
  List<ObjectName> planned() {
    return List.copyOf(plans.keySet());
  }

  /** Whether a WeightPlan for this object came that we did not write; asked once for each. */
  boolean takeStranger(ObjectName target) {
    return strangers.remove(target);
  }

  private void sawSplit(TargetKind kind, GenericKubernetesResource object) {
    Optional<Split> split = ApiObjects.split(kind, object);
    ObjectName name = name(kind, object);
    if (split.isPresent()) {
      splits.put(name, split.get());
    } else {
      splits.remove(name);
    }
    changed.accept(name);
  }

  private void lostSplit(TargetKind kind, GenericKubernetesResource object) {
    ObjectName name = name(kind, object);
    splits.remove(name);
    changed.accept(name);
  }

  private void sawPlan(GenericKubernetesResource object) {
    StoredPlan plan = ApiObjects.plan(object);
    if (plan.isNamedForTarget()) {
      plans.put(plan.target(), plan);
    } else {
      strangers.add(plan.target());
    }
    changed.accept(plan.target());
  }

  private void lostPlan(GenericKubernetesResource object) {
    StoredPlan plan = ApiObjects.plan(object);
    if (plan.isNamedForTarget()) {
      plans.remove(plan.target());
    }
    changed.accept(plan.target());
  }

  private static ObjectName name(TargetKind kind, GenericKubernetesResource object) {
    return new ObjectName(
        kind.kind(), object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  private void run(
      SharedIndexInformer<GenericKubernetesResource> informer,
      Consumer<GenericKubernetesResource> saw,
      Consumer<GenericKubernetesResource> lost) {
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(GenericKubernetesResource object) {
            saw.accept(object);
          }

          @Override
          public void onUpdate(GenericKubernetesResource old, GenericKubernetesResource object) {
            saw.accept(object);
          }

          @Override
          public void onDelete(GenericKubernetesResource object, boolean unknown) {
            lost.accept(object);
          }
        });
    // Whatever the reason, it tries again: a definition may be missing only now.
    informer.exceptionHandler((started, fault) -> true);
    informers.add(informer);
    informer.start();
  }

  @Override
  public synchronized void close() {
    informers.forEach(SharedIndexInformer::stop);
    informers.clear();
    watched.clear();
  }
}
