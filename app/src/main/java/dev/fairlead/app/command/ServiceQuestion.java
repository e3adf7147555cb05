package dev.fairlead.app.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What commands have that ask a running process about one service, or about all. */
final class ServiceQuestion {
  @Parameters(
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "[namespace/]name (default: all).")
  @Nullable String service;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json|yaml",
      defaultValue = "table",
      description = "Format (default ${DEFAULT-VALUE}).")
  DataFormat format = DataFormat.TABLE;

  @Mixin AdminOptions admin = new AdminOptions();

  /**
   * The answer.
   *
   * @param more parameters of the query, each {@code name=value}
   */
  JsonNode ask(String path, String... more) throws InterruptedException {
    String query = String.join("&", more);
    String about = about(service);
    String all = about.isEmpty() || query.isEmpty() ? about + query : about + "&" + query;
    return admin.client().ask(all.isEmpty() ? path : path + "?" + all);
  }

  /** The parameter that names one service; empty for all. */
  static String about(@Nullable String service) {
    return service == null ? "" : "service=" + URLEncoder.encode(service, StandardCharsets.UTF_8);
  }
}
