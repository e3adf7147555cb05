package dev.fairlead.app.check;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The checks of the machine itself: Java, memory, descriptors, the kernel's limits, ports.
 *
 * @param proc where the kernel tells of itself: {@code /proc}
 */
record Machine(Path proc, int javaFeature, long maxHeapBytes) {
  private static final int NEEDED_JAVA = 25;

  /** Each connection of a client may need one to an endpoint; below it a burst runs out. */
  private static final long GOOD_DESCRIPTORS = 65_536;

  private static final long FEWEST_DESCRIPTORS = 1024;

  /** The accept queue: the kernel cuts every listener's to it. */
  private static final long GOOD_BACKLOG = 1024;

  /** Connections that can be open to one endpoint. */
  private static final long GOOD_PORTS = 10_000;

  private static final double FULL = 0.8;
  private static final long MIB = 1 << 20;

  /** As small as a sidecar may be, docs/operating.md has it. */
  private static final long SMALLEST_HEAP = 48 * MIB;

  List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(heap());
    findings.add(descriptors());
    number("net/core/somaxconn").ifPresent(most -> findings.add(backlog(most)));
    kernel("net/ipv4/ip_local_port_range")
        .map(range -> range.split("\\s+", 3))
        .filter(ends -> ends.length == 2)
        .ifPresent(ends -> findings.add(ports(Long.parseLong(ends[0]), Long.parseLong(ends[1]))));
    conntrack().ifPresent(findings::add);
    return findings;
  }

  private Finding java() {
    return javaFeature >= NEEDED_JAVA
        ? Finding.ok("java", "Java " + javaFeature)
        : Finding.failed(
            "java", "Java " + javaFeature, "install a JDK " + NEEDED_JAVA + " or newer");
  }

  private Finding heap() {
    String what = "the heap may grow to " + maxHeapBytes / MIB + " MiB";
    return maxHeapBytes >= SMALLEST_HEAP
        ? Finding.ok("heap", what)
        : Finding.warning(
            "heap", what, "give it more memory, or -Xmx64m in FAIRLEAD_JAVA_OPTS at least");
  }

  private Finding descriptors() {
    Optional<Long> most = limit("Max open files");
    if (most.isEmpty()) {
      return Finding.ok("descriptors", "no limit on open files is known");
    }
    String what = "at most " + most.get() + " open files";
    String hint = "raise it: ulimit -n " + GOOD_DESCRIPTORS + ", or LimitNOFILE of the unit";
    if (most.get() < FEWEST_DESCRIPTORS) {
      return Finding.failed("descriptors", what, hint);
    }
    return most.get() < GOOD_DESCRIPTORS
        ? Finding.warning("descriptors", what, hint)
        : Finding.ok("descriptors", what);
  }

  /** The hard limit, which the JVM raises its own to. */
  private Optional<Long> limit(String name) {
    try {
      for (String line : Files.readAllLines(proc.resolve("self/limits"))) {
        if (line.startsWith(name)) {
          String[] soft = line.substring(name.length()).strip().split("\\s+", 3);
          return Optional.of(Long.parseLong(soft[1]));
        }
      }
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      // Another system, or "unlimited".
    }
    return Optional.empty();
  }

  private static Finding backlog(long most) {
    String what = "listeners queue at most " + most + " connections";
    return most >= GOOD_BACKLOG
        ? Finding.ok("somaxconn", what)
        : Finding.warning("somaxconn", what, "sysctl -w net.core.somaxconn=4096");
  }

  private static Finding ports(long first, long last) {
    long many = last - first + 1;
    String what = many + " ports for connections to one endpoint";
    return many >= GOOD_PORTS
        ? Finding.ok("local-ports", what)
        : Finding.warning(
            "local-ports", what, "sysctl -w net.ipv4.ip_local_port_range='10240 65535'");
  }

  private Optional<Finding> conntrack() {
    Optional<Long> most = number("net/netfilter/nf_conntrack_max");
    Optional<Long> now = number("net/netfilter/nf_conntrack_count");
    if (most.isEmpty() || now.isEmpty()) {
      return Optional.empty();
    }
    String what = now.get() + " of " + most.get() + " tracked connections are in use";
    return Optional.of(
        now.get() < FULL * most.get()
            ? Finding.ok("conntrack", what)
            : Finding.warning(
                "conntrack", what, "sysctl -w net.netfilter.nf_conntrack_max=… (twice as much)"));
  }

  private Optional<Long> number(String name) {
    return kernel(name).filter(text -> text.matches("[0-9]+")).map(Long::parseLong);
  }

  /** Of {@code /proc/sys}; empty where it is not there or no numbers. */
  private Optional<String> kernel(String name) {
    try {
      String text = Files.readString(proc.resolve("sys").resolve(name)).strip();
      return text.matches("[0-9]{1,15}(\\s+[0-9]{1,15})*") ? Optional.of(text) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether a port can be had. */
  static Finding port(String host, int port) {
    String what = "port " + port + " of " + host;
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
      return Finding.ok("port", what + " is free");
    } catch (IOException e) {
      return Finding.failed(
          "port",
          what + " cannot be had: " + e.getMessage(),
          port < 1024
              ? "stop what listens there, or grant CAP_NET_BIND_SERVICE"
              : "stop what listens there, or choose another port");
    }
  }
}
