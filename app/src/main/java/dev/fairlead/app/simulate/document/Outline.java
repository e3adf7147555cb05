package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.document.Names;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Link;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names that a scenario gives its parts. Taken from the document before anything else is read,
 * so that a reference is checked wherever it stands, and also where what it names is wrong.
 *
 * @param zones of each cluster
 */
record Outline(Map<String, Set<String>> zones, Set<String> services, Set<String> contenders) {
  /** A name that a part of the scenario gives itself. */
  static final Reader<String> OWN_NAME = Names.SUBDOMAIN;

  /** What nobody names: references that are wrong anyway. */
  private static final Link.End NOWHERE = new Link.End("?");

  static Outline of(Node spec) {
    Map<String, Set<String>> zones = new LinkedHashMap<>();
    for (Node cluster : items(spec, "clusters")) {
      text(cluster, "name").ifPresent(name -> zones.put(name, zones(cluster)));
    }
    return new Outline(zones, names(spec, "services"), names(spec, "contenders"));
  }

  /** The zones as written; where none is, the one that {@link Clusters} makes. */
  private static Set<String> zones(Node cluster) {
    Set<String> zones = new LinkedHashSet<>();
    for (Node zone : items(cluster, "zones")) {
      if (zone instanceof Node.Scalar scalar) {
        zones.add(scalar.text());
      }
    }
    if (zones.isEmpty()) {
      text(cluster, "region").map(Clusters::onlyZone).ifPresent(zones::add);
    }
    return zones;
  }

  private static Set<String> names(Node spec, String list) {
    Set<String> names = new LinkedHashSet<>();
    items(spec, list).forEach(item -> text(item, "name").ifPresent(names::add));
    return names;
  }

  private static List<Node> items(Node node, String field) {
    return node instanceof Node.Mapping mapping
            && mapping.field(field).orElse(mapping) instanceof Node.Sequence sequence
        ? sequence.items()
        : List.of();
  }

  private static Optional<String> text(Node node, String field) {
    return node instanceof Node.Mapping mapping
            && mapping.field(field).orElse(mapping) instanceof Node.Scalar scalar
        ? Optional.of(scalar.text())
        : Optional.empty();
  }

  /** A name that must be among the known. */
  private static Reader<String> known(String what, Collection<String> names) {
    return value ->
        Scalars.TEXT
            .read(value)
            .filter(
                name -> {
                  if (!names.contains(name)) {
                    value.unknown("there is no " + what + " " + Quoted.of(name), name, names);
                  }
                  return names.contains(name);
                });
  }

  Reader<String> cluster() {
    return known("cluster", zones.keySet());
  }

  Reader<String> service() {
    return known("service", services);
  }

  Reader<String> contender() {
    return known("contender", contenders);
  }

  /** A cluster, or a zone of one: {@code east} or {@code east/us-east-1a}. */
  Reader<Link.End> end() {
    return value ->
        Scalars.TEXT
            .read(value)
            .flatMap(
                text -> {
                  int slash = text.indexOf('/');
                  String cluster = slash < 0 ? text : text.substring(0, slash);
                  String zone = slash < 0 ? "" : text.substring(slash + 1);
                  Set<String> known = zones.get(cluster);
                  if (known == null) {
                    value.unknown(
                        "there is no cluster " + Quoted.of(cluster), cluster, zones.keySet());
                    return Optional.empty();
                  }
                  return slash < 0 || isIn(cluster, known, zone, value)
                      ? Optional.of(new Link.End(cluster, zone))
                      : Optional.empty();
                });
  }

  /** Whether a cluster has a zone; that it has not is reported. */
  private static boolean isIn(String cluster, Set<String> known, String zone, Value value) {
    if (!known.contains(zone)) {
      value.unknown("cluster '" + cluster + "' has no zone " + Quoted.of(zone), zone, known);
    }
    return known.contains(zone);
  }

  /** Fields {@code cluster}, required, and {@code zone}. */
  Link.End place(Fields fields) {
    String cluster = fields.required("cluster", cluster(), NOWHERE.cluster());
    return new Link.End(cluster, zone(fields, cluster));
  }

  /** Fields {@code cluster} and {@code zone}; left out, they are empty and mean all. */
  Link.End anywhere(Fields fields) {
    String cluster = fields.optional("cluster", cluster(), "");
    return new Link.End(cluster, zone(fields, cluster));
  }

  private String zone(Fields fields, String cluster) {
    Set<String> known = zones.get(cluster);
    if (known != null) {
      Reader<String> zone =
          value -> Scalars.TEXT.read(value).filter(name -> isIn(cluster, known, name, value));
      return fields.optional("zone", zone, "");
    }
    List<String> all = new ArrayList<>();
    zones.values().forEach(all::addAll);
    return cluster.isEmpty()
        ? fields.optional("zone", known("zone", all), "")
        : fields.optional("zone", Scalars.TEXT, "");
  }
}
