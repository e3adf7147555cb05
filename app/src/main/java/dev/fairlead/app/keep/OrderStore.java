package dev.fairlead.app.keep;

import java.io.IOException;
import java.util.Optional;

/** Where a text outlives the process. One thread at a time. */
public interface OrderStore {
  /** What was written last; empty: nothing ever was. */
  Optional<String> read() throws IOException;

  /** All of it or, where this throws, what was there before. */
  void write(String text) throws IOException;

  /** Its name, for a person: a path. */
  @Override
  String toString();
}
