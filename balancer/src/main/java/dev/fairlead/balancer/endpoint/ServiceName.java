package dev.fairlead.balancer.endpoint;

/** A name that clients call: namespace and name, both non-empty. */
public record ServiceName(String namespace, String name) implements Comparable<ServiceName> {
  public ServiceName {
    if (namespace.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException("a service needs a namespace and a name");
    }
  }

  /** {@code namespace/name}, as in logs, metrics and the admin API. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }

  @Override
  public int compareTo(ServiceName other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }
}
