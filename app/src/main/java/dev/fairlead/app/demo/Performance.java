package dev.fairlead.app.demo;

import dev.fairlead.app.command.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The script, played once on one stage under the load. */
final class Performance {
  /**
   * Long enough for the compiler to have seen the hot paths; not measured, the same for each
   * policy.
   */
  private static final long WARM_UP_MILLIS = 2000;

  private static final long TIMEOUT_MILLIS = 10_000;

  /** With 3 policies of 40 s and their starts this stays well within three minutes. */
  private static final long DRAIN_MILLIS = 5000;

  /**
   * How long before its return a killed process is started: about what a JVM takes on a busy host.
   */
  private static final long PREPARE_NANOS = 2_000_000_000L;

  private static final Duration BEGIN_PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Stage stage;
  private final DemoPolicy policy;
  private final Topology topology;
  private final Script script;
  private final Progress progress;
  private Map<String, Double> answered = Map.of();
  private Map<String, Double> planned = Map.of();
  private double p99Millis;

  /** What was measured. */
  record Outcome(List<Sample> samples, PolicyResult result) {}

  private record Step(long atNanos, Runnable action) {}

  Performance(Stage stage, DemoPolicy policy, Topology topology, Script script, Progress progress) {
    this.stage = stage;
    this.policy = policy;
    this.topology = topology;
    this.script = script;
    this.progress = progress;
  }

  /** The load of one performance; {@code measured}: whether each request is written down. */
  static LoadGenerator.Setup load(
      Stage stage, double rate, long seed, long durationMillis, boolean measured) {
    return new LoadGenerator.Setup(
        stage.listener().getAddress().getHostAddress(),
        stage.listener().getPort(),
        DemoDocuments.HOST,
        rate,
        seed,
        measured ? WARM_UP_MILLIS : 0,
        durationMillis,
        TIMEOUT_MILLIS,
        DRAIN_MILLIS,
        measured ? stage.samples().toString() : "");
  }

  private Deque<Step> steps() {
    long prepareNanos = Math.max(script.killNanos(), script.reviveNanos() - PREPARE_NANOS);
    Deque<Step> steps = new ArrayDeque<>();
    steps.add(
        new Step(
            script.slowFromNanos(), () -> stage.scale(Script.SLOW_CLUSTER, Script.SLOW_SCALE)));
    steps.add(new Step(script.slowUntilNanos(), () -> stage.scale(Script.SLOW_CLUSTER, 1)));
    steps.add(new Step(script.killNanos(), () -> stage.kill(Script.KILLED_CLUSTER)));
    steps.add(new Step(prepareNanos, () -> stage.prepare(Script.KILLED_CLUSTER)));
    steps.add(new Step(script.reviveNanos(), () -> stage.revive(Script.KILLED_CLUSTER)));
    return steps;
  }

  Outcome play(double rate, long seed) {
    Child load = stage.load();
    long millis = script.endNanos() / 1_000_000;
    load.send(Roles.JSON.writeValueAsString(load(stage, rate, seed, millis, true)));
    load.await(Roles.LoadEvent.class, BEGIN_PATIENCE);
    long begin = System.nanoTime();
    double dollarsBefore = stage.dollars();
    Deque<Step> steps = steps();
    while (true) {
      long now = System.nanoTime() - begin;
      while (!steps.isEmpty() && steps.peek().atNanos <= now) {
        steps.remove().action.run();
      }
      Step next = steps.peek();
      long wait = next == null ? LOOK.toNanos() : Math.min(LOOK.toNanos(), next.atNanos - now);
      if (listen(load.poll(Duration.ofNanos(Math.max(0, wait))))) {
        break;
      }
      stage.check();
      load.check();
      look(System.nanoTime() - begin);
    }
    double dollars = stage.dollars() - dollarsBefore;
    List<Sample> samples = samples();
    return new Outcome(
        samples, PolicyResult.of(policy.id(), samples, script, topology.caller(), dollars));
  }

  /** True at the end. */
  private boolean listen(@Nullable String line) {
    if (line == null) {
      return false;
    }
    Roles.LoadEvent event = Roles.JSON.readValue(line, Roles.LoadEvent.class);
    event
        .second()
        .ifPresent(
            second -> {
              answered = shares(second);
              p99Millis = second.p99Millis();
            });
    planned = stage.admin().planned();
    return event.event().equals(Roles.ENDED);
  }

  private static Map<String, Double> shares(Tally.Second second) {
    Map<String, Double> shares = new TreeMap<>();
    second
        .clusters()
        .forEach((cluster, count) -> shares.put(cluster, count / (double) second.completed()));
    return shares;
  }

  private void look(long elapsed) {
    progress.show(
        new Progress.Look(
            policy,
            Math.min(elapsed, script.endNanos()),
            script.endNanos(),
            script.phaseAt(elapsed),
            answered,
            planned,
            p99Millis));
  }

  private List<Sample> samples() {
    try {
      return Files.readAllLines(stage.samples()).stream().skip(1).map(Sample::ofCsv).toList();
    } catch (IOException e) {
      throw new DemoFailure(
          Exit.INTERNAL, "cannot read " + stage.samples() + ": " + e.getMessage());
    }
  }
}
