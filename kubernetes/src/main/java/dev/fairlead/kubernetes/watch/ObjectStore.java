package dev.fairlead.kubernetes.watch;

import dev.fairlead.kubernetes.ObjectName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** All objects that were seen and not deleted, reduced. Safe for any thread. */
final class ObjectStore {
  private final Map<ObjectName, Held> objects = new HashMap<>();
  private final Set<Object> unsynced = new HashSet<>();
  private final Runnable onChange;
  private final Consumer<String> troubles;

  /**
   * @param onChange called for what matters, by the thread that saw it
   * @param troubles told of what goes wrong, line by line
   */
  ObjectStore(Runnable onChange, Consumer<String> troubles) {
    this.onChange = onChange;
    this.troubles = troubles;
  }

  /** Where one Reflector's objects go. */
  Reflector.Sink sink(WatchedKind kind) {
    SinkOf sink = new SinkOf(kind);
    synchronized (this) {
      unsynced.add(sink);
    }
    return sink;
  }

  synchronized List<Held> all() {
    return new ArrayList<>(objects.values());
  }

  /** Whether every Reflector has said what there is. */
  synchronized boolean isSynced() {
    return unsynced.isEmpty();
  }

  private synchronized boolean replace(ObjectName name, Held now) {
    return !now.equals(objects.put(name, now));
  }

  private synchronized boolean delete(ObjectName name) {
    return objects.remove(name) != null;
  }

  private final class SinkOf implements Reflector.Sink {
    private final WatchedKind kind;

    /** The uid of each that came this way and is not gone. */
    private final Map<ObjectName, String> mine = new HashMap<>();

    SinkOf(WatchedKind kind) {
      this.kind = kind;
    }

    @Override
    public synchronized void put(GenericKubernetesResource object, String version) {
      if (object.getMetadata() == null || object.getMetadata().getName() == null) {
        return; // nobody could refer to it
      }
      Held now;
      try {
        now = held(object, version);
      } catch (IllegalArgumentException e) {
        troubles.accept(name(object) + " cannot be read: " + e.getMessage());
        remove(object);
        return;
      }
      mine.put(now.name(), now.uid());
      if (replace(now.name(), now)) {
        onChange.run();
      }
    }

    private Held held(GenericKubernetesResource object, String version) {
      Long generation = object.getMetadata().getGeneration();
      return new Held(
          name(object),
          kind,
          version,
          Reduction.of(kind, object),
          uid(object),
          generation == null ? 0 : generation);
    }

    @Override
    public synchronized void remove(GenericKubernetesResource object) {
      // Deleted and made again under the same name: the new one stays.
      if (mine.remove(name(object), uid(object)) && delete(name(object))) {
        onChange.run();
      }
    }

    @Override
    public synchronized void keepOnly(Set<String> uids) {
      boolean changed = false;
      for (Map.Entry<ObjectName, String> each : List.copyOf(mine.entrySet())) {
        if (!uids.contains(each.getValue())) {
          mine.remove(each.getKey());
          changed |= delete(each.getKey());
        }
      }
      if (changed) {
        onChange.run();
      }
    }

    @Override
    public void synced() {
      boolean last;
      synchronized (ObjectStore.this) {
        last = unsynced.remove(this) && unsynced.isEmpty();
      }
      if (last) {
        onChange.run();
      }
    }

    @Override
    public void trouble(String what) {
      if (!what.isEmpty()) {
        troubles.accept(what);
      }
    }

    private ObjectName name(GenericKubernetesResource object) {
      String namespace = object.getMetadata().getNamespace();
      return new ObjectName(
          kind.kind(),
          kind.namespaced() && namespace != null ? namespace : "",
          object.getMetadata().getName());
    }

    private static String uid(GenericKubernetesResource object) {
      return Objects.requireNonNullElse(object.getMetadata().getUid(), "");
    }
  }
}
