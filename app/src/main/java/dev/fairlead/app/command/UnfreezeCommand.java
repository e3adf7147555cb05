package dev.fairlead.app.command;

import java.util.Collections;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Lets weights change again. */
@Command(name = "unfreeze", description = "End the freeze of one service, or every freeze.")
public final class UnfreezeCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "[namespace/]name (default: all).")
  @Nullable String service;

  @Mixin OrderOptions order = new OrderOptions();

  @Override
  public Integer call() throws InterruptedException {
    JsonNode done = order.post("/api/unfreeze", Collections.singletonMap("service", service));
    OrderOptions.tell(spec, done);
    return Exit.OK;
  }
}
