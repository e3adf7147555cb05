package dev.fairlead.app.admin;

import dev.fairlead.app.log.OperatorLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the admin API: a file of one a line, so that a new one can be handed out before the
 * old one goes. It is read again when it changes. What cannot be read lets nobody in.
 */
public final class AdminToken {
  /** Shorter ones can be guessed. */
  private static final int SHORTEST = 16;

  private static final int MOST_TOKENS = 16;
  private static final long MOST_BYTES = 16 * 1024;

  private final Path file;
  private final OperatorLog log;
  private Mark mark;
  private List<Digest> tokens;

  /** By what a file that was replaced or written to gives itself away. */
  private record Mark(@Nullable FileTime modified, long size, @Nullable Object key) {}

  /** A token's digest: of one length whatever the token's, so that comparing tells nothing. */
  private static final class Digest {
    private final byte[] bytes;

    private Digest(byte[] bytes) {
      this.bytes = bytes;
    }

    static Digest of(String token) {
      try {
        return new Digest(
            MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("each Java has SHA-256", e);
      }
    }

    /** In a time that depends on neither. */
    boolean isSame(Digest other) {
      return MessageDigest.isEqual(bytes, other.bytes);
    }
  }

  private AdminToken(Path file, OperatorLog log, Mark mark, List<Digest> tokens) {
    this.file = file;
    this.log = log;
    this.mark = mark;
    this.tokens = tokens;
  }

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException with what is wrong with the file
   */
  public static AdminToken of(Path file, OperatorLog log) {
    try {
      return new AdminToken(file, log, mark(file), read(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(unreadable(file, e), e);
    }
  }

  private static String unreadable(Path file, IOException e) {
    return "the admin token file " + file + " cannot be read: " + e;
  }

  private static Mark mark(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new Mark(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
  }

  private static List<Digest> read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException("the admin token file " + file + " is too large");
    }
    List<Digest> tokens = new ArrayList<>();
    for (String line : Files.readString(file).lines().map(String::strip).toList()) {
      if (line.isEmpty()) {
        continue;
      }
      if (line.length() < SHORTEST || !line.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new IllegalArgumentException(
            "the admin token file "
                + file
                + " has a line that is no token (at least "
                + SHORTEST
                + " characters of ASCII without spaces: openssl rand -hex 32)");
      }
      tokens.add(Digest.of(line));
    }
    if (tokens.isEmpty() || tokens.size() > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "the admin token file "
              + file
              + " has "
              + tokens.size()
              + " tokens (write 1 to "
              + MOST_TOKENS
              + ", one a line)");
    }
    return tokens;
  }

  /** Whether it is one of them, as the file is now. */
  synchronized boolean matches(String presented) {
    refresh();
    Digest digest = Digest.of(presented);
    boolean matches = false;
    for (Digest token : tokens) {
      matches |= token.isSame(digest);
    }
    return matches;
  }

  private void refresh() {
    Mark now;
    try {
      now = mark(file);
      if (now.equals(mark)) {
        return;
      }
      tokens = read(file);
      log.info("admin token file read again", "file", file, "tokens", tokens.size());
    } catch (IOException | IllegalArgumentException e) {
      now = new Mark(null, -1, e.getClass());
      tokens = List.of();
      if (!Objects.equals(now, mark)) {
        String why = e instanceof IOException io ? unreadable(file, io) : e.getMessage();
        log.error("admin API closed: its tokens are not to be had", "why", String.valueOf(why));
      }
    }
    mark = now;
  }
}
