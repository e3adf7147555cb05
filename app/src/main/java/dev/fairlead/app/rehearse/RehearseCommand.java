package dev.fairlead.app.rehearse;

import dev.fairlead.app.command.Exit;
import dev.fairlead.app.log.OperatorLog;
import dev.fairlead.app.run.Daemon;
import dev.fairlead.app.run.Settings;
import dev.fairlead.app.run.StartFailure;
import dev.fairlead.discovery.Here;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;

/**
 * Does for a moment what {@code run} does, with itself as the only client and endpoint. The
 * launcher runs it once a build with {@code -XX:AOTCacheOutput}, so that the JVM need not load,
 * link and profile the same classes at each start (JEP 483, 514, 515).
 */
@Command(
    name = "rehearse",
    hidden = true,
    description = "Serve a few requests to itself, for the JVM's AOT cache.")
public final class RehearseCommand implements Callable<Integer> {
  /** Enough for the JVM to know what is hot. */
  private static final int REQUESTS = 3000;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path documents = Files.createTempFile("fairlead-rehearsal", ".yaml");
    try {
      int front = freePort();
      int back = freePort();
      Files.writeString(documents, documents(front, back));
      serve(documents, front);
      return Exit.OK;
    } finally {
      Files.delete(documents);
    }
  }

  private static String documents(int front, int back) {
    return """
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: g}
      spec:
        gatewayClassName: fairlead
        addresses: [{type: IPAddress, value: 127.0.0.1}]
        listeners:
          - {name: front, port: ${front}, protocol: HTTP}
          - {name: back, port: ${back}, protocol: HTTP}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: front}
      spec:
        parentRefs: [{name: g, sectionName: front}]
        rules: [{backendRefs: [{name: web}]}]
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: HTTPRoute
      metadata: {name: back}
      spec:
        parentRefs: [{name: g, sectionName: back}]
        rules:
          - filters:
              - type: ExtensionRef
                extensionRef: {group: fairlead.dev, kind: StaticResponse, name: hello}
      ---
      apiVersion: fairlead.dev/v1alpha1
      kind: StaticResponse
      metadata: {name: hello}
      spec: {body: hello}
      ---
      apiVersion: fairlead.dev/v1alpha1
      kind: ClusterProfile
      metadata: {name: here}
      spec: {local: true, locality: {region: r, zone: z}}
      ---
      apiVersion: fairlead.dev/v1alpha1
      kind: ServiceEndpoints
      metadata: {name: web}
      spec: {clusters: [{cluster: here, addresses: ["127.0.0.1:${back}"]}]}
      """
        .replace("${front}", Integer.toString(front))
        .replace("${back}", Integer.toString(back));
  }

  private static void serve(Path documents, int front) throws IOException, InterruptedException {
    int admin = freePort();
    Settings settings =
        new Settings(
            List.of(documents),
            Here.UNKNOWN,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), admin),
            1,
            true,
            Duration.ZERO);
    OutputStream nowhere = OutputStream.nullOutputStream();
    try (Daemon daemon =
        new Daemon(
            "rehearsal",
            settings,
            new OperatorLog(new PrintStream(nowhere), Clock.systemUTC()),
            nowhere,
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextLong(),
            Clock.systemUTC())) {
      daemon.start();
      call(front, admin);
      daemon.stop();
    } catch (StartFailure e) {
      throw new IllegalStateException("the rehearsal does not start: " + e.lines(), e);
    }
  }

  private static void call(int front, int admin) throws IOException {
    try (Caller caller = new Caller(front)) {
      for (int i = 0; i < REQUESTS; i++) {
        caller.get("/");
      }
    }
    try (Caller caller = new Caller(front)) {
      caller.getByHttp2();
    }
    for (String path : List.of("/readyz", "/metrics", "/api/state")) {
      try (Caller caller = new Caller(admin)) {
        caller.get(path);
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
