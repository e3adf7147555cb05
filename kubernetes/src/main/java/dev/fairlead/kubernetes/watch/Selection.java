package dev.fairlead.kubernetes.watch;

import dev.fairlead.discovery.document.Kinds;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.kubernetes.ObjectName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What of all objects is ours: Gateways of our class, the routes that name them, and only by those
 * references. Other controllers' Gateways and routes are none of our business, right or wrong.
 */
final class Selection {
  /** Whose GatewayClasses are ours. */
  static final String CONTROLLER = "fairlead.dev/gateway";

  /** The class that is ours also while nobody has installed it. */
  static final String CLASS = "fairlead";

  private final Set<String> classes = new HashSet<>(Set.of(CLASS));
  private final Set<ObjectName> gateways = new HashSet<>();
  private final Collection<Held> all;

  Selection(Collection<Held> all) {
    this.all = all;
    for (Held held : all) {
      if (held.kind().kind().equals(WatchedKind.GATEWAY_CLASS)) {
        if (Plain.text(held.node(), "spec", "controllerName").equals(CONTROLLER)) {
          classes.add(held.name().name());
        } else {
          classes.remove(held.name().name());
        }
      }
    }
    for (Held held : all) {
      if (held.kind().kind().equals(Kinds.GATEWAY)
          && classes.contains(Plain.text(held.node(), "spec", "gatewayClassName"))) {
        gateways.add(held.name());
      }
    }
  }

  /** The GatewayClasses that are ours. */
  List<Held> classes() {
    return all.stream()
        .filter(held -> held.kind().kind().equals(WatchedKind.GATEWAY_CLASS))
        .filter(held -> classes.contains(held.name().name()))
        .toList();
  }

  /** Which of a route's parentRefs are ours, by their index. */
  List<Integer> parents(Held held) {
    List<Node> parents = Plain.items(held.node(), "spec", "parentRefs");
    return IntStream.range(0, held.kind().isRoute() ? parents.size() : 0)
        .filter(index -> isOurs(parents.get(index), held.name()))
        .boxed()
        .toList();
  }

  /** The objects to read, with what is not ours left out of them. */
  Map<Held, Node> documents() {
    Map<Held, Node> ours = new HashMap<>();
    for (Held held : all) {
      ours(held).ifPresent(node -> ours.put(held, node));
    }
    return ours;
  }

  private Optional<Node> ours(Held held) {
    if (held.kind().kind().equals(WatchedKind.GATEWAY_CLASS)) {
      return Optional.empty();
    }
    if (held.kind().kind().equals(Kinds.GATEWAY)) {
      return Optional.of(held.node()).filter(_ -> gateways.contains(held.name()));
    }
    if (held.kind().isRoute()) {
      Node fewer = Plain.keeping(held.node(), "parentRefs", parent -> isOurs(parent, held.name()));
      return Optional.of(fewer).filter(node -> !Plain.items(node, "spec", "parentRefs").isEmpty());
    }
    return Optional.of(held.node());
  }

  /** Whether a parentRef names one of our Gateways. */
  private boolean isOurs(Node parent, ObjectName route) {
    String kind = Plain.text(parent, "kind");
    String namespace = Plain.text(parent, "namespace");
    return (kind.isEmpty() || kind.equals(Kinds.GATEWAY))
        && gateways.contains(
            new ObjectName(
                Kinds.GATEWAY,
                namespace.isEmpty() ? route.namespace() : namespace,
                Plain.text(parent, "name")));
  }

  /** The Secrets and ConfigMaps that our Gateways and the policies of backends refer to. */
  Set<ObjectName> certificates() {
    Set<ObjectName> found = new TreeSet<>(Comparator.comparing(ObjectName::toString));
    for (Held held : all) {
      String kind = held.kind().kind();
      if (gateways.contains(held.name()) || kind.equals(WatchedKind.BACKEND_TLS_POLICY)) {
        references(held.node(), held.name().namespace(), found);
      }
    }
    return found;
  }

  /** Whatever field they are in: those that end so refer to certificates, and nothing else does. */
  private static void references(Node node, String namespace, Set<ObjectName> found) {
    switch (node) {
      case Node.Mapping mapping ->
          mapping
              .entries()
              .forEach(
                  (name, entry) -> {
                    if (name.endsWith("ertificateRefs") || name.endsWith("ertificateRef")) {
                      targets(entry.value())
                          .forEach(ref -> reference(ref, namespace).ifPresent(found::add));
                    }
                    references(entry.value(), namespace, found);
                  });
      case Node.Sequence sequence ->
          sequence.items().forEach(item -> references(item, namespace, found));
      case Node.Scalar _ -> {}
    }
  }

  private static List<Node> targets(Node value) {
    return value instanceof Node.Sequence list ? new ArrayList<>(list.items()) : List.of(value);
  }

  private static Optional<ObjectName> reference(Node ref, String own) {
    String kind = Plain.text(ref, "kind");
    String namespace = Plain.text(ref, "namespace");
    String name = Plain.text(ref, "name");
    boolean config = kind.equals(Kinds.CONFIG_MAP);
    boolean known = config || kind.isEmpty() || kind.equals(Kinds.SECRET);
    return Optional.of(name)
        .filter(text -> known && !text.isEmpty())
        .map(
            text ->
                new ObjectName(
                    config ? Kinds.CONFIG_MAP : Kinds.SECRET,
                    namespace.isEmpty() ? own : namespace,
                    text));
  }
}
