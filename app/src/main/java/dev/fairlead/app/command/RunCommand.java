package dev.fairlead.app.command;

import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.otlp.Environment;
import dev.fairlead.app.otlp.ExportSettings;
import dev.fairlead.app.run.Daemon;
import dev.fairlead.app.run.InKubernetes;
import dev.fairlead.app.run.Settings;
import dev.fairlead.app.run.Signals;
import dev.fairlead.app.run.StartFailure;
import dev.fairlead.proxy.http1.TrustedPeers;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.Security;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs what the documents ask for, until a signal. */
@Command(
    name = "run",
    description =
        "Run whatever the documents ask for: proxy, steering, admin. SIGHUP reloads, SIGTERM"
            + " drains.")
public final class RunCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description = "Documents: files, or folders of *.yaml and *.yml.")
  List<Path> config = List.of();

  @Option(
      names = "--kubernetes",
      description = "Documents: the objects of the Kubernetes API, also beside --config.")
  boolean kubernetes;

  @Option(
      names = "--role",
      paramLabel = "all|controller|gateway",
      defaultValue = "all",
      description =
          "In Kubernetes: a controller opens no listeners, a gateway writes nothing to the API"
              + " (default ${DEFAULT-VALUE}).")
  InKubernetes.Role role = InKubernetes.Role.ALL;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "In Kubernetes: the namespace whose objects are read (default: all).")
  @Nullable String namespace;

  @Option(
      names = "--gateway-address",
      paramLabel = "ADDRESS",
      description =
          "In Kubernetes: where clients reach the Gateways, for their status; may be repeated.")
  List<String> gatewayAddresses = List.of();

  @Option(
      names = "--cluster",
      paramLabel = "ID",
      description = "The ClusterProfile that this process runs in.")
  @Nullable String cluster;

  @Option(
      names = "--admin",
      paramLabel = "ADDRESS",
      defaultValue = Addresses.DEFAULT_ADMIN,
      converter = Addresses.class,
      description =
          "Admin API and console, on loopback unless a token is asked for (default"
              + " ${DEFAULT-VALUE}).")
  InetSocketAddress admin = new InetSocketAddress(0);

  @Option(
      names = "--admin-token-file",
      paramLabel = "FILE",
      description =
          "Tokens, one a line, that the admin API then asks for; read again when it changes. With"
              + " it --admin may be any address.")
  @Nullable Path adminToken;

  @Option(
      names = "--orders-file",
      paramLabel = "FILE",
      description =
          "Keep operators' orders (mode, freeze, apply, rollback) there, and restore them at the"
              + " start (default: at the leader lock for --kubernetes, else they end with the"
              + " process).")
  @Nullable Path orders;

  @Option(
      names = "--loops",
      paramLabel = "N",
      description = "Event loops (default: one for each processor).")
  @Nullable Integer loops;

  @Option(
      names = "--access-log",
      paramLabel = "on|off",
      defaultValue = "on",
      description = "A JSON line on stdout for each request (default ${DEFAULT-VALUE}).")
  Switch accessLog = Switch.ON;

  @Option(
      names = "--drain",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = Durations.class,
      description = "How long requests may take after SIGTERM (default ${DEFAULT-VALUE}).")
  Duration drain = Duration.ZERO;

  @Option(
      names = "--max-lag",
      paramLabel = "TIME",
      defaultValue = "0s",
      converter = Durations.class,
      description =
          "Turn requests away, the lowest classes first, while an event loop is so far behind:"
              + " 50ms is a good value (default: never).")
  Duration maxLag = Duration.ZERO;

  @Option(
      names = "--trusted-proxies",
      paramLabel = "CIDR,...",
      description =
          "Proxies in front of this one, whose forwarded headers and traces go on: 10.0.0.0/8"
              + " (default: nobody's).")
  @Nullable String trustedProxies;

  @Option(
      names = "--trace-endpoint",
      paramLabel = "URL",
      description =
          "Send traces there by OTLP over HTTP (default: as OTEL_EXPORTER_OTLP_ENDPOINT says).")
  @Nullable String traceEndpoint;

  @Option(
      names = "--trace-ratio",
      paramLabel = "RATIO",
      description =
          "Of the traces that begin here, those to record: 0…1 (default: as OTEL_TRACES_SAMPLER"
              + " says, else all).")
  @Nullable Double traceRatio;

  @Option(
      names = "--trace-clients",
      paramLabel = "continue|restart",
      defaultValue = "continue",
      description =
          "What becomes of traces that clients bring: restart where clients are not to be trusted"
              + " (default ${DEFAULT-VALUE}).")
  TraceClients traceClients = TraceClients.CONTINUE;

  @Mixin LedOptions led = new LedOptions();

  private final Map<String, String> environment;

  /**
   * @param environment variables of the process
   */
  RunCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** What becomes of traces that clients bring. */
  enum TraceClients {
    CONTINUE,
    RESTART
  }

  /** The values of an option that is on or off. */
  enum Switch {
    ON,
    OFF
  }

  @Override
  public Integer call() throws InterruptedException {
    // The documents say how often a name is refreshed; the JVM's own cache would only delay that.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    OperatorLog log = new OperatorLog(System.err, Clock.systemUTC());
    CountDownLatch stop = new CountDownLatch(1);
    Daemon daemon = started(log, stop);
    stop.await();
    daemon.stop();
    return Exit.OK;
  }

  private Daemon started(OperatorLog log, CountDownLatch stop) {
    try {
      Daemon daemon =
          new Daemon(
              Version.current(),
              settings(),
              log,
              new FileOutputStream(FileDescriptor.out),
              System::nanoTime,
              () -> ThreadLocalRandom.current().nextLong(),
              Clock.systemUTC());
      Runnable onStop = () -> stopOrHalt(stop);
      Signals.on("TERM", onStop);
      Signals.on("INT", onStop);
      // Before the start: a SIGHUP that nobody handles ends the process.
      Signals.on("HUP", () -> daemon.reload("SIGHUP"));
      daemon.start();
      return daemon;
    } catch (StartFailure e) {
      throw new CommandFailure(exitOf(e.kind()), e.lines());
    }
  }

  private Settings settings() {
    int count = loops != null ? loops : Runtime.getRuntime().availableProcessors();
    if (count < 1 || count > 1024) {
      throw new CommandFailure(Exit.USAGE, "fairlead run: --loops must be 1…1024");
    }
    if (config.isEmpty() && !kubernetes) {
      throw new CommandFailure(
          Exit.USAGE, "fairlead run: where are the documents? (add --config or --kubernetes)");
    }
    return new Settings(
        config,
        HostName.here(cluster),
        admin,
        count,
        accessLog == Switch.ON,
        drain,
        traces(),
        maxLag,
        trusted(),
        new InKubernetes(
            kubernetes,
            role,
            Optional.ofNullable(namespace),
            gatewayAddresses,
            pod(),
            led.settings(kubernetes, role != InKubernetes.Role.GATEWAY)),
        Optional.ofNullable(orders),
        Optional.ofNullable(adminToken));
  }

  /** As the manifests tell it; elsewhere several on one machine are told apart by their ids. */
  private InKubernetes.Pod pod() {
    String name = environment.getOrDefault("POD_NAME", HostName.of(environment).orElse("fairlead"));
    return new InKubernetes.Pod(
        environment.getOrDefault("POD_NAMESPACE", InKubernetes.Pod.UNKNOWN.namespace()),
        name + "_" + ProcessHandle.current().pid());
  }

  private TrustedPeers trusted() {
    try {
      return trustedProxies == null ? TrustedPeers.NONE : TrustedPeers.of(trustedProxies);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(Exit.USAGE, "fairlead run: --trusted-proxies: " + e.getMessage());
    }
  }

  private Optional<ExportSettings> traces() {
    if (traceRatio != null && !(traceRatio >= 0 && traceRatio <= 1)) {
      throw new CommandFailure(Exit.USAGE, "fairlead run: --trace-ratio must be 0…1");
    }
    try {
      return new Environment(environment)
          .traces(
              Optional.ofNullable(traceEndpoint),
              Optional.ofNullable(traceRatio),
              traceClients == TraceClients.CONTINUE);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(Exit.USAGE, "fairlead run: " + e.getMessage());
    }
  }

  private static void stopOrHalt(CountDownLatch stop) {
    if (stop.getCount() == 0) {
      // The second signal: the operator does not want to wait for the drain.
      Runtime.getRuntime().halt(Exit.FAILED);
    }
    stop.countDown();
  }

  private static int exitOf(StartFailure.Kind kind) {
    return switch (kind) {
      case USAGE -> Exit.USAGE;
      case DOCUMENTS -> Exit.DOCUMENTS;
      case UNAVAILABLE -> Exit.UNAVAILABLE;
    };
  }
}
