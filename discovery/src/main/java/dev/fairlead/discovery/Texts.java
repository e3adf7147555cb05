package dev.fairlead.discovery;

import dev.fairlead.discovery.yaml.Problems;
import dev.fairlead.discovery.yaml.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of documents under some paths. */
final class Texts {
  /** Of one file: some 100 000 endpoints. */
  static final int MAX_FILE_BYTES = 32 * 1024 * 1024;

  /** Of all files together: what one reading may take of the memory. */
  static final long MAX_BYTES = 2L * MAX_FILE_BYTES;

  static final int MAX_FILES = 10_000;

  private Texts() {}

  /** One file, as problems name it, and what it says. */
  record Text(String file, String content) {}

  /** Reads all files; what cannot be read is reported. */
  static List<Text> read(List<Path> paths, Problems problems) {
    List<Text> texts = new ArrayList<>();
    long bytes = 0;
    for (Path path : paths) {
      for (Path file : files(path, problems)) {
        Optional<byte[]> content = content(file, problems);
        bytes += content.map(some -> some.length).orElse(0);
        if (bytes > MAX_BYTES) {
          report(problems, file, "is one too many: all files together have more than 64MiB", "");
          return texts;
        }
        content
            .flatMap(some -> decoded(file, some, problems))
            .ifPresent(text -> texts.add(new Text(file.toString(), text)));
      }
    }
    return texts;
  }

  static boolean isDocument(Path file) {
    String name = String.valueOf(file.getFileName());
    return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
  }

  private static List<Path> files(Path path, Problems problems) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> entries = Files.list(path)) {
      List<Path> files =
          entries
              .filter(Texts::isDocument)
              .filter(file -> !Files.isDirectory(file))
              .limit(MAX_FILES + 1)
              .sorted()
              .toList();
      if (files.isEmpty()) {
        report(problems, path, "has no documents", "put *.yaml or *.yml files there");
      } else if (files.size() > MAX_FILES) {
        report(problems, path, "has more than " + MAX_FILES + " documents' files", "merge them");
        return List.of();
      }
      return files;
    } catch (IOException | java.io.UncheckedIOException e) {
      report(problems, path, "cannot be listed: " + Quoted.of(String.valueOf(e.getMessage())), "");
      return List.of();
    }
  }

  private static Optional<byte[]> content(Path file, Problems problems) {
    // A pipe or device would never end.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      report(problems, file, "is not a regular file", "");
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        report(
            problems, file, "is larger than " + MAX_FILE_BYTES / 1024 / 1024 + "MiB", "split it");
        return Optional.empty();
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException e) {
      report(problems, file, "does not exist", "");
    } catch (AccessDeniedException e) {
      report(problems, file, "may not be read", "let the process's user read it");
    } catch (IOException e) {
      report(problems, file, "cannot be read: " + Quoted.of(String.valueOf(e.getMessage())), "");
    }
    return Optional.empty();
  }

  private static Optional<String> decoded(Path file, byte[] bytes, Problems problems) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      report(problems, file, "is not UTF-8", "save it as UTF-8");
      return Optional.empty();
    }
  }

  private static void report(Problems problems, Path path, String message, String hint) {
    problems.add(new Problem(path.toString(), 0, 0, "", message, hint));
  }
}
