package dev.fairlead.kubernetes;

/**
 * One object of the API.
 *
 * @param kind as {@code HTTPRoute}
 * @param namespace empty for what belongs to the whole cluster
 */
public record ObjectName(String kind, String namespace, String name) {
  /** As in kubectl and in messages: {@code HTTPRoute/shop/web}. */
  @Override
  public String toString() {
    return namespace.isEmpty() ? kind + "/" + name : kind + "/" + namespace + "/" + name;
  }
}
