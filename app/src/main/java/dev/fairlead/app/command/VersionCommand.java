package dev.fairlead.app.command;

import dev.fairlead.app.state.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which Fairlead this is, on which Java. */
@Command(name = "version", description = "Print the version.")
public final class VersionCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "Format (default ${DEFAULT-VALUE}).")
  Format format = Format.TEXT;

  enum Format {
    TEXT,
    JSON
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    String java = String.valueOf(Runtime.version());
    switch (format) {
      case TEXT -> out.println("fairlead " + Version.current() + " (Java " + java + ")");
      case JSON -> {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("version", Version.current());
        fields.put("java", java);
        out.println(Json.MAPPER.writeValueAsString(fields));
      }
    }
    out.flush();
    return Exit.OK;
  }
}
