package dev.fairlead.discovery.document;

import dev.fairlead.balancer.endpoint.Locality;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A ClusterProfile: where a cluster is. Its id is its name.
 *
 * @param provider whose region it is in, for its prices
 * @param links to other clusters, as far as their round trips are known beforehand
 * @param ping what answers HTTP there, for others to measure how far it is
 */
public record ClusterProfileDocument(
    Metadata metadata,
    Locality locality,
    String network,
    boolean local,
    Optional<Located<String>> provider,
    List<Link> links,
    Optional<URI> ping)
    implements Document {
  /** The Earth's other side and back is a tenth of a second; a minute is a mistaken unit. */
  private static final Duration LONGEST_ROUND_TRIP = Duration.ofMinutes(1);

  private static final int MAX_LINKS = 1000;

  private static final int MAX_URL = 2048;

  private static final Reader<URI> PING =
      value ->
          Scalars.text(
                  ClusterProfileDocument::canBePinged,
                  "a URL that can be pinged",
                  "write it as http://gateway.east.example:80/livez, without a user; https too")
              .read(value)
              .map(URI::create);

  private static boolean canBePinged(String text) {
    try {
      URI uri = new URI(text);
      return text.length() <= MAX_URL
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getPort() <= 65535
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** The way to another cluster and back, without any service time. */
  public record Link(Located<String> to, Duration roundTrip) {}

  static ClusterProfileDocument read(Metadata metadata, Fields spec) {
    return new ClusterProfileDocument(
        metadata,
        spec.optional("locality", Places.LOCALITY, Locality.UNKNOWN),
        spec.optional("network", Places.PART, ""),
        spec.optional("local", Scalars.BOOLEAN, false),
        spec.optional("provider", Structures.located(Places.PART)),
        spec.optional(
            "links",
            Structures.list(Structures.object(ClusterProfileDocument::link), 0, MAX_LINKS),
            List.of()),
        spec.optional("ping", PING));
  }

  private static Link link(Fields fields) {
    return new Link(
        fields.required(
            "to", Structures.located(Names.SUBDOMAIN), new Located<>("", fields.value())),
        fields.required(
            "roundTrip", Scalars.duration(Duration.ZERO, LONGEST_ROUND_TRIP), Duration.ZERO));
  }
}
