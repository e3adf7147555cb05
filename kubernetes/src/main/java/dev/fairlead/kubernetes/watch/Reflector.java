package dev.fairlead.kubernetes.watch;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.Fault;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One kind as it stands in the API: listed in pages, then watched from there on. A watch that ends
 * goes on where it was; one whose version the server has forgotten begins with a list again. While
 * the server is away, what was seen last stays.
 *
 * <p>It keeps no objects but hands them on; its state is the version and who is asked next.
 */
final class Reflector implements AutoCloseable {
  /** Objects of a page: some MiB at once at most, whatever the cluster's size. */
  private static final long PAGE = 500;

  /** The server ends a watch after that; each ends at a time of its own. */
  private static final Duration WATCH = Duration.ofMinutes(5);

  /**
   * A server that has just started denies kinds for a moment that are installed: what was seen is
   * forgotten only if it says so again.
   */
  private static final int BELIEVED_ABSENCES = 3;

  /**
   * Watches in a row that said nothing, after which a list comes next: of a version that the server
   * has forgotten the client may see no more than the end of the watch.
   */
  private static final int SILENT_WATCHES = 2;

  /** Where the objects go. Called by one thread at a time. */
  interface Sink {
    /**
     * @param version in which it is served
     */
    void put(GenericKubernetesResource object, String version);

    void remove(GenericKubernetesResource object);

    /** After a list: all but those seen in it are gone. */
    void keepOnly(Set<String> uids);

    /** The kind has been listed, or is not there. */
    void synced();

    /** What went wrong, once for each change of it; empty: nothing any more. */
    void trouble(String what);
  }

  private final KubernetesClient client;
  private final WatchedKind kind;
  private final Optional<String> namespace;
  private final Optional<String> name;
  private final Sink sink;
  private final Timer timer;
  private final Backoff backoff;
  private final RandomSource random;

  private Timer.Cancel next = () -> {};
  private @Nullable Watch watch;

  /** Counts the watches, to know the callbacks of an old one. */
  private long current;

  private int version;
  private int failures;
  private int absences;
  private int silent;
  private boolean seen;
  private boolean closed;
  private String trouble = "";

  /** Empty: a list comes next. */
  private String resourceVersion = "";

  /**
   * @param namespace empty for all
   * @param name empty for all objects
   */
  Reflector(
      KubernetesClient client,
      WatchedKind kind,
      Optional<String> namespace,
      Optional<String> name,
      Sink sink,
      Timer timer,
      Backoff backoff,
      RandomSource random) {
    this.client = client;
    this.kind = kind;
    this.namespace = namespace;
    this.name = name;
    this.sink = sink;
    this.timer = timer;
    this.backoff = backoff;
    this.random = random;
  }

  void start() {
    after(Duration.ZERO);
  }

  @Override
  public synchronized void close() {
    closed = true;
    next.cancel();
    current++;
    if (watch != null) {
      watch.close();
    }
  }

  private synchronized void after(Duration delay) {
    if (!closed) {
      next = timer.after(delay, this::connect);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void connect() {
    if (isClosed()) {
      return;
    }
    try {
      if (resourceVersion.isEmpty()) {
        list();
      }
      watchFrom(resourceVersion);
    } catch (KubernetesClientException e) {
      failed(e.getCode(), Fault.why(e));
    } catch (RuntimeException e) {
      failed(0, String.valueOf(e));
    }
  }

  private void list() {
    Set<String> uids = new HashSet<>();
    String token = null;
    String listed;
    do {
      ListOptions options =
          selecting(new ListOptionsBuilder()).withLimit(PAGE).withContinue(token).build();
      GenericKubernetesResourceList page = objects().list(options);
      for (GenericKubernetesResource object : page.getItems()) {
        uids.add(object.getMetadata().getUid());
        sink.put(object, served());
      }
      token = page.getMetadata().getContinue();
      listed = page.getMetadata().getResourceVersion();
    } while (token != null && !token.isEmpty() && !isClosed());
    sink.keepOnly(uids);
    resourceVersion = listed == null ? "" : listed;
    seen = true;
    absences = 0;
    sink.synced();
    trouble("");
  }

  private void watchFrom(String from) {
    long own = began();
    ListOptions options =
        selecting(new ListOptionsBuilder())
            .withResourceVersion(from)
            .withAllowWatchBookmarks(true)
            .withTimeoutSeconds(WATCH.toSeconds() + random.below((int) WATCH.toSeconds()))
            .build();
    Watch opened = objects().watch(options, new Events(own));
    synchronized (this) {
      if (own == current && !closed) {
        watch = opened;
        failures = 0;
        return;
      }
    }
    opened.close();
  }

  private synchronized long began() {
    return ++current;
  }

  private ListOptionsBuilder selecting(ListOptionsBuilder options) {
    name.ifPresent(each -> options.withFieldSelector("metadata.name=" + each));
    return options;
  }

  private String served() {
    return kind.versions().get(version);
  }

  private AnyNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      objects() {
    ResourceDefinitionContext context =
        new ResourceDefinitionContext.Builder()
            .withGroup(kind.group())
            .withVersion(served())
            .withKind(kind.kind())
            .withPlural(kind.plural())
            .withNamespaced(kind.namespaced())
            .build();
    var all = client.genericKubernetesResources(context);
    if (!kind.namespaced()) {
      return all;
    }
    return namespace.isPresent() ? all.inNamespace(namespace.get()) : all.inAnyNamespace();
  }

  private final class Events implements Watcher<GenericKubernetesResource> {
    private final long own;

    Events(long own) {
      this.own = own;
    }

    @Override
    public void eventReceived(Action action, GenericKubernetesResource object) {
      if (!isCurrent(own) || action == Action.ERROR || object == null) {
        return; // an error closes the watch too
      }
      String seenVersion = object.getMetadata().getResourceVersion();
      switch (action) {
        case ADDED, MODIFIED -> sink.put(object, served());
        case DELETED -> sink.remove(object);
        case BOOKMARK, ERROR -> {}
      }
      advanced(own, seenVersion);
    }

    @Override
    public void onClose() {
      ended(own, null);
    }

    @Override
    public void onClose(@Nullable WatcherException cause) {
      ended(own, cause);
    }
  }

  private synchronized boolean isCurrent(long own) {
    return own == current && !closed;
  }

  private synchronized void advanced(long own, @Nullable String seenVersion) {
    if (own == current && seenVersion != null && !seenVersion.isEmpty()) {
      resourceVersion = seenVersion;
      silent = 0;
    }
  }

  /** The server's time is up, the connection broke, or the version is too old. */
  private void ended(long own, @Nullable WatcherException cause) {
    synchronized (this) {
      if (own != current || closed) {
        return;
      }
      current++;
      watch = null;
      if (++silent >= SILENT_WATCHES || (cause != null && cause.isHttpGone())) {
        silent = 0;
        resourceVersion = "";
      }
    }
    after(backoff.after(failures++, random));
  }

  private void failed(int code, String message) {
    synchronized (this) {
      current++; // what this watch may still say is too late
      if (code == HttpURLConnection.HTTP_GONE) {
        resourceVersion = "";
      }
    }
    boolean forbidden =
        code == HttpURLConnection.HTTP_FORBIDDEN || code == HttpURLConnection.HTTP_UNAUTHORIZED;
    if (code != HttpURLConnection.HTTP_NOT_FOUND && !(forbidden && !kind.needed())) {
      trouble(kind.kind() + " cannot be read: " + message.lines().findFirst().orElse(""));
      after(backoff.after(failures++, random));
      return;
    }
    resourceVersion = "";
    version = (version + 1) % kind.versions().size();
    if (version != 0) {
      after(Duration.ZERO); // another version may be served
      return;
    }
    if (forbidden) {
      trouble("no right to read " + kind.kind() + ": it is taken as absent");
    }
    absences++;
    if (seen && absences < BELIEVED_ABSENCES) {
      after(backoff.after(absences, random));
      return;
    }
    seen = false;
    sink.keepOnly(Set.of());
    sink.synced();
    after(backoff.whileAbsent(random));
  }

  private void trouble(String what) {
    if (!what.equals(trouble)) {
      trouble = what;
      sink.trouble(what);
    }
  }
}
