package dev.fairlead.app.deploy;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The one container of a Deployment's pod as a process: its image's command, its arguments, its
 * environment, its memory, its user and its probes. What a process cannot have of its own is the
 * network, so it is told another admin port, and its probes are.
 */
final class Pod implements AutoCloseable {
  /** Where users without a password of their own may be taken on. */
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  private final Image image;
  private final PodSpec pod;
  private final Container container;
  private final Path log;
  private final int adminPort;
  private final Process process;

  private Pod(Image image, PodSpec pod, Path log, int adminPort, Process process) {
    this.image = image;
    this.pod = pod;
    this.container = pod.getContainers().getFirst();
    this.log = log;
    this.adminPort = adminPort;
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param folder for its log and its working directory
   * @param kubeconfig in place of the mounted service account
   * @param more arguments
   */
  static Pod start(
      Deployment deployment,
      Image image,
      Path folder,
      Path kubeconfig,
      int adminPort,
      String... more)
      throws IOException {
    PodSpec pod = deployment.getSpec().getTemplate().getSpec();
    String name = deployment.getMetadata().getName() + "-0";
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add("--admin=127.0.0.1:" + adminPort);
    Path log = folder.resolve(name + ".log");
    Process process =
        start(
            pod, name, deployment.getMetadata().getNamespace(), image, log, kubeconfig, arguments);
    return new Pod(image, pod, log, adminPort, process);
  }

  /**
   * Runs a Job's pod to its end.
   *
   * @return its exit code, and what it said
   */
  static Map.Entry<Integer, String> run(
      Job job, String name, Image image, Path folder, Path kubeconfig)
      throws IOException, InterruptedException {
    Path log = folder.resolve(name + ".log");
    Process process =
        start(
            job.getSpec().getTemplate().getSpec(),
            name,
            job.getMetadata().getNamespace(),
            image,
            log,
            kubeconfig,
            List.of());
    if (!process.waitFor(job.getSpec().getActiveDeadlineSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it goes on after its deadline:\n" + Files.readString(log));
    }
    return Map.entry(process.exitValue(), Files.readString(log));
  }

  private static Process start(
      PodSpec pod,
      String name,
      String namespace,
      Image image,
      Path log,
      Path kubeconfig,
      List<String> more)
      throws IOException {
    Container container = pod.getContainers().getFirst();
    List<String> command = new ArrayList<>(as(container.getSecurityContext()));
    command.addAll(
        image.here(container.getCommand().isEmpty() ? image.entrypoint() : container.getCommand()));
    command.addAll(container.getArgs());
    command.addAll(more);
    Path root = Files.createDirectory(log.resolveSibling(name));
    if (Boolean.TRUE.equals(container.getSecurityContext().getReadOnlyRootFilesystem())) {
      root.toFile().setWritable(false, false);
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", Path.of(System.getProperty("java.home"), "bin") + ":/usr/bin:/bin");
    environment.putAll(environment(container, name, namespace));
    environment.put("KUBECONFIG", kubeconfig.toString());
    return builder.start();
  }

  private static Map<String, String> environment(
      Container container, String name, String namespace) {
    Map<String, String> environment = new TreeMap<>();
    for (EnvVar each : container.getEnv()) {
      environment.put(
          each.getName(),
          each.getValueFrom() == null
              ? each.getValue()
              : switch (each.getValueFrom().getFieldRef().getFieldPath()) {
                case "metadata.name" -> name;
                case "metadata.namespace" -> namespace;
                case "spec.nodeName" -> "node-1";
                default -> throw new AssertionError(each.getValueFrom());
              });
    }
    Quantity memory = container.getResources().getLimits().get("memory");
    environment.merge(
        "FAIRLEAD_JAVA_OPTS",
        "-XX:MaxRAM=" + Quantity.getAmountInBytes(memory).toBigInteger(),
        (own, limit) -> own + " " + limit);
    return environment;
  }

  /** As another user, if we may choose: without privileges and without a way to any. */
  private static List<String> as(SecurityContext security) {
    if (!System.getProperty("user.name").equals("root") || !Files.exists(SETPRIV)) {
      return List.of();
    }
    return List.of(
        SETPRIV.toString(),
        "--reuid=" + security.getRunAsUser(),
        "--regid=" + security.getRunAsGroup(),
        "--clear-groups",
        "--no-new-privs",
        "--inh-caps=-all",
        "--bounding-set=-all");
  }

  /** Waits as a kubelet: for the startup probe as long as it may take, then until it is ready. */
  void becomeReady() {
    Probe startup = container.getStartupProbe();
    Duration most =
        Duration.ofSeconds((long) startup.getPeriodSeconds() * startup.getFailureThreshold());
    await("started: " + log).atMost(most).until(() -> probe(startup) || isEnded());
    await("ready: " + log)
        .atMost(Duration.ofMinutes(1))
        .until(() -> probe(container.getReadinessProbe()) || isEnded());
    if (isEnded() || !probe(container.getLivenessProbe())) {
      throw new AssertionError("it does not live:\n" + log());
    }
  }

  private boolean isEnded() {
    return !process.isAlive();
  }

  boolean probe(Probe probe) throws AssertionError {
    List<String> command = new ArrayList<>(as(container.getSecurityContext()));
    command.addAll(image.here(probe.getExec().getCommand()));
    command.add(Integer.toString(adminPort));
    try {
      Process asked =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!asked.waitFor(probe.getTimeoutSeconds(), TimeUnit.SECONDS)) {
        asked.destroyForcibly();
        return false;
      }
      return asked.exitValue() == 0;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends it as a kubelet would; its exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(pod.getTerminationGracePeriodSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("it goes on after its grace period:\n" + log());
    }
    return process.exitValue();
  }

  /** The user that it runs as, as the kernel has it; empty where the kernel does not say. */
  String user() throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    if (!Files.exists(status)) {
      return "";
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("Uid:"))
        .map(line -> line.split("\\s+")[1])
        .findFirst()
        .orElse("");
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
