package dev.fairlead.kubernetes.watch;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Here;
import dev.fairlead.discovery.ObjectDocuments;
import dev.fairlead.discovery.Problem;
import dev.fairlead.discovery.Timer;
import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.ObjectName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The documents of a cluster, kept as they stand in its API. While the API server is away, they
 * stay as they were.
 */
public final class ClusterDocuments implements AutoCloseable {
  /** What is applied together comes within this. */
  private static final Duration QUIET = Duration.ofMillis(100);

  /** What the files are called among the objects. */
  private static final String FILES = "--config";

  /** Secrets and ConfigMaps watched, each by itself: more than any gateway has. */
  private static final int MAX_CERTIFICATES = 1000;

  private final Cluster cluster;
  private final Optional<String> namespace;
  private final Timer timer;
  private final Backoff backoff;
  private final RandomSource random;
  private final Debounce debounce;
  private final ObjectStore store;
  private final List<Reflector> reflectors = new ArrayList<>();
  private final Map<ObjectName, Certificate> certificates = new HashMap<>();
  private final ObjectDocuments documents = new ObjectDocuments();
  private Map<ObjectName, Read> last = new HashMap<>();
  private boolean closed;

  /** One certificate's watch, and where its object goes. */
  private record Certificate(Reflector reflector, Reflector.Sink sink) {}

  /** What was read from an object, to be read again only if it has changed. */
  private record Read(Node from, ObjectDocuments.Item item) {}

  /**
   * What the objects come to.
   *
   * @param result refused only if the files beside them are wrong
   * @param ours what we are responsible for, with the mistakes in it
   * @param general mistakes of no object
   */
  public record Reading(Documents.Result result, List<Judged> ours, List<Problem> general) {
    public Reading {
      ours = List.copyOf(ours);
      general = List.copyOf(general);
    }
  }

  private ClusterDocuments(
      Cluster cluster,
      Optional<String> namespace,
      Timer timer,
      Backoff backoff,
      RandomSource random,
      Runnable onChange,
      Consumer<String> troubles) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.timer = timer;
    this.backoff = backoff;
    this.random = random;
    this.debounce = new Debounce(QUIET, timer, () -> settled(onChange));
    this.store = new ObjectStore(debounce::changed, troubles);
  }

  /**
   * Begins to list and watch.
   *
   * @param namespace whose objects are read, beside those of the whole cluster; empty: all
   * @param timer whose tasks may block, one while another does
   * @param onChange called once for several changes that come together, and not before all has been
   *     listed; should {@link #read}
   * @param troubles told what cannot be read, line by line
   */
  public static ClusterDocuments start(
      Cluster cluster,
      Optional<String> namespace,
      Timer timer,
      Backoff backoff,
      RandomSource random,
      Runnable onChange,
      Consumer<String> troubles) {
    ClusterDocuments started =
        new ClusterDocuments(cluster, namespace, timer, backoff, random, onChange, troubles);
    started.begin();
    return started;
  }

  private void begin() {
    for (WatchedKind kind : WatchedKind.ALL) {
      reflectors.add(reflector(kind, namespace, Optional.empty(), store.sink(kind)));
    }
    reflectors.forEach(Reflector::start);
  }

  private Reflector reflector(
      WatchedKind kind, Optional<String> in, Optional<String> name, Reflector.Sink sink) {
    return new Reflector(cluster.client(), kind, in, name, sink, timer, backoff, random);
  }

  /** Whether all that there is was seen once; not undone while the API server is away. */
  public boolean isSynced() {
    return store.isSynced();
  }

  private void settled(Runnable onChange) {
    follow(new Selection(store.all()).certificates());
    if (store.isSynced()) {
      onChange.run();
    }
  }

  /** Watches the Secrets and ConfigMaps that are referred to, and no others. */
  private synchronized void follow(Set<ObjectName> wanted) {
    if (closed) {
      return;
    }
    certificates
        .entrySet()
        .removeIf(
            each -> {
              boolean gone = !wanted.contains(each.getKey());
              if (gone) {
                each.getValue().reflector().close();
                each.getValue().sink().keepOnly(Set.of());
                each.getValue().sink().synced();
              }
              return gone;
            });
    for (ObjectName name : wanted) {
      if (!certificates.containsKey(name) && certificates.size() < MAX_CERTIFICATES) {
        WatchedKind kind =
            name.kind().equals(Kinds.SECRET) ? WatchedKind.SECRET : WatchedKind.CONFIG_MAP;
        Reflector.Sink sink = store.sink(kind);
        Reflector reflector =
            reflector(kind, Optional.of(name.namespace()), Optional.of(name.name()), sink);
        certificates.put(name, new Certificate(reflector, sink));
        reflector.start();
      }
    }
  }

  /**
   * Reads and links all objects as they stand; only by one thread at a time.
   *
   * @param files beside the objects
   */
  public Reading read(Optional<ObjectDocuments.Item> files, Here here) {
    Selection selection = new Selection(store.all());
    Map<Held, Node> ours = selection.documents();
    Map<ObjectName, Read> reads = new HashMap<>();
    Map<String, ObjectDocuments.Item> items = new HashMap<>();
    ours.forEach(
        (held, node) -> {
          Read before = last.get(held.name());
          Read read = before != null && before.from.equals(node) ? before : read(held, node);
          reads.put(held.name(), read);
          items.put(held.name().toString(), read.item);
        });
    last = reads;
    files.ifPresent(item -> items.put(FILES, item));
    ObjectDocuments.Outcome outcome = documents.resolve(items, here);
    List<Judged> judged = new ArrayList<>();
    for (Held held : ours.keySet()) {
      String name = held.name().toString();
      judged.add(
          judged(
              held,
              selection,
              outcome.refused().getOrDefault(name, List.of()),
              outcome.unresolved().getOrDefault(name, List.of())));
    }
    selection.classes().forEach(held -> judged.add(judged(held, selection, List.of(), List.of())));
    List<Problem> general = new ArrayList<>();
    outcome
        .refused()
        .forEach(
            (name, found) -> {
              if (!items.containsKey(name)) {
                general.addAll(found);
              }
            });
    return new Reading(outcome.result(), judged, general);
  }

  private static Judged judged(
      Held held, Selection selection, List<Problem> refused, List<Problem> unresolved) {
    WatchedKind kind = held.kind();
    return new Judged(
        held.name(),
        new Judged.Kind(kind.group(), held.version(), kind.plural()),
        held.uid(),
        held.generation(),
        selection.parents(held),
        refused,
        unresolved);
  }

  private static Read read(Held held, Node node) {
    return new Read(
        node, ObjectDocuments.read(held.name().toString(), node, held.kind().isForeign()));
  }

  @Override
  public synchronized void close() {
    closed = true;
    debounce.close();
    reflectors.forEach(Reflector::close);
    certificates.values().forEach(each -> each.reflector().close());
  }
}
