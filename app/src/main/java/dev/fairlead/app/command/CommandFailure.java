package dev.fairlead.app.command;

import java.util.List;

/** A command's end that is no defect: lines for stderr and an exit code, never a stack trace. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exit;
  private final transient List<String> lines;

  public CommandFailure(int exit, List<String> lines) {
    super(String.join("; ", lines));
    this.exit = exit;
    this.lines = List.copyOf(lines);
  }

  public CommandFailure(int exit, String line) {
    this(exit, List.of(line));
  }

  public int exit() {
    return exit;
  }

  public List<String> lines() {
    return lines;
  }
}
