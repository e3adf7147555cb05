package dev.fairlead.app.command;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a plan of before in force. */
@Command(
    name = "rollback",
    description =
        "Put a plan of before in force again and freeze the service with it: it stays until"
            + " unfreeze. fairlead history shows the versions.")
public final class RollbackCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "SERVICE", description = "[namespace/]name.")
  String service = "";

  @Parameters(index = "1", paramLabel = "VERSION", description = "As fairlead history shows it.")
  long version;

  @Mixin OrderOptions order = new OrderOptions();

  @Override
  public Integer call() throws InterruptedException {
    OrderOptions.tell(
        spec, order.post("/api/rollback", Map.of("service", service, "version", version)));
    return Exit.OK;
  }
}
