package dev.fairlead.app.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files, and so sockets, this process may have open. */
final class Descriptors {
  /** As Linux tells it: the name, then the soft limit, which the JVM raises to the hard one. */
  private static final Path LIMITS = Path.of("/proc/self/limits");

  private static final String NAME = "Max open files";

  private Descriptors() {}

  /** As many as there can be where the system does not say. */
  static long most() {
    try {
      for (String line : Files.readAllLines(LIMITS)) {
        if (line.startsWith(NAME)) {
          return Long.parseLong(line.substring(NAME.length()).strip().split(" ", 2)[0]);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Another system, or "unlimited".
    }
    return Long.MAX_VALUE;
  }
}
