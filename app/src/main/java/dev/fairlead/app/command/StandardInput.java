package dev.fairlead.app.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Documents from a pipe. */
public final class StandardInput {
  /** More than any real set of documents; a larger input is a mistake or an attack. */
  private static final int MAX_BYTES = 64 << 20;

  private StandardInput() {}

  /**
   * All of it.
   *
   * @throws CommandFailure if it is too much
   */
  public static String text(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new CommandFailure(Exit.DOCUMENTS, "<stdin>: more than 64 MiB");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
