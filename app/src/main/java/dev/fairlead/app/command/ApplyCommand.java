package dev.fairlead.app.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts the plan of a service that only advises in force. */
@Command(
    name = "apply",
    description =
        "Put the plan that a service in mode advise proposes in force, as it is now: later plans"
            + " do not change it. It ends with --undo, another mode, or the process.")
public final class ApplyCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SERVICE", description = "[namespace/]name.")
  String service = "";

  @Option(
      names = "--plan-version",
      paramLabel = "N",
      description = "Only if the plan still is that version, as fairlead plan showed it.")
  @Nullable Long version;

  @Option(names = "--undo", description = "Take what was applied out of force.")
  boolean undo;

  @Mixin OrderOptions order = new OrderOptions();

  @Override
  public Integer call() throws InterruptedException {
    Map<String, @Nullable Object> what = new LinkedHashMap<>();
    what.put("service", service);
    what.put("version", version);
    what.put("undo", undo ? true : null);
    OrderOptions.tell(spec, order.post("/api/apply", what));
    return Exit.OK;
  }
}
