package dev.fairlead.discovery.watch;

import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Timer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A watch on files and folders of documents, by polling. The kernel's notifications lose events
 * when their queue overflows, do not see network file systems, and go blind when a folder or a
 * symbolic link above a file is replaced, which is how Kubernetes updates a mounted ConfigMap. A
 * look at each file's inode, size and times, once an interval, sees all of these; the change time
 * is set by the kernel alone, so also a write that keeps size and modification time.
 *
 * <p>A change is reported once it has settled: when two looks in a row find the same, so a reader
 * sees whole files and all of several that change together. What never settles is reported every
 * {@link #MAX_UNSETTLED} looks.
 */
public final class DocumentWatch implements AutoCloseable {
  /** A second: an operator waits two at most, and a thousand files cost a few milliseconds. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

  static final int MAX_UNSETTLED = 5;

  /** Files looked at in one folder, as many as are read. */
  private static final int MAX_FILES = 10_000;

  private final List<Path> paths;
  private final Duration interval;
  private final Timer timer;
  private final Runnable onChange;
  private volatile Set<Path> also = Set.of();
  private Map<Path, String> reported;
  private Map<Path, String> last;
  private int unsettled;
  private Timer.Cancel pending = () -> {};
  private boolean closed;

  private DocumentWatch(List<Path> paths, Duration interval, Timer timer, Runnable onChange) {
    this.paths = List.copyOf(paths);
    this.interval = interval;
    this.timer = timer;
    this.onChange = onChange;
    this.reported = look();
    this.last = reported;
  }

  /**
   * Begins to watch. What changes after this call returned is reported, so read the documents after
   * it, not before.
   *
   * @param paths as for {@link dev.fairlead.discovery.Documents#read(List)}; may not exist yet
   * @param onChange called in the timer's task, never twice at once; should read all documents
   */
  public static DocumentWatch start(
      List<Path> paths, Duration interval, Timer timer, Runnable onChange) {
    DocumentWatch watch = new DocumentWatch(paths, interval, timer, onChange);
    watch.schedule();
    return watch;
  }

  /**
   * Watches these files too, in place of those of the last call: what documents refer to. New ones
   * count as changed, since nobody knows what they were when they were read.
   */
  public void also(Set<Path> files) {
    also = Set.copyOf(files);
  }

  /** Ends the watch; a call of {@code onChange} that is under way goes on. */
  @Override
  public synchronized void close() {
    closed = true;
    pending.cancel();
  }

  private synchronized void schedule() {
    if (!closed) {
      pending = timer.after(interval, this::poll);
    }
  }

  private void poll() {
    try {
      if (changed(look())) {
        onChange.run();
      }
    } finally {
      schedule();
    }
  }

  private synchronized boolean changed(Map<Path, String> now) {
    boolean settled = now.equals(last);
    last = now;
    if (now.equals(reported)) {
      unsettled = 0;
      return false;
    }
    unsettled = settled ? 0 : unsettled + 1;
    if (closed || (!settled && unsettled < MAX_UNSETTLED)) {
      return false;
    }
    unsettled = 0;
    // What is still moving is looked at again: only a settled look ends the matter.
    reported = settled ? now : Map.of();
    return true;
  }

  private Map<Path, String> look() {
    Map<Path, String> seen = new TreeMap<>();
    for (Path path : paths) {
      seen.put(path, look(path));
      if (Files.isDirectory(path)) {
        try (Stream<Path> entries = Files.list(path)) {
          entries
              .filter(Documents::isDocument)
              .limit(MAX_FILES)
              .forEach(entry -> seen.put(entry, look(entry)));
        } catch (IOException | UncheckedIOException e) {
          seen.put(path, "cannot be listed");
        }
      }
    }
    also.forEach(file -> seen.put(file, look(file)));
    return seen;
  }

  /** What changes when a file's content, identity or place changes. */
  private static String look(Path path) {
    try {
      Map<String, Object> file = attributes(path);
      // A folder's own times change with each hidden file of an editor; its entries are seen apart.
      boolean folder = Boolean.TRUE.equals(file.get("isDirectory"));
      return path.toRealPath() + " " + (folder ? file.get("fileKey") : new TreeMap<>(file));
    } catch (IOException e) {
      return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? "unreadable" : "absent";
    }
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    String attributes = "isDirectory,fileKey,size,lastModifiedTime";
    if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return Files.readAttributes(path, "unix:" + attributes + ",ctime");
    }
    return Files.readAttributes(path, attributes);
  }
}
