package dev.fairlead.app.run;

import dev.fairlead.discovery.Documents;
import java.util.List;
import java.util.Optional;

/** Where the documents come from. One thread at a time, but for its own watching. */
interface DocumentSource extends AutoCloseable {
  /** Told that the documents may have changed, and why. */
  @FunctionalInterface
  interface OnChange {
    void changed(String cause);
  }

  /** Begins to watch: whatever changes after this returned is told. */
  void watch(OnChange onChange);

  /** All documents as they stand; empty where they are not known yet, and a change will be told. */
  Optional<Documents.Result> read();

  /**
   * What became of what was read last.
   *
   * @param problems why it is not in force; empty: it is
   */
  void applied(List<String> problems);

  @Override
  void close();
}
