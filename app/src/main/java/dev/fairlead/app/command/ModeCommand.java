package dev.fairlead.app.command;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes a service's mode while the process runs. */
@Command(
    name = "mode",
    description =
        "Have a service steered in another mode than the documents say, until it is given back with"
            + " 'documents'. Reloads leave it; a restart of the process ends it, unless orders are kept"
            + " (fairlead run --orders-file).")
public final class ModeCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "SERVICE", description = "[namespace/]name.")
  String service = "";

  @Parameters(
      index = "1",
      paramLabel = "observe|advise|drive|documents",
      description = "observe shows plans, advise publishes them, drive enforces them.")
  Wanted mode = Wanted.DOCUMENTS;

  @Mixin OrderOptions order = new OrderOptions();

  enum Wanted {
    OBSERVE,
    ADVISE,
    DRIVE,
    DOCUMENTS
  }

  @Override
  public Integer call() throws InterruptedException {
    String word = mode.name().toLowerCase(Locale.ROOT);
    OrderOptions.tell(spec, order.post("/api/mode", Map.of("service", service, "mode", word)));
    return Exit.OK;
  }
}
