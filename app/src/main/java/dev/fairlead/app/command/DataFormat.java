package dev.fairlead.app.command;

import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/** How a command prints what it found. */
enum DataFormat {
  TABLE,
  JSON,
  YAML;

  void print(CommandSpec spec, JsonNode data, Supplier<Table> table) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        switch (this) {
          case TABLE -> table.get().text();
          case JSON -> Output.json(data);
          case YAML -> Output.yaml(data);
        });
    out.flush();
  }
}
