package dev.fairlead.discovery.document;

import dev.fairlead.balancer.locality.LocalityPattern;
import dev.fairlead.balancer.locality.Residency;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Node;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads where a service's requests must not go. */
final class Residencies {
  private static final int MOST = 1000;

  private static final Pattern BEGINNING = Pattern.compile("([a-z0-9][-.a-z0-9]{0,251})?\\*");

  /** A cluster's id, or its beginning and an asterisk. */
  private static final Reader<String> CLUSTERS =
      Scalars.text(
          text -> Names.isSubdomain(text) || BEGINNING.matcher(text).matches(),
          "a cluster's name or its beginning and '*'",
          "use a-z, 0-9, '-' and '.', at most 253 characters");

  /** The empty name is the default network's. */
  private static final Reader<String> NETWORK =
      value ->
          value.node() instanceof Node.Scalar scalar && scalar.text().isEmpty()
              ? Optional.of("")
              : Places.PART.read(value);

  private Residencies() {}

  /** The one field says its sense: bare names of places read as easily as allowed. */
  static Forbidden read(Fields fields) {
    return fields.required(
        "forbidden", Structures.object(Residencies::forbidden), Forbidden.NOTHING);
  }

  private static Forbidden forbidden(Fields fields) {
    List<Located<String>> clusters =
        fields.optional(
            "clusters", Structures.list(Structures.located(CLUSTERS), 0, MOST), List.of());
    List<LocalityPattern> localities =
        fields.optional("localities", Structures.list(Places.LOCALITIES, 0, MOST), List.of());
    List<Located<String>> networks =
        fields.optional(
            "networks", Structures.list(Structures.located(NETWORK), 0, MOST), List.of());
    boolean said =
        List.of("clusters", "localities", "networks").stream()
            .anyMatch(name -> fields.find(name).isPresent());
    if (!said) {
      fields.value().problem("forbids nothing", "add clusters, localities or networks");
    }
    return new Forbidden(clusters, Set.copyOf(localities), networks);
  }

  /** What is forbidden, with the names that can be checked. */
  record Forbidden(
      List<Located<String>> clusters,
      Set<LocalityPattern> localities,
      List<Located<String>> networks) {
    static final Forbidden NOTHING = new Forbidden(List.of(), Set.of(), List.of());

    Residency residency() {
      return new Residency(read(clusters), localities, read(networks));
    }

    private static Set<String> read(List<Located<String>> names) {
      return names.stream().map(Located::read).collect(Collectors.toUnmodifiableSet());
    }
  }
}
