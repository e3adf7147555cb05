package dev.fairlead.discovery.document;

import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.Algorithm.P2c;
import dev.fairlead.balancer.pick.Algorithm.PeakEwma;
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
import dev.fairlead.route.Affinity;
import java.time.Duration;
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

  private static final String PEAK_EWMA = PeakEwma.DEFAULT.id();
  private static final String P2C = P2c.DEFAULT.id();

  /** What one policy has and the others have not. */
  private static final List<String> EWMA_ONLY =
      List.of("decay", "successDecay", "failurePenalty", "prior");

  private static final Map<String, Algorithm> ALGORITHMS = new TreeMap<>();

  private static final Map<String, Scope> SCOPES = new TreeMap<>();

  static {
    for (Algorithm algorithm :
        List.of(
            new Algorithm.Random(), new Algorithm.RoundRobin(), P2c.DEFAULT, PeakEwma.DEFAULT)) {
      ALGORITHMS.put(algorithm.id(), algorithm);
    }
    for (Scope scope : Scope.values()) {
      SCOPES.put(scope.name(), scope);
    }
  }

  private static final Set<String> PLANNED =
      Set.of("least-request", "prequal", "wrr-reported", "ring-hash", "maglev", "rendezvous");

  private static final Reader<Integer> DRAWS = Scalars.integer(2, 10);
  private static final Reader<Duration> POSITIVE =
      Scalars.duration(Duration.ofMillis(1), Duration.ofHours(1));
  private static final Reader<Duration> PENALTY =
      Scalars.duration(Duration.ZERO, Duration.ofHours(1));

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
    return new Balancing(algorithm(fields), fields.optional("affinity", Affinities.AFFINITY));
  }

  private static Algorithm algorithm(Fields fields) {
    Algorithm named =
        fields.optional("policy", Scalars.oneOf(ALGORITHMS, PLANNED), Algorithm.DEFAULT);
    return switch (named) {
      case PeakEwma d ->
          new PeakEwma(
              fields.optional("draws", DRAWS, d.draws()),
              fields.optional("decay", POSITIVE, d.decay()),
              fields.optional("successDecay", POSITIVE, d.successDecay()),
              fields.optional("failurePenalty", PENALTY, d.failurePenalty()),
              fields.optional("prior", POSITIVE, d.prior()));
      case P2c d -> {
        EWMA_ONLY.forEach(name -> onlyFor(fields, name, named, PEAK_EWMA));
        yield new P2c(fields.optional("draws", DRAWS, d.draws()));
      }
      case Algorithm.Random r -> plain(fields, r);
      case Algorithm.RoundRobin r -> plain(fields, r);
    };
  }

  private static Algorithm plain(Fields fields, Algorithm algorithm) {
    onlyFor(fields, "draws", algorithm, P2C + " and " + PEAK_EWMA);
    EWMA_ONLY.forEach(name -> onlyFor(fields, name, algorithm, PEAK_EWMA));
    return algorithm;
  }

  private static void onlyFor(Fields fields, String name, Algorithm algorithm, String owners) {
    fields
        .find(name)
        .ifPresent(
            at -> at.problem("means nothing to " + algorithm.id(), "only " + owners + " has it"));
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
