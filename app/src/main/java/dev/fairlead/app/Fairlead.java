package dev.fairlead.app;

import dev.fairlead.app.check.CheckCommand;
import dev.fairlead.app.command.Entry;
import dev.fairlead.app.demo.DemoCommand;
import dev.fairlead.app.prices.PricesCommand;
import dev.fairlead.app.rehearse.RehearseCommand;
import dev.fairlead.app.simulate.SimulateCommand;
import java.util.List;

/** The command {@code fairlead}. */
public final class Fairlead {
  private Fairlead() {}

  public static void main(String[] arguments) {
    System.exit(Entry.commandLine(System.getenv(), commands()).execute(arguments));
  }

  /** Commands that live in packages of their own. */
  private static List<Object> commands() {
    return List.of(
        new CheckCommand(),
        new DemoCommand(),
        new PricesCommand(),
        new SimulateCommand(),
        new RehearseCommand());
  }
}
