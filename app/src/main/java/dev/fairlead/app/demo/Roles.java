package dev.fairlead.app.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The demo's child processes, seen from inside. Each reads its setup as one line of JSON from
 * standard input, then commands, a line each; it answers with lines of JSON on standard output. The
 * end of standard input is the death of the parent, and ends the child.
 */
final class Roles {
  static final String BACKENDS = "backends";
  static final String RELAY = "relay";
  static final String LOAD = "load";

  static final String BEGUN = "begun";
  static final String SECOND = "second";
  static final String ENDED = "ended";

  /** Properties in the records' own order; what this side does not know is ignored. */
  static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final BufferedReader in;
  private final PrintStream out;

  /** Where the replicas of a cluster, or the relay's doors, listen. */
  record Listening(List<Integer> ports) {}

  /** The relay's setup. */
  record RelaySetup(List<RelayWay> ways) {}

  /** A way as JSON has it; port 0: any free one. */
  record RelayWay(
      String link,
      String listenHost,
      int listenPort,
      String replicaHost,
      int replicaPort,
      long oneWayNanos) {
    Relay.Way resolved() {
      return new Relay.Way(
          link,
          new InetSocketAddress(listenHost, listenPort),
          new InetSocketAddress(replicaHost, replicaPort),
          oneWayNanos);
    }
  }

  /** Bytes so far, by link. */
  record Counted(Map<String, Crossed> links) {}

  /** Bytes over one link, towards the remote cluster and back. */
  record Crossed(long outBytes, long backBytes) {}

  /**
   * What the load generator tells.
   *
   * @param event {@code begun}, {@code second} or {@code ended}
   */
  record LoadEvent(String event, Optional<Tally.Second> second) {}

  Roles(PrintStream out) {
    this.in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    this.out = out;
  }

  /** Runs one role until its work or its parent ends. */
  void run(String role) throws IOException {
    String setup = in.readLine();
    if (setup == null) {
      return;
    }
    switch (role) {
      case BACKENDS -> backends(JSON.readValue(setup, Backends.Setup.class));
      case RELAY -> relay(JSON.readValue(setup, RelaySetup.class));
      case LOAD -> load(JSON.readValue(setup, LoadGenerator.Setup.class));
      default -> throw new IllegalArgumentException("no role " + role);
    }
  }

  private void say(Object value) {
    out.println(JSON.writeValueAsString(value));
    out.flush();
  }

  /** Commands: {@code scale FACTOR}. */
  private void backends(Backends.Setup setup) throws IOException {
    try (Backends backends = new Backends(setup)) {
      say(new Listening(backends.addresses().stream().map(InetSocketAddress::getPort).toList()));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        backends.scale(Double.parseDouble(argument(line, "scale ")));
      }
    }
  }

  /**
   * Commands: {@code bytes} asks for {@link Counted}; {@code ward PID} entrusts a process that does
   * not listen to its standard input: it ends with this one.
   */
  private void relay(RelaySetup setup) throws IOException {
    List<ProcessHandle> wards = new ArrayList<>();
    List<Relay.Way> ways = setup.ways().stream().map(RelayWay::resolved).toList();
    try (Relay relay = new Relay(ways, System::nanoTime)) {
      say(new Listening(relay.addresses().stream().map(InetSocketAddress::getPort).toList()));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("bytes")) {
          say(counted(relay, ways));
        } else {
          ProcessHandle.of(Long.parseLong(argument(line, "ward "))).ifPresent(wards::add);
        }
      }
    } finally {
      wards.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static Counted counted(Relay relay, List<Relay.Way> ways) {
    Map<String, Crossed> links = new LinkedHashMap<>();
    for (Relay.Way way : ways) {
      Relay.Bytes bytes = relay.bytesOf(way.link());
      links.put(way.link(), new Crossed(bytes.out().sum(), bytes.back().sum()));
    }
    return new Counted(links);
  }

  private static String argument(String line, String command) {
    if (!line.startsWith(command)) {
      throw new IllegalArgumentException("unknown command " + line);
    }
    return line.substring(command.length());
  }

  private void load(LoadGenerator.Setup setup) throws IOException {
    Tally tally = new Tally();
    List<Sample> samples = Collections.synchronizedList(new ArrayList<>());
    LoadGenerator generator =
        new LoadGenerator(
            setup,
            System::nanoTime,
            sample -> {
              tally.add(sample);
              if (!setup.samplesFile().isEmpty() && sample.intendedNanos() >= 0) {
                samples.add(sample);
              }
            });
    Thread.ofPlatform().daemon().name("parent-watch").start(this::exitWithParent);
    Thread ticking = Thread.ofVirtual().unstarted(() -> tick(tally));
    generator.run(
        () -> {
          tally.take();
          say(new LoadEvent(BEGUN, Optional.empty()));
          ticking.start();
        });
    ticking.interrupt();
    if (!setup.samplesFile().isEmpty()) {
      List<String> lines = new ArrayList<>();
      lines.add(Sample.CSV_HEADER);
      synchronized (samples) {
        samples.forEach(sample -> lines.add(sample.toCsv()));
      }
      Files.write(Path.of(setup.samplesFile()), lines);
    }
    say(new LoadEvent(ENDED, Optional.of(tally.take())));
  }

  private void tick(Tally tally) {
    try {
      while (true) {
        Thread.sleep(1000);
        say(new LoadEvent(SECOND, Optional.of(tally.take())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void exitWithParent() {
    try {
      while (in.readLine() != null) {
        // Nothing is asked of a load.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.exit(0);
  }
}
