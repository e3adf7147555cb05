package dev.fairlead.app.simulate.document;

import dev.fairlead.discovery.document.Places;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.simulator.scenario.Cluster;
import dev.fairlead.simulator.scenario.Cluster.Position;
import dev.fairlead.simulator.scenario.Link;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Readers of where things are, and of what lies between. */
final class Clusters {
  private static final int MOST_ZONES = 100;

  static final Reader<Cluster> CLUSTER = Parts.part(Clusters::cluster);
  static final Reader<Position> POSITION = Parts.part(Clusters::position);

  /** Beyond a map of the whole earth in millimetres. */
  private static final Reader<Double> COORDINATE = Scalars.number(-1e12, 1e12);

  private Clusters() {}

  /** What the zone of a cluster is called that names none. */
  static String onlyZone(String region) {
    return region + "a";
  }

  private static Supplier<Cluster> cluster(Fields fields) {
    String name = fields.required("name", Outline.OWN_NAME, "?");
    String region = fields.required("region", Places.PART, "?");
    List<String> zones =
        fields.optional(
            "zones",
            value ->
                Structures.list(Places.PART, 1, MOST_ZONES)
                    .read(value)
                    .map(read -> once(value, read)),
            List.of(onlyZone(region)));
    Optional<Position> position = fields.optional("position", POSITION);
    return () -> new Cluster(name, region, zones, position);
  }

  private static List<String> once(Value value, List<String> zones) {
    Set<String> seen = new HashSet<>();
    zones.stream()
        .filter(zone -> !seen.add(zone))
        .findFirst()
        .ifPresent(zone -> value.problem("names '" + zone + "' twice", "keep one"));
    return zones;
  }

  private static Supplier<Position> position(Fields fields) {
    double x = fields.required("x", COORDINATE, 0.0);
    double y = fields.required("y", COORDINATE, 0.0);
    return () -> new Position(x, y);
  }

  /** A link both ways, unless it says {@code oneWay}. */
  static Reader<List<Link>> links(Outline names) {
    return Parts.part(
        fields -> {
          Link.End from = fields.required("from", names.end(), new Link.End("?"));
          Link.End to = fields.required("to", names.end(), new Link.End("?"));
          Link.Way way = way(fields);
          boolean oneWay = fields.optional("oneWay", Scalars.BOOLEAN, false);
          if (from.equals(to) && !from.cluster().equals("?")) {
            fields.value().problem("leads from " + from + " to itself", "name two places");
          }
          return () -> {
            Link link = new Link(from, to, way);
            return oneWay ? List.of(link) : List.of(link, link.reverse());
          };
        });
  }

  private static Link.Way way(Fields fields) {
    Duration delay = fields.required("delay", Units.TIME_OR_ZERO, Duration.ZERO);
    Duration jitter = fields.optional("jitter", Units.TIME_OR_ZERO, Duration.ZERO);
    double loss = fields.optional("loss", Units.SHARE, 0.0);
    double bandwidth = fields.optional("bandwidth", Units.BANDWIDTH, Double.POSITIVE_INFINITY);
    if (jitter.compareTo(delay) > 0) {
      fields
          .find("jitter")
          .filter(ignored -> fields.find("delay").isPresent())
          .ifPresent(at -> at.problem("is above 'delay'", "write at most the delay"));
      return Link.Way.NONE;
    }
    return new Link.Way(delay, jitter, loss, bandwidth);
  }
}
