package dev.fairlead.app.command;

import dev.fairlead.discovery.yaml.Nearest;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line's root, and how every command reports what goes wrong. */
@Command(
    name = "fairlead",
    description = "Leads each request to the right replica, in the right cluster.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = false)
public final class Entry implements Runnable {
  /** What a person calls the types that options have. */
  private static final Map<Class<?>, String> NUMBERS =
      Map.of(
          Integer.class, "whole number",
          Long.class, "whole number",
          long.class, "whole number",
          double.class, "number",
          Double.class, "number");

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
    line.addSubcommand(new RunCommand(environment));
    line.addSubcommand(new ValidateCommand());
    line.addSubcommand(new ConfigCommand());
    line.addSubcommand(new GetCommand());
    line.addSubcommand(new ModeCommand());
    line.addSubcommand(new FreezeCommand());
    line.addSubcommand(new UnfreezeCommand());
    line.addSubcommand(new PlanCommand());
    line.addSubcommand(new ApplyCommand());
    line.addSubcommand(new HistoryCommand());
    line.addSubcommand(new RollbackCommand());
    line.addSubcommand(new ReportCommand());
    line.addSubcommand(new RestoreCommand(environment));
    line.addSubcommand(new TapCommand());
    line.addSubcommand(new ExplainCommand());
    line.addSubcommand(new VersionCommand());
    more.forEach(line::addSubcommand);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // Else `--config DIR --bogus` takes --bogus for a second folder.
    line.setUnmatchedOptionsAllowedAsOptionParameters(false);
    line.setParameterExceptionHandler((e, arguments) -> usage(e));
    line.setExecutionStrategy(parsed -> withOutputWritten(line, parsed));
    line.setExecutionExceptionHandler((e, failed, parsed) -> entry.failure(e, failed));
    return line;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Data that did not reach stdout, as where the disk is full, must not look like success. */
  private static int withOutputWritten(CommandLine line, ParseResult parsed) {
    int exit = new CommandLine.RunLast().execute(parsed);
    if (exit == Exit.OK && (line.getOut().checkError() || System.out.checkError())) {
      line.getErr().println("fairlead: stdout cannot be written to");
      return Exit.UNAVAILABLE;
    }
    return exit;
  }

  private static int usage(ParameterException e) {
    CommandLine failed = e.getCommandLine();
    String name = failed.getCommandSpec().qualifiedName();
    PrintWriter err = failed.getErr();
    err.println(name + ": " + mistake(e));
    err.println("try: " + name + " --help");
    err.flush();
    return Exit.USAGE;
  }

  private static String mistake(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unknown(unmatched.getUnmatched().getFirst(), e.getCommandLine());
    }
    if (e instanceof MissingParameterException
        && !e.getCommandLine().getUnmatchedArguments().isEmpty()) {
      // `--confg DIR`: the slip is what to mend, not the option that it leaves missing.
      return unknown(e.getCommandLine().getUnmatchedArguments().getFirst(), e.getCommandLine());
    }
    ArgSpec argument = e.getArgSpec();
    if (argument != null && e.getValue() != null) {
      String name =
          argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
      if (argument.type().isEnum()) {
        return name + ": '" + e.getValue() + "' is none of " + words(argument.type());
      }
      if (NUMBERS.containsKey(argument.type())) {
        return name + ": '" + e.getValue() + "' is no " + NUMBERS.get(argument.type());
      }
    }
    return oneLine(e);
  }

  private static String unknown(String argument, CommandLine command) {
    Set<String> names = new LinkedHashSet<>();
    command
        .getSubcommands()
        .forEach(
            (name, each) -> {
              if (!each.getCommandSpec().usageMessage().hidden()) {
                names.add(name);
              }
            });
    names.addAll(command.getCommandSpec().optionsMap().keySet());
    return "unknown argument '" + argument + "' (" + Nearest.hint(argument, names) + ")";
  }

  private static String words(Class<?> type) {
    return Stream.of(type.getEnumConstants())
        .map(each -> each.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
        .collect(Collectors.joining(", "));
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
