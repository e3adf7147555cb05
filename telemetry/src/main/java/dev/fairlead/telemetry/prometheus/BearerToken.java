package dev.fairlead.telemetry.prometheus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file with a token for the Authorization header, and nothing else. */
final class BearerToken {
  private static final int LONGEST = 64 * 1024;

  private BearerToken() {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with the file's name and what is wrong
   */
  static String in(Path file) {
    String token;
    try {
      if (Files.size(file) > LONGEST) {
        throw new IllegalArgumentException(file + " is too long for a token");
      }
      token = Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("the token cannot be read: there is no file " + file, e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the token cannot be read: " + e, e);
    }
    if (token.isEmpty() || !token.chars().allMatch(each -> each > ' ' && each < 127)) {
      throw new IllegalArgumentException(file + " has no token, or one of several words");
    }
    return token;
  }
}
