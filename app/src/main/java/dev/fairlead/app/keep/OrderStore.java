package dev.fairlead.app.keep;

import java.io.IOException;
import java.util.Optional;

/** Where a text outlives the process. One thread at a time. */
public interface OrderStore {
  /** The text; empty: there is none yet. */
  Optional<String> read() throws IOException;

  /**
   * Writes all of another text in place of the one that was read; where this throws, that stays.
   *
   * @return false: somebody else has written since, and nothing is done
   */
  boolean replace(Optional<String> before, String text) throws IOException;

  /** The longest text that it takes. */
  default int mostCharacters() {
    return Integer.MAX_VALUE;
  }

  /** Whether others write there too, and have this process obey. */
  boolean isShared();

  /** Its name, for a person. */
  @Override
  String toString();
}
