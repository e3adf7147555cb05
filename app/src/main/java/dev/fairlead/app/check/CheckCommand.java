package dev.fairlead.app.check;

import dev.fairlead.app.command.Addresses;
import dev.fairlead.app.command.Exit;
import dev.fairlead.app.state.Json;
import dev.fairlead.discovery.Configuration;
import dev.fairlead.discovery.Documents;
import dev.fairlead.discovery.Here;
import dev.fairlead.discovery.Problem;
import dev.fairlead.route.Listener;
import dev.fairlead.route.TunnelListener;
import dev.fairlead.telemetry.prometheus.Server;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks at the machine, at what must be reachable from it, and at the documents. */
@Command(
    name = "check",
    description =
        "Check the machine, what must be reachable from it, and documents; with --pre the"
            + " environment alone, before an install. Exit 1 where a check failed.")
public final class CheckCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(names = "--pre", description = "The environment alone: no documents are needed.")
  boolean pre;

  @Option(
      names = "--config",
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description = "Documents to check, with the ports of their listeners.")
  List<Path> config = List.of();

  @Option(
      names = "--admin",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1:9901",
      converter = Addresses.class,
      description = "Where the admin API will listen (default ${DEFAULT-VALUE}).")
  InetSocketAddress admin = new InetSocketAddress(0);

  @Option(
      names = "--port",
      split = ",",
      paramLabel = "PORT",
      description = "Ports that must be free beside it.")
  List<Integer> ports = List.of();

  @Option(
      names = "--kubernetes-api",
      paramLabel = "URL",
      description = "Must answer: https://10.96.0.1 for one.")
  @Nullable URI kubernetes;

  @Option(names = "--prometheus", paramLabel = "URL", description = "Must answer queries.")
  @Nullable String prometheus;

  @Option(
      names = "--prometheus-token-file",
      paramLabel = "FILE",
      description = "A bearer token for it.")
  @Nullable Path prometheusToken;

  @Option(
      names = "--prometheus-ca",
      paramLabel = "FILE",
      description = "Certificates in PEM that vouch for it (default: the JDK's).")
  @Nullable Path prometheusAuthorities;

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
  public Integer call() throws InterruptedException {
    if (!pre && config.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--config is missing: which documents? (--pre goes without)");
    }
    if (ports.stream().anyMatch(port -> port < 1 || port > 65535)) {
      throw new ParameterException(spec.commandLine(), "--port must be 1…65535");
    }
    List<Finding> findings =
        new ArrayList<>(
            new Machine(
                    Path.of("/proc"), Runtime.version().feature(), Runtime.getRuntime().maxMemory())
                .look());
    findings.add(Machine.port(admin.getHostString(), admin.getPort()));
    new TreeSet<>(ports).forEach(port -> findings.add(Machine.port("0.0.0.0", port)));
    if (kubernetes != null) {
      findings.add(Reach.kubernetes(kubernetes));
    }
    if (prometheus != null) {
      findings.add(Reach.prometheus(prometheus(prometheus)));
    }
    if (!config.isEmpty()) {
      documents(findings);
    }
    print(findings);
    boolean failed = findings.stream().anyMatch(each -> each.result() == Finding.Result.FAILED);
    return failed ? Exit.FAILED : Exit.OK;
  }

  private Server prometheus(String url) {
    try {
      return new Server(
          Server.at(url).base(),
          Optional.ofNullable(prometheusToken),
          Optional.ofNullable(prometheusAuthorities));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private void documents(List<Finding> findings) {
    switch (Documents.read(config, Here.UNKNOWN)) {
      case Documents.Result.Refused refused -> {
        for (Problem problem : refused.problems()) {
          findings.add(Finding.failed("documents", problem.toString(), "mend the document"));
        }
      }
      case Documents.Result.Accepted accepted -> {
        Configuration configuration = accepted.configuration();
        findings.add(
            Finding.ok(
                "documents", "accepted, with " + configuration.services().size() + " service(s)"));
        TreeSet<String> seen = new TreeSet<>();
        for (Listener each : configuration.routes().listeners()) {
          listener(findings, seen, each.host(), each.port());
        }
        for (TunnelListener each : configuration.routes().tunnels()) {
          listener(findings, seen, each.host(), each.port());
        }
      }
    }
  }

  private static void listener(List<Finding> findings, Set<String> seen, String host, int port) {
    if (seen.add(host + " " + port)) {
      findings.add(Machine.port(host, port));
    }
  }

  private void print(List<Finding> findings) {
    PrintWriter out = spec.commandLine().getOut();
    if (format == Format.JSON) {
      out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(findings));
    } else {
      for (Finding each : findings) {
        String result = each.result().name().toLowerCase(Locale.ROOT);
        out.println(
            String.format(Locale.ROOT, "%-8s %-12s %s", result, each.id(), each.what())
                + (each.hint().isEmpty() ? "" : " (" + each.hint() + ")"));
      }
    }
    out.flush();
  }
}
