package dev.fairlead.app.demo;

import dev.fairlead.app.command.Exit;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process that the demo started. What it writes to standard error goes to a file; what it
 * writes to standard output comes here line by line, or goes to a file too.
 */
final class Child implements AutoCloseable {
  private static final String MAIN_CLASS = "dev.fairlead.app.Fairlead";

  /**
   * Flags for the small processes: they should start fast and leave the two cores to the proxy. The
   * server flags: answers are not delayed by Nagle's algorithm, idle connections are kept.
   */
  private static final List<String> SMALL =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xms32m",
          "-Xmx192m",
          "-Dsun.net.httpserver.nodelay=true",
          "-Dsun.net.httpserver.maxIdleConnections=100000",
          "-Dsun.net.httpserver.idleInterval=86400");

  private static final List<String> NATIVE =
      List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");

  private final String name;
  private final Process process;
  private final Path errors;
  private final BufferedWriter commands;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

  /** Whether all that it wrote has come here. */
  private volatile boolean collected = true;

  private Child(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Starts a role of {@link Roles}. */
  static Child role(String name, String role, Path logs) {
    Child child = start(name, SMALL, List.of("demo", "role", role), logs, null);
    child.collected = false;
    Thread.ofVirtual().name(name).start(child::collect);
    return child;
  }

  /** Starts the command itself; its standard output becomes {@code name.log}. */
  static Child fairlead(String name, List<String> arguments, Path logs) {
    List<String> flags = List.of("-XX:+UseSerialGC", "-Xmx256m");
    return start(name, flags, arguments, logs, logs.resolve(name + ".log"));
  }

  private static Child start(
      String name, List<String> flags, List<String> arguments, Path logs, @Nullable Path output) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(NATIVE);
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(MAIN_CLASS);
    command.addAll(arguments);
    Path errors = logs.resolve(name + ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    if (output != null) {
      builder.redirectOutput(output.toFile());
    }
    try {
      return new Child(name, builder.start(), errors);
    } catch (IOException e) {
      throw new DemoFailure(Exit.UNAVAILABLE, "cannot start " + name + ": " + e.getMessage());
    }
  }

  private void collect() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // The process was ended: what it said is said.
    } finally {
      collected = true;
    }
  }

  /** Sends one line. */
  void send(String line) {
    try {
      commands.write(line);
      commands.newLine();
      commands.flush();
    } catch (IOException e) {
      throw died();
    }
  }

  /** The next line, or null if none comes in time. */
  @Nullable String poll(Duration patience) {
    try {
      return lines.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailure(Exit.INTERNAL, "interrupted");
    }
  }

  /** The next line as JSON of a type, which must come in time. */
  <T> T await(Class<T> type, Duration patience) {
    long rounds = Math.max(1, patience.toMillis() / 100);
    for (long round = 0; round < rounds; round++) {
      String line = poll(Duration.ofMillis(100));
      if (line != null) {
        return Roles.JSON.readValue(line, type);
      }
      check();
    }
    throw new DemoFailure(
        Exit.UNAVAILABLE, name + " does not answer within " + patience.toSeconds() + " s");
  }

  /** Throws if the process has ended by itself. */
  void check() {
    if (!process.isAlive() && collected && lines.isEmpty()) {
      throw died();
    }
  }

  private DemoFailure died() {
    String said = "";
    try {
      List<String> errorLines = Files.readAllLines(errors);
      said = String.join("\n  ", errorLines.subList(0, Math.min(5, errorLines.size())));
    } catch (IOException | UncheckedIOException e) {
      // Without its last words, then.
    }
    String how = process.isAlive() ? "no longer listens" : "ended with " + process.exitValue();
    return new DemoFailure(
        Exit.INTERNAL, "the process " + name + " " + how + (said.isEmpty() ? "" : ":\n  " + said));
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL, and waits until the process is gone. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the process however it is doing. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
