package dev.fairlead.app.command;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/** What became of a command, run inside the test's process without a terminal or environment. */
record CommandRun(int exit, String out, String err) {
  static CommandRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Entry.commandLine(Map.of(), List.of())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new CommandRun(exit, out.toString(), err.toString());
  }
}
