package dev.fairlead.app.prices;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fairlead prices}. */
@Command(
    name = "prices",
    description = "Make PriceSheets of clouds' price lists.",
    subcommands = ImportCommand.class)
public final class PricesCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing: import");
  }
}
