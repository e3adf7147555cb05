package dev.fairlead.app.simulate.trace;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The lines of a file, packed by gzip or not, one at a time; bounded whatever the file holds. */
final class Lines implements Closeable {
  /** An access log cuts its fields long before. */
  static final int MAX_LINE_BYTES = 64 * 1024;

  /** Of the unpacked file: some twenty million lines, a minute's reading. */
  static final long MAX_BYTES = 4L << 30;

  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final byte[] line = new byte[MAX_LINE_BYTES];
  private int number;
  private long bytes;

  Lines(InputStream in) {
    this.in = in;
  }

  /**
   * @throws TraceProblem if it cannot be read
   */
  static Lines of(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new TraceProblem(0, "is not a regular file", "");
    }
    try {
      BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
      raw.mark(2);
      boolean packed = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      return new Lines(
          packed ? new BufferedInputStream(new GZIPInputStream(raw, BUFFER), BUFFER) : raw);
    } catch (NoSuchFileException e) {
      throw new TraceProblem(0, "there is no file " + file, "the path is relative to this file");
    } catch (AccessDeniedException e) {
      throw new TraceProblem(0, file + " may not be read", "let this user read it");
    } catch (IOException e) {
      throw new TraceProblem(0, file + " cannot be read: " + e.getMessage(), "");
    }
  }

  /**
   * The next line that is not blank; empty at the end.
   *
   * @throws TraceProblem if it is too long, or the rest cannot be read
   */
  Optional<String> next() {
    try {
      while (true) {
        int length = read();
        if (length < 0) {
          return Optional.empty();
        }
        String text = new String(line, 0, length, StandardCharsets.UTF_8).strip();
        if (!text.isEmpty()) {
          return Optional.of(text);
        }
      }
    } catch (ZipException e) {
      throw new TraceProblem(Math.max(1, number), "not gzip: " + e.getMessage(), "pack it again");
    } catch (IOException e) {
      throw new TraceProblem(Math.max(1, number), "cannot be read on: " + e.getMessage(), "");
    }
  }

  /** Of the line that came last, from 1. */
  int number() {
    return number;
  }

  /** Length of the next line without its end; −1 if there is none. */
  private int read() throws IOException {
    int length = 0;
    int b = in.read();
    if (b < 0) {
      return -1;
    }
    number++;
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (length == line.length) {
        throw new TraceProblem(
            number, "is longer than " + MAX_LINE_BYTES + " bytes", "this is no trace");
      }
      line[length++] = (byte) b;
    }
    bytes += length + 1;
    if (bytes > MAX_BYTES) {
      throw new TraceProblem(number, "the file has more than 4 GiB", "take a part of it");
    }
    return length;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
