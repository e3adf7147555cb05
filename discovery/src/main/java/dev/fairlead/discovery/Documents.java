package dev.fairlead.discovery;

import dev.fairlead.discovery.document.Document;
import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.resolve.Resolution;
import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.discovery.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads files and folders of documents. */
public final class Documents {
  private Documents() {}

  /** Reads {@code *.yaml}, {@code *.yml} of folders (not recursively, sorted by name) and files. */
  public static Result read(List<Path> paths) {
    return read(paths, Here.UNKNOWN);
  }

  /** As {@link #read(List)}, as seen from a process that knows something of itself. */
  public static Result read(List<Path> paths, Here here) {
    Problems problems = new Problems();
    List<Document> documents = new ArrayList<>();
    List<Texts.Text> texts = Texts.read(paths, problems);
    boolean whole = problems.isEmpty();
    for (Texts.Text text : texts) {
      whole &= read(text.file(), text.content(), problems, documents);
    }
    String source = texts.isEmpty() ? "--config" : texts.getFirst().file();
    return result(source, documents, here, problems, whole);
  }

  /** Reads one text, as from standard input; {@code file} names it in problems. */
  public static Result read(String file, String text) {
    return read(file, text, Here.UNKNOWN);
  }

  /** As {@link #read(String, String)}, as seen from a process that knows something of itself. */
  public static Result read(String file, String text, Here here) {
    Problems problems = new Problems();
    List<Document> documents = new ArrayList<>();
    boolean whole = read(file, text, problems, documents);
    return result(file, documents, here, problems, whole);
  }

  /** Whether a folder's file is read: {@code *.yaml} and {@code *.yml} that are not hidden. */
  public static boolean isDocument(Path file) {
    return Texts.isDocument(file);
  }

  private static boolean read(
      String file, String text, Problems problems, List<Document> documents) {
    Optional<List<Value>> values = YamlReader.read(file, text, problems);
    for (Value value : values.orElse(List.of())) {
      documents.addAll(Kinds.read(value));
    }
    return values.isPresent();
  }

  /** Links the documents only if all are there: else half of the references would seem wrong. */
  private static Result result(
      String source, List<Document> documents, Here here, Problems problems, boolean whole) {
    if (whole && documents.isEmpty() && problems.isEmpty()) {
      // A file that was emptied, or a pipe that failed: nobody wants to run nothing.
      problems.add(new Problem(source, 0, 0, "", "has no documents", "write at least one"));
    } else if (whole) {
      Configuration configuration = Resolution.resolve(documents, here, problems);
      if (problems.isEmpty()) {
        return new Result.Accepted(configuration);
      }
    }
    return new Result.Refused(problems.sorted());
  }

  /** All or nothing: any problem refuses the whole. */
  public sealed interface Result {
    record Accepted(Configuration configuration) implements Result {}

    /** Never empty; sorted by file, line and column. */
    record Refused(List<Problem> problems) implements Result {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }
}
