package dev.fairlead.discovery;

import java.nio.file.Path;
import java.util.List;

/** Reads files and folders of documents. */
public final class Documents {
  private Documents() {}

  /** Reads {@code *.yaml}, {@code *.yml} of folders (not recursively, sorted by name) and files. */
  public static Result read(List<Path> paths) {
    throw new AssertionError("contract only");
  }

  /** Reads one text, as from standard input; {@code file} names it in problems. */
  public static Result read(String file, String text) {
    throw new AssertionError("contract only");
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
