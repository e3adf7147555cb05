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

/** Keeps the weights that are in force. */
@Command(
    name = "freeze",
    description =
        "Keep the weights in force as they are, of one service or of all, until unfreeze. Traffic"
            + " still leaves destinations that are unusable or over their capacity. Services of one"
            + " call graph are frozen together.")
public final class FreezeCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "[namespace/]name (default: all).")
  @Nullable String service;

  @Mixin OrderOptions order = new OrderOptions();

  @Override
  public Integer call() throws InterruptedException {
    JsonNode done = order.post("/api/freeze", Collections.singletonMap("service", service));
    OrderOptions.tell(spec, done);
    return Exit.OK;
  }
}
