package dev.fairlead.app.demo;

import dev.fairlead.app.command.Exit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The processes of one policy: the backends of each cluster, the relay, {@code fairlead run}, and a
 * load generator that waits for its setup. Made whole, or not at all.
 */
final class Stage implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);

  private final Topology topology;
  private final DemoPolicy policy;
  private final Path folder;
  private final long seed;
  private final Consumer<Child> started;
  private final Map<String, Child> backends = new LinkedHashMap<>();
  private final Map<String, List<Integer>> ports = new LinkedHashMap<>();
  private final List<Child> all = new ArrayList<>();
  private final Child relay;
  private final Child run;
  private final Child load;
  private final InetSocketAddress listener;
  private final AdminClient admin;

  /**
   * @param folder for documents, samples and logs
   * @param started hears of each child at once, so that none survives the demo
   */
  Stage(Topology topology, DemoPolicy policy, Path folder, long seed, Consumer<Child> started) {
    this.topology = topology;
    this.policy = policy;
    this.folder = folder;
    this.seed = seed;
    this.started = started;
    try {
      for (Topology.Cluster cluster : topology.clusters()) {
        backends.put(cluster.id(), role(cluster.id(), Roles.BACKENDS));
      }
      this.relay = role("relay", Roles.RELAY);
      this.load = role("load", Roles.LOAD);
      for (Topology.Cluster cluster : topology.clusters()) {
        open(cluster, Collections.nCopies(Topology.REPLICAS, 0));
      }
      for (Topology.Cluster cluster : topology.clusters()) {
        Child child = backend(cluster.id());
        ports.put(cluster.id(), child.await(Roles.Listening.class, START_PATIENCE).ports());
      }
      Map<String, List<InetSocketAddress>> endpoints = connectRelay();
      List<Integer> free = freePorts();
      this.listener = new InetSocketAddress(InetAddress.getLoopbackAddress(), free.get(0));
      InetSocketAddress adminAddress =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), free.get(1));
      new DemoDocuments(topology, listener, endpoints).write(policy, documents());
      this.run =
          remember(
              Child.fairlead(
                  policy.id() + "-run",
                  List.of(
                      "run",
                      "--config",
                      documents().toString(),
                      "--admin",
                      adminAddress.getAddress().getHostAddress() + ":" + adminAddress.getPort()),
                  folder));
      relay.send("ward " + run.pid());
      this.admin = new AdminClient(adminAddress);
      awaitReady();
    } catch (IOException e) {
      close();
      throw new DemoFailure(Exit.UNAVAILABLE, "cannot write to " + folder + ": " + e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Child role(String name, String role) {
    return remember(Child.role(policy.id() + "-" + name, role, folder));
  }

  private Child remember(Child child) {
    all.add(child);
    started.accept(child);
    return child;
  }

  Path documents() {
    return folder.resolve(policy.id());
  }

  private Child backend(String cluster) {
    Child child = backends.get(cluster);
    if (child == null) {
      throw new IllegalArgumentException("no cluster " + cluster);
    }
    return child;
  }

  private void open(Topology.Cluster cluster, List<Integer> at) {
    List<String> hosts = new ArrayList<>();
    for (int replica = 0; replica < Topology.REPLICAS; replica++) {
      hosts.add(cluster.replicaHost(replica));
    }
    Backends.Setup setup =
        new Backends.Setup(
            cluster.id(),
            seed,
            Topology.SERVICE_TIME.p50Millis(),
            Topology.SERVICE_TIME.p99Millis(),
            Topology.WORKERS,
            hosts,
            at);
    backend(cluster.id()).send(Roles.JSON.writeValueAsString(setup));
  }

  /** Where the caller sees each cluster's replicas: its own directly, others by the relay. */
  private Map<String, List<InetSocketAddress>> connectRelay() {
    List<Roles.RelayWay> ways = new ArrayList<>();
    for (Topology.Cluster cluster : topology.clusters()) {
      topology.linkTo(cluster.id()).ifPresent(link -> ways.addAll(ways(cluster, link)));
    }
    relay.send(Roles.JSON.writeValueAsString(new Roles.RelaySetup(ways)));
    Iterator<Integer> doors = relay.await(Roles.Listening.class, START_PATIENCE).ports().iterator();
    Map<String, List<InetSocketAddress>> seen = new LinkedHashMap<>();
    for (Topology.Cluster cluster : topology.clusters()) {
      boolean direct = topology.linkTo(cluster.id()).isEmpty();
      List<Integer> own = portsOf(cluster.id());
      List<InetSocketAddress> addresses = new ArrayList<>();
      for (int replica = 0; replica < own.size(); replica++) {
        addresses.add(
            direct
                ? new InetSocketAddress(cluster.replicaHost(replica), own.get(replica))
                : new InetSocketAddress(cluster.relayHost(replica), doors.next()));
      }
      seen.put(cluster.id(), addresses);
    }
    return seen;
  }

  private List<Roles.RelayWay> ways(Topology.Cluster cluster, Topology.Link link) {
    List<Integer> own = portsOf(cluster.id());
    List<Roles.RelayWay> ways = new ArrayList<>();
    for (int replica = 0; replica < own.size(); replica++) {
      ways.add(
          new Roles.RelayWay(
              cluster.id(),
              cluster.relayHost(replica),
              0,
              cluster.replicaHost(replica),
              own.get(replica),
              link.oneWayDelay().toNanos()));
    }
    return ways;
  }

  private List<Integer> portsOf(String cluster) {
    return ports.getOrDefault(cluster, List.of());
  }

  /** Two ports that are free now. If another process takes one meanwhile, the start fails. */
  private static List<Integer> freePorts() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket other = new ServerSocket(0, 1, loopback)) {
      return List.of(one.getLocalPort(), other.getLocalPort());
    } catch (IOException e) {
      throw new DemoFailure(Exit.UNAVAILABLE, "no free port: " + e.getMessage());
    }
  }

  private void awaitReady() {
    long end = System.nanoTime() + START_PATIENCE.toNanos();
    while (!admin.ready()) {
      run.check();
      if (System.nanoTime() - end > 0) {
        throw new DemoFailure(
            Exit.UNAVAILABLE, "fairlead run is not ready within 30 s; see " + folder);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DemoFailure(Exit.INTERNAL, "interrupted");
      }
    }
  }

  /** Makes a cluster's service times so many times as long. */
  void scale(String cluster, double factor) {
    backend(cluster).send("scale " + factor);
  }

  /** Kills a cluster's process, as a power cut would. */
  void kill(String cluster) {
    Child child = backend(cluster);
    backends.remove(cluster);
    child.kill();
  }

  /** Starts a killed cluster's process, which does not listen yet. */
  void prepare(String cluster) {
    backends.put(cluster, role(cluster + "-again", Roles.BACKENDS));
  }

  /** A prepared cluster listens again, where it did before. */
  void revive(String cluster) {
    topology.clusters().stream()
        .filter(each -> each.id().equals(cluster))
        .forEach(each -> open(each, portsOf(cluster)));
  }

  /** What the bytes over the links have cost so far, in dollars. */
  double dollars() {
    relay.send("bytes");
    Roles.Counted counted = relay.await(Roles.Counted.class, START_PATIENCE);
    double dollars = 0;
    for (Map.Entry<String, Roles.Crossed> link : counted.links().entrySet()) {
      double price = topology.linkTo(link.getKey()).orElseThrow().dollarsPerGiB();
      long bytes = link.getValue().outBytes() + link.getValue().backBytes();
      dollars += price * bytes / (1L << 30);
    }
    return dollars;
  }

  Child load() {
    return load;
  }

  /** Another load generator, for after the first has ended. */
  Child anotherLoad() {
    return role("load-again", Roles.LOAD);
  }

  InetSocketAddress listener() {
    return listener;
  }

  AdminClient admin() {
    return admin;
  }

  Path samples() {
    return folder.resolve(policy.id() + "-requests.csv");
  }

  /** Throws if a process has ended that nobody ended. */
  void check() {
    backends.values().forEach(Child::check);
    relay.check();
    run.check();
  }

  @Override
  public void close() {
    all.forEach(Child::close);
    all.forEach(Child::kill);
  }
}
