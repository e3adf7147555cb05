package dev.fairlead.discovery.document;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy;
import dev.fairlead.balancer.pick.LocalityPolicy.Mode;
import dev.fairlead.balancer.pick.LocalityPolicy.Scope;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Quoted;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.Affinity;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A TrafficPolicy: how the services that it names are balanced, and by which key of a request. */
public record TrafficPolicyDocument(
    Metadata metadata,
    List<Located<String>> targets,
    BalancerPolicy policy,
    Optional<Affinity> affinity)
    implements Document {

  /** The fields of {@code balancer}. */
  private record Balancing(Algorithm algorithm, Optional<Affinity> affinity) {
    static final Balancing DEFAULT = new Balancing(Algorithm.DEFAULT, Optional.empty());
  }

  private static final Map<String, Scope> SCOPES = new TreeMap<>();

  static {
    for (Scope scope : Scope.values()) {
      SCOPES.put(scope.name(), scope);
    }
  }

  private static final Reader<List<Scope>> PREFERENCE =
      value ->
          Structures.list(Scalars.oneOf(SCOPES), 0, Scope.values().length)
              .read(value)
              .map(
                  scopes -> {
                    Set<Scope> seen = EnumSet.noneOf(Scope.class);
                    for (Scope scope : scopes) {
                      if (!seen.add(scope)) {
                        value.problem("names " + Quoted.of(scope.name()) + " twice", "keep one");
                      }
                    }
                    return scopes;
                  });

  static TrafficPolicyDocument read(Metadata metadata, Fields spec) {
    Balancing balancing =
        spec.optional(
            "balancer", Structures.object(TrafficPolicyDocument::balancing), Balancing.DEFAULT);
    return new TrafficPolicyDocument(
        metadata,
        TargetRefs.read(spec),
        new BalancerPolicy(
            balancing.algorithm(),
            spec.optional(
                "locality",
                Structures.object(TrafficPolicyDocument::locality),
                LocalityPolicy.DEFAULT)),
        balancing.affinity());
  }

  private static Balancing balancing(Fields fields) {
    Optional<Algorithm> named = Algorithms.read(fields);
    Optional<Affinity> affinity = fields.optional("affinity", Affinities.AFFINITY);
    Optional<Value> key = fields.find("affinity");
    boolean hashes = named.map(Algorithms::hashes).orElse(key.isPresent());
    if (hashes && key.isEmpty()) {
      fields
          .find("policy")
          .orElse(fields.value())
          .problem(
              "leads by a request's key, and there is none",
              "add affinity with one of " + Affinities.listed());
    } else if (!hashes && key.isPresent()) {
      key.get()
          .problem(
              Algorithms.meaningless(named.orElse(Algorithm.DEFAULT)),
              Algorithms.only(Algorithms.HASHING));
    }
    return new Balancing(named.orElse(Algorithm.DEFAULT), affinity);
  }

  private static LocalityPolicy locality(Fields fields) {
    return new LocalityPolicy(
        fields.optional(
            "mode",
            Scalars.oneOf(
                Map.of("failover", Mode.FAILOVER, "strict", Mode.STRICT), Set.of("weighted")),
            LocalityPolicy.DEFAULT.mode()),
        fields.optional("preference", PREFERENCE, LocalityPolicy.DEFAULT.preference()));
  }
}
