package dev.fairlead.app.command;

import dev.fairlead.app.state.Json;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Why a running process did what it did. */
@Command(
    name = "explain",
    description = "Explain what a running fairlead did.",
    subcommands = {ExplainCommand.Request.class, ExplainWeights.class})
public final class ExplainCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing: request, weights");
  }

  /** One request that has ended. */
  @Command(
      name = "request",
      description =
          "Explain one request by its id: trace_id or request_id (x-request-id) of the access log."
              + " Remembered are the last that failed or took a second, and ten a second of all.")
  static final class Request implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "ID", description = "Trace id or request id.")
    String id = "";

    @Option(
        names = {"-o", "--output"},
        paramLabel = "text|json",
        defaultValue = "text",
        description = "Format (default ${DEFAULT-VALUE}).")
    Format format = Format.TEXT;

    @Mixin AdminOptions admin = new AdminOptions();

    enum Format {
      TEXT,
      JSON
    }

    @Override
    public Integer call() throws InterruptedException {
      String path = "/api/requests/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
      JsonNode story =
          admin
              .client()
              .find(path)
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          Exit.FAILED,
                          "no request with id '"
                              + Printable.of(id)
                              + "' is remembered (only the last that failed or were slow are, and"
                              + " some of the others: the access log and fairlead tap show more)"));
      PrintWriter out = spec.commandLine().getOut();
      if (format == Format.JSON) {
        out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(story));
      } else {
        StoryText.of(story).forEach(line -> out.println(Printable.of(line)));
      }
      out.flush();
      return Exit.OK;
    }
  }
}
