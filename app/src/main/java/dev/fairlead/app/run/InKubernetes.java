package dev.fairlead.app.run;

import dev.fairlead.app.led.LedSettings;
import java.util.List;
import java.util.Optional;

/**
 * What a process does in a Kubernetes cluster.
 *
 * @param documents whether it reads the API's objects
 * @param namespace whose objects are read, beside those of the whole cluster; empty: all
 * @param addresses at which clients reach the Gateways, for their status
 * @param pod who this process is there
 * @param led the objects whose weights it leads, if any
 */
public record InKubernetes(
    boolean documents,
    Role role,
    Optional<String> namespace,
    List<String> addresses,
    Pod pod,
    Optional<LedSettings> led) {
  /** The leader lock's Lease, as the manifests' roles name it. */
  public static final String LOCK = "fairlead-controller";

  /** One that has nothing to do with any. */
  public static final InKubernetes NONE =
      new InKubernetes(false, Role.ALL, Optional.empty(), List.of());

  /** One that leads no objects' weights. */
  public InKubernetes(
      boolean documents, Role role, Optional<String> namespace, List<String> addresses) {
    this(documents, role, namespace, addresses, Pod.UNKNOWN, Optional.empty());
  }

  /**
   * One process among all.
   *
   * @param namespace where the leader lock is
   * @param identity unlike that of any other
   */
  public record Pod(String namespace, String identity) {
    /** Of a process that runs where nobody told it. */
    public static final Pod UNKNOWN = new Pod("default", "fairlead");
  }

  public InKubernetes {
    addresses = List.copyOf(addresses);
  }

  /** Which part of the work a process does. */
  public enum Role {
    ALL,
    /** Leads and reports, and opens no listener but its admin API. */
    CONTROLLER,
    /** Proxies, and writes nothing to the API. */
    GATEWAY;

    boolean proxies() {
      return this != CONTROLLER;
    }

    boolean writes() {
      return this != GATEWAY;
    }
  }
}
