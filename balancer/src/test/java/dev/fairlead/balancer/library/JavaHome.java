package dev.fairlead.balancer.library;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An installed Java, found where the {@code fairlead} script looks; a runtime is enough. */
record JavaHome(Path path) {
  /** The Java that runs this test. */
  static final JavaHome CURRENT = new JavaHome(Path.of(System.getProperty("java.home")));

  /** The first of that version: JAVA21_HOME for 21, JAVA_HOME, then the usual folders. */
  static Optional<JavaHome> of(int feature) throws IOException {
    List<Path> candidates = new ArrayList<>();
    for (String variable : List.of("JAVA" + feature + "_HOME", "JAVA_HOME")) {
      String value = System.getenv(variable);
      if (value != null && !value.isEmpty()) {
        candidates.add(Path.of(value));
      }
    }
    Path user = Path.of(System.getProperty("user.home"));
    for (Path folder :
        List.of(
            Path.of("/usr/lib/jvm"),
            Path.of("/usr/java"),
            Path.of("/opt/java"),
            user.resolve(".sdkman/candidates/java"),
            user.resolve(".jdks"))) {
      if (Files.isDirectory(folder)) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
          entries.forEach(candidates::add);
        }
      }
    }
    for (Path candidate : candidates) {
      if (isJava(candidate, feature)) {
        return Optional.of(new JavaHome(candidate));
      }
    }
    return Optional.empty();
  }

  /** A Java says its version in its release file, so that none need be started to ask. */
  private static boolean isJava(Path home, int feature) throws IOException {
    Path release = home.resolve("release");
    return Files.isExecutable(home.resolve("bin/java"))
        && Files.isReadable(release)
        && Files.readAllLines(release).stream()
            .anyMatch(line -> line.matches("JAVA_VERSION=\"" + feature + "[\".+-].*"));
  }

  String java() {
    return path.resolve("bin/java").toString();
  }
}
