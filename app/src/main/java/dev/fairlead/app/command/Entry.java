package dev.fairlead.app.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line's root, and how every command reports what goes wrong. */
@Command(
    name = "fairlead",
    description = "Leads each request to the right replica, in the right cluster.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = false)
public final class Entry implements Runnable {
  private final Map<String, String> environment;

  @Spec CommandSpec spec = CommandSpec.create();

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show this help and exit.")
  boolean help;

  private Entry(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Ready to execute; {@code more} are further commands. */
  public static CommandLine commandLine(Map<String, String> environment, List<Object> more) {
    Entry entry = new Entry(environment);
    CommandLine line = new CommandLine(entry);
    line.addSubcommand(new RunCommand());
    line.addSubcommand(new ValidateCommand());
    line.addSubcommand(new ConfigCommand());
    line.addSubcommand(new GetCommand());
    line.addSubcommand(new VersionCommand());
    more.forEach(line::addSubcommand);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, arguments) -> usage(e));
    line.setExecutionExceptionHandler((e, failed, parsed) -> entry.failure(e, failed));
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int usage(ParameterException e) {
    CommandLine failed = e.getCommandLine();
    String name = failed.getCommandSpec().qualifiedName();
    PrintWriter err = failed.getErr();
    err.println(name + ": " + oneLine(e));
    err.println("try: " + name + " --help");
    err.flush();
    return Exit.USAGE;
  }

  private int failure(Exception e, CommandLine failed) {
    PrintWriter err = failed.getErr();
    int exit = Exit.INTERNAL;
    if (e instanceof CommandFailure failure) {
      failure.lines().forEach(err::println);
      exit = failure.exit();
    } else if ("1".equals(environment.get("FAIRLEAD_DEBUG"))) {
      e.printStackTrace(err);
    } else {
      err.println(
          "fairlead: internal error: "
              + e.getClass().getSimpleName()
              + ": "
              + oneLine(e)
              + " (FAIRLEAD_DEBUG=1 shows where)");
    }
    err.flush();
    return exit;
  }

  private static String oneLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
