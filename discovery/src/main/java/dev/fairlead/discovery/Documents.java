package dev.fairlead.discovery;

import dev.fairlead.discovery.document.Document;
import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.resolve.Resolution;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.discovery.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Reads files and folders of documents. */
public final class Documents {
  private Documents() {}

  /** Reads {@code *.yaml}, {@code *.yml} of folders (not recursively, sorted by name) and files. */
  public static Result read(List<Path> paths) {
    return read(paths, Here.UNKNOWN);
  }

  /** As {@link #read(List)}, as seen from a process that knows something of itself. */
  public static Result read(List<Path> paths, Here here) {
    return read(paths, here, Documents::nothing);
  }

  /**
   * As {@link #read(List, Here)}, among documents that are no configuration.
   *
   * @param apart takes a document of those, reports its mistakes and says that it was one
   */
  public static Result read(List<Path> paths, Here here, Predicate<Value> apart) {
    Problems problems = new Problems();
    List<Document> documents = new ArrayList<>();
    List<Texts.Text> texts = Texts.read(paths, problems);
    boolean whole = problems.isEmpty();
    boolean others = false;
    for (Texts.Text text : texts) {
      Found found = read(text.file(), text.content(), problems, documents, apart);
      whole &= found.whole();
      others |= found.others();
    }
    String source = texts.isEmpty() ? "--config" : texts.getFirst().file();
    return result(source, documents, here, problems, new Found(whole, others));
  }

  /** Reads one text, as from standard input; {@code file} names it in problems. */
  public static Result read(String file, String text) {
    return read(file, text, Here.UNKNOWN);
  }

  /** As {@link #read(String, String)}, as seen from a process that knows something of itself. */
  public static Result read(String file, String text, Here here) {
    return read(file, text, here, Documents::nothing);
  }

  /** As {@link #read(List, Here, Predicate)}, of one text. */
  public static Result read(String file, String text, Here here, Predicate<Value> apart) {
    Problems problems = new Problems();
    List<Document> documents = new ArrayList<>();
    Found found = read(file, text, problems, documents, apart);
    return result(file, documents, here, problems, found);
  }

  /** The documents of some files or folders as they stand, of whatever kind. */
  public static List<Value> values(List<Path> paths, Problems problems) {
    List<Value> values = new ArrayList<>();
    for (Texts.Text text : Texts.read(paths, problems)) {
      YamlReader.read(text.file(), text.content(), problems).ifPresent(values::addAll);
    }
    return List.copyOf(values);
  }

  /** Whether a folder's file is read: {@code *.yaml} and {@code *.yml} that are not hidden. */
  public static boolean isDocument(Path file) {
    return Texts.isDocument(file);
  }

  private static boolean nothing(Value document) {
    return false;
  }

  /**
   * What a text held.
   *
   * @param whole whether all of it could be read
   * @param others whether there was a document that is no configuration
   */
  private record Found(boolean whole, boolean others) {}

  private static Found read(
      String file,
      String text,
      Problems problems,
      List<Document> documents,
      Predicate<Value> apart) {
    Optional<List<Value>> values = YamlReader.read(file, text, problems);
    boolean others = false;
    for (Value value : values.orElse(List.of())) {
      if (apart.test(value)) {
        others = true;
      } else {
        documents.addAll(Kinds.read(value));
      }
    }
    return new Found(values.isPresent(), others);
  }

  /** Links the documents only if all are there: else half of the references would seem wrong. */
  private static Result result(
      String source, List<Document> documents, Here here, Problems problems, Found found) {
    if (found.whole() && documents.isEmpty() && !found.others() && problems.isEmpty()) {
      // A file that was emptied, or a pipe that failed: nobody wants to run nothing.
      problems.add(new Problem(source, 0, 0, "", "has no documents", "write at least one"));
    } else if (found.whole()) {
      Configuration configuration = Resolution.resolve(documents, here, problems);
      return problems.isEmpty()
          ? new Result.Accepted(configuration)
          : new Result.Refused(problems.sorted(), configuration.files());
    }
    return new Result.Refused(problems.sorted(), new TreeSet<>());
  }

  /** All or nothing: any problem refuses the whole. */
  public sealed interface Result {
    /** Files that documents refer to, read or not: when they change, so may the result. */
    SortedSet<Path> files();

    record Accepted(Configuration configuration) implements Result {
      @Override
      public SortedSet<Path> files() {
        return configuration.files();
      }
    }

    /** Never empty; sorted by file, line and column. */
    record Refused(List<Problem> problems, SortedSet<Path> files) implements Result {
      public Refused {
        problems = List.copyOf(problems);
        files = Collections.unmodifiableSortedSet(new TreeSet<>(files));
      }
    }
  }
}
