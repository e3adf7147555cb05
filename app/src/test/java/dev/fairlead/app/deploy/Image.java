package dev.fairlead.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.app.Fairlead;
import dev.fairlead.kubernetes.deploy.Manifests;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the Containerfile puts into the image, in a folder: the scripts as they are, and as {@code
 * fairlead.jar} one that refers to the classes under test. Without the JVM's cache, as where that
 * could not be made.
 */
record Image(Path folder, List<String> entrypoint) {
  private static final String HOME = "/opt/fairlead/";

  private static final Pattern ENTRYPOINT = Pattern.compile("(?m)^ENTRYPOINT \\[\"([^\"]+)\"]$");
  private static final Pattern SCRIPTS = Pattern.compile("/source/deploy/image/(\\w+)");

  /**
   * @param folder that anyone may read, as the image's files
   */
  static Image in(Path folder) throws IOException {
    String containerfile = Files.readString(Manifests.DEPLOY.resolve("Containerfile"));
    Matcher scripts = SCRIPTS.matcher(containerfile);
    while (scripts.find()) {
      Path script = folder.resolve(scripts.group(1));
      Files.copy(Manifests.DEPLOY.resolve("image").resolve(scripts.group(1)), script);
      assertThat(script.toFile().setExecutable(true, false)).isTrue();
    }
    writeJar(folder);
    Matcher entrypoint = ENTRYPOINT.matcher(containerfile);
    assertThat(entrypoint.find()).as("an ENTRYPOINT of one word").isTrue();
    return new Image(folder, List.of(entrypoint.group(1)));
  }

  /** A command of the image, where its files are here. */
  List<String> here(List<String> command) {
    return command.stream()
        .map(word -> word.startsWith(HOME) ? folder + "/" + word.substring(HOME.length()) : word)
        .toList();
  }

  /** The classes are copied, since another user may not see where they are. */
  private static void writeJar(Path folder) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path from = Path.of(entry);
      if (Files.exists(from)) {
        Path to = folder.resolve("lib/" + entries.size() + "-" + from.getFileName());
        copy(from, to);
        entries.add(folder.relativize(to) + (Files.isDirectory(to) ? "/" : ""));
      }
    }
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, Fairlead.class.getName());
    attributes.put(Attributes.Name.CLASS_PATH, String.join(" ", entries));
    try (OutputStream jar = Files.newOutputStream(folder.resolve("fairlead.jar"))) {
      new JarOutputStream(jar, manifest).close();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(from)) {
      files = walk.toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      if (!Files.isDirectory(file)) {
        Files.copy(file, from.equals(file) ? to : target);
      }
    }
  }
}
