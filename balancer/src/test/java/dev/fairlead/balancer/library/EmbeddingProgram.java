package dev.fairlead.balancer.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * Somebody else's program that embeds the balancer: compiled for Java 21, and run as a process of
 * its own, with the balancer's jar and nothing else beside it.
 */
final class EmbeddingProgram {
  /** How the program sees the balancer. */
  enum By {
    CLASS_PATH,
    MODULE_PATH
  }

  private static final String MODULE =
      """
      module example {
        requires dev.fairlead.balancer;
        requires java.net.http;
      }
      """;

  /** Far more than such a program needs; a hang must not be for ever. */
  private static final long MOST_SECONDS = 120;

  private final Path folder;
  private final Path jar;
  private final By by;

  private EmbeddingProgram(Path folder, Path jar, By by) {
    this.folder = folder;
    this.jar = jar;
    this.by = by;
  }

  /**
   * Compiles with all warnings as errors.
   *
   * @param folder an empty one, for what is made
   * @param source of class {@code example.Program}
   */
  static EmbeddingProgram compile(String source, By by, Path folder) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("source/example"));
    Files.writeString(sources.resolve("Program.java"), source);
    List<String> arguments =
        new ArrayList<>(List.of("--release", "21", "-Xlint:all", "-Werror", "-proc:none", "-d"));
    arguments.add(folder.resolve("classes").toString());
    Path jar = packed(folder.resolve("balancer.jar"));
    switch (by) {
      case CLASS_PATH -> arguments.addAll(List.of("--class-path", jar.toString()));
      case MODULE_PATH -> {
        Path module = folder.resolve("source/module-info.java");
        Files.writeString(module, MODULE);
        arguments.addAll(List.of("--module-path", jar.toString(), module.toString()));
      }
    }
    arguments.add(sources.resolve("Program.java").toString());
    tool("javac", arguments.toArray(String[]::new));
    return new EmbeddingProgram(folder, jar, by);
  }

  /** The balancer's classes as a jar, since the test phase comes before Maven's own. */
  private static Path packed(Path jar) throws IOException {
    Path classes = LibraryClasses.OF_THIS_BUILD.root();
    Path manifest = jar.resolveSibling("manifest");
    Files.writeString(manifest, "Multi-Release: true\n");
    tool(
        "jar",
        "--create",
        "--file",
        jar.toString(),
        "--manifest",
        manifest.toString(),
        "-C",
        classes.toString(),
        ".");
    return jar;
  }

  /** Runs one of the JDK's tools, which must succeed, and returns what it printed. */
  static String tool(String name, String... arguments) {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    int status = ToolProvider.findFirst(name).orElseThrow().run(writer, writer, arguments);
    assertThat(status).as("%s %s%n%s", name, List.of(arguments), printed).isZero();
    return printed.toString();
  }

  /** Runs the program to its end and returns the lines that it printed; it must exit with 0. */
  List<String> run(JavaHome home, Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(home.java()));
    String path = jar + File.pathSeparator + folder.resolve("classes");
    command.addAll(
        switch (by) {
          case CLASS_PATH -> List.of("--class-path", path, "example.Program");
          case MODULE_PATH -> List.of("--module-path", path, "--module", "example/example.Program");
        });
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path output = folder.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Process process = builder.redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output);
    assertThat(process.exitValue()).as("%s%n%s", command, String.join("\n", lines)).isZero();
    return lines;
  }
}
