package dev.fairlead.app.command;

import dev.fairlead.app.run.InKubernetes;
import dev.fairlead.app.state.Json;
import dev.fairlead.discovery.Timer;
import dev.fairlead.kubernetes.BadKubeconfig;
import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.enforce.OptIn;
import dev.fairlead.kubernetes.enforce.Restorer.Restored;
import dev.fairlead.kubernetes.enforce.Restorer.Result;
import dev.fairlead.kubernetes.enforce.Uninstallation;
import dev.fairlead.kubernetes.lead.LeaseTimes;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Gives every led object its original weights back: the first step of an uninstallation. */
@Command(
    name = "restore",
    description =
        "Give all objects in the Kubernetes API their original weights back, before an"
            + " uninstallation: WeightPlans and the leader lock are gone then, and controllers that"
            + " still run lead no more. Can be repeated. Exit 1 where an object could not be"
            + " restored.")
public final class RestoreCommand implements Callable<Integer> {
  /** As the manifests have it. */
  private static final String NAMESPACE = "fairlead";

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--controlled-by",
      required = true,
      paramLabel = "VALUE",
      description = "The label's value that the controllers were given.")
  String controlledBy = "";

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "The controllers' (default: POD_NAMESPACE, else " + NAMESPACE + ").")
  @Nullable String namespace;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "1m",
      converter = Durations.class,
      description =
          "How long to try for the leader lock; a controller is waited for 15s at least (default"
              + " ${DEFAULT-VALUE}).")
  Duration patience = Duration.ofMinutes(1);

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "Format (default ${DEFAULT-VALUE}).")
  Format format = Format.TEXT;

  enum Format {
    TEXT,
    JSON
  }

  private final Map<String, String> environment;
  private final Supplier<Cluster> finder;
  private final LeaseTimes times;

  /**
   * @param environment variables of the process
   */
  RestoreCommand(Map<String, String> environment) {
    this(environment, Cluster::find, LeaseTimes.DEFAULT);
  }

  RestoreCommand(Map<String, String> environment, Supplier<Cluster> finder, LeaseTimes times) {
    this.environment = environment;
    this.finder = finder;
    this.times = times;
  }

  @Override
  public Integer call() throws InterruptedException {
    OptIn optIn = optIn();
    if (patience.compareTo(times.duration()) <= 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--wait must be more than the "
              + times.duration().toSeconds()
              + " s in which a controller may go on");
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println("taking the leader lock: until no controller writes any more");
    err.flush();
    Uninstallation.Ended ended = restore(optIn);
    print(ended.objects());
    boolean failed = ended.objects().stream().anyMatch(each -> each.result() == Result.FAILED);
    if (!ended.trouble().isEmpty()) {
      throw new CommandFailure(
          Exit.UNAVAILABLE,
          List.of(
              "fairlead restore: " + ended.trouble(),
              "controllers that still run lead again soon (run this once more)"));
    }
    if (failed) {
      err.println(
          "not all is restored: mend what is said above and run this again; controllers lead on"
              + " when they are started anew");
      err.flush();
    }
    return failed ? Exit.FAILED : Exit.OK;
  }

  private OptIn optIn() {
    try {
      return new OptIn(OptIn.L3_KEY, controlledBy);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--controlled-by: " + e.getMessage());
    }
  }

  private Uninstallation.Ended restore(OptIn optIn) throws InterruptedException {
    String where =
        namespace != null ? namespace : environment.getOrDefault("POD_NAMESPACE", NAMESPACE);
    String identity =
        "fairlead-restore_"
            + HostName.of(environment).orElse("unknown")
            + "_"
            + ProcessHandle.current().pid();
    ScheduledExecutorService threads =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("fairlead-lock").factory());
    try (Cluster cluster = finder.get()) {
      return new Uninstallation(
              cluster,
              optIn,
              new Uninstallation.Lock(where, InKubernetes.LOCK, identity, times),
              System::nanoTime,
              Clock.systemUTC(),
              Timer.on(threads),
              () -> ThreadLocalRandom.current().nextLong())
          .run(patience);
    } catch (BadKubeconfig e) {
      throw new CommandFailure(
          Exit.DOCUMENTS,
          List.of("fairlead restore: " + e.getMessage(), "nothing was asked or written"));
    } catch (IOException e) {
      throw new CommandFailure(
          Exit.UNAVAILABLE,
          List.of(
              "fairlead restore: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
              "nothing more was written (KUBECONFIG says which cluster; --namespace, now '"
                  + where
                  + "', is where the controllers run or ran)"));
    } finally {
      threads.shutdownNow();
    }
  }

  private void print(List<Restored> objects) {
    PrintWriter out = spec.commandLine().getOut();
    if (format == Format.JSON) {
      out.println(
          Json.MAPPER
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(objects.stream().map(RestoreCommand::fields).toList()));
    } else {
      objects.forEach(
          each -> out.println(Printable.of(each.target() + ": " + word(each) + each.what())));
    }
    out.flush();
  }

  private static String word(Restored object) {
    return object.result() == Result.FAILED ? "NOT restored: " : "";
  }

  private static Map<String, String> fields(Restored object) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("kind", object.target().kind());
    fields.put("namespace", object.target().namespace());
    fields.put("name", object.target().name());
    fields.put("result", object.result().name().toLowerCase(Locale.ROOT));
    fields.put("what", object.what());
    return fields;
  }
}
