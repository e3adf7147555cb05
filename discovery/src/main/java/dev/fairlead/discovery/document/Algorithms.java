package dev.fairlead.discovery.document;

import dev.fairlead.balancer.outcome.LoadWeighting;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.Algorithm.KeyHash;
import dev.fairlead.balancer.pick.Algorithm.LeastRequest;
import dev.fairlead.balancer.pick.Algorithm.Maglev;
import dev.fairlead.balancer.pick.Algorithm.P2c;
import dev.fairlead.balancer.pick.Algorithm.PeakEwma;
import dev.fairlead.balancer.pick.Algorithm.Prequal;
import dev.fairlead.balancer.pick.Algorithm.Random;
import dev.fairlead.balancer.pick.Algorithm.Rendezvous;
import dev.fairlead.balancer.pick.Algorithm.RingHash;
import dev.fairlead.balancer.pick.Algorithm.RoundRobin;
import dev.fairlead.balancer.pick.Algorithm.WrrReported;
import dev.fairlead.balancer.probe.LoadField;
import dev.fairlead.balancer.probe.ProbePolicy;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.route.LoadProbe;
import dev.fairlead.route.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Reads a policy's algorithm: its name, and the fields that it has and others have not. */
final class Algorithms {
  private static final Map<String, Algorithm> KNOWN = new TreeMap<>();

  static {
    for (Algorithm algorithm :
        List.of(
            new Random(),
            new RoundRobin(),
            new LeastRequest(),
            P2c.DEFAULT,
            PeakEwma.DEFAULT,
            Prequal.DEFAULT,
            WrrReported.DEFAULT,
            RingHash.DEFAULT,
            Maglev.DEFAULT,
            Rendezvous.DEFAULT)) {
      KNOWN.put(algorithm.id(), algorithm);
    }
  }

  private static final List<String> PROBED = List.of(Prequal.DEFAULT.id());
  private static final List<String> DRAWING = List.of(P2c.DEFAULT.id(), PeakEwma.DEFAULT.id());
  private static final List<String> AVERAGING = List.of(PeakEwma.DEFAULT.id());
  private static final List<String> REPORTED = List.of(WrrReported.DEFAULT.id());

  /** Those that lead by a request's key. */
  static final List<String> HASHING =
      List.of(Maglev.DEFAULT.id(), Rendezvous.DEFAULT.id(), RingHash.DEFAULT.id());

  /** Whose each field is; in this order mistakes are found. */
  private record Owned(String field, List<String> owners) {}

  private static final List<Owned> OWNED =
      List.of(
          new Owned("draws", DRAWING),
          new Owned("decay", AVERAGING),
          new Owned("successDecay", AVERAGING),
          new Owned("failurePenalty", AVERAGING),
          new Owned("prior", AVERAGING),
          new Owned("errorPenalty", REPORTED),
          new Owned("blackout", REPORTED),
          new Owned("expiry", REPORTED),
          new Owned("update", REPORTED),
          new Owned("probes", PROBED),
          new Owned("boundedLoad", HASHING));

  private static final Reader<Algorithm> POLICY = Scalars.oneOf(KNOWN);
  private static final Reader<Integer> DRAWS = Scalars.integer(2, 10);
  private static final Reader<Duration> POSITIVE =
      Scalars.duration(Duration.ofMillis(1), Duration.ofHours(1));
  private static final Reader<Duration> ANY = Scalars.duration(Duration.ZERO, Duration.ofHours(1));

  /** Beyond some thousand times a fair share a bound is none. */
  private static final double LOOSEST_BOUND = 1000;

  private static final Reader<Double> BOUND =
      value ->
          Scalars.number(0, LOOSEST_BOUND)
              .read(value)
              .filter(
                  bound -> {
                    if (bound <= 1) {
                      value.problem(
                          "leaves no room for all requests",
                          "write a factor of the fair share above 1, as 1.25; without the field"
                              + " there is no bound");
                    }
                    return bound > 1;
                  });

  /**
   * An algorithm, and how endpoints are probed for it.
   *
   * @param probe empty where they are not; without a host where none is written
   */
  record Said(Algorithm algorithm, Optional<LoadProbe> probe) {
    static final Said DEFAULT = new Said(Algorithm.DEFAULT, Optional.empty());
  }

  /** How much is probed, and how. */
  private record Probing(ProbePolicy policy, LoadProbe probe) {
    /** The protocol follows from other documents. */
    static final Probing DEFAULT =
        new Probing(
            ProbePolicy.DEFAULT,
            new LoadProbe(LoadField.PATH, "", OptionalInt.empty(), Protocol.HTTP1));
  }

  private Algorithms() {}

  /**
   * Empty where the name is wrong, which is reported: what else belongs to it is then open.
   *
   * @param embedded whether whoever balances probes in a way of its own
   */
  static Optional<Said> read(Fields fields, boolean embedded) {
    Optional<Algorithm> named =
        fields.find("policy").isPresent()
            ? fields.optional("policy", POLICY)
            : Optional.of(Algorithm.DEFAULT);
    for (Owned owned : OWNED) {
      fields
          .find(owned.field())
          .filter(ignored -> named.isPresent() && !owned.owners().contains(named.get().id()))
          .ifPresent(at -> at.problem(meaningless(named.orElseThrow()), only(owned.owners())));
    }
    return named.map(
        algorithm ->
            algorithm instanceof Prequal
                ? prequal(fields, embedded)
                : new Said(algorithm(fields, algorithm), Optional.empty()));
  }

  private static Said prequal(Fields fields, boolean embedded) {
    Probing said =
        fields.optional(
            "probes", Structures.object(each -> probing(each, embedded)), Probing.DEFAULT);
    return new Said(new Prequal(said.policy()), Optional.of(said.probe()));
  }

  /** All but Prequal, whose probes are more than an algorithm. */
  private static Algorithm algorithm(Fields fields, Algorithm named) {
    return switch (named) {
      case PeakEwma d ->
          new PeakEwma(
              fields.optional("draws", DRAWS, d.draws()),
              fields.optional("decay", POSITIVE, d.decay()),
              fields.optional("successDecay", POSITIVE, d.successDecay()),
              fields.optional("failurePenalty", ANY, d.failurePenalty()),
              fields.optional("prior", POSITIVE, d.prior()));
      case P2c d -> new P2c(fields.optional("draws", DRAWS, d.draws()));
      case WrrReported d -> new WrrReported(weighting(fields, d.weighting()));
      case RingHash d -> new RingHash(bound(fields));
      case Maglev d -> new Maglev(bound(fields));
      case Rendezvous d -> new Rendezvous(bound(fields));
      case Random d -> d;
      case RoundRobin d -> d;
      case LeastRequest d -> d;
      case Prequal d -> d;
    };
  }

  private static LoadWeighting weighting(Fields fields, LoadWeighting d) {
    return new LoadWeighting(
        fields.optional("errorPenalty", Scalars.number(0, 1000), d.errorPenalty()),
        fields.optional("blackout", ANY, d.blackout()),
        fields.optional("expiry", POSITIVE, d.expiry()),
        fields.optional("update", POSITIVE, d.update()));
  }

  private static Probing probing(Fields fields, boolean embedded) {
    LoadProbe probe = Probing.DEFAULT.probe();
    if (embedded) {
      String hint = "leave it out: nobody sends requests there";
      List.of("path", "host", "port").forEach(field -> fields.unsupported(field, hint));
    } else {
      probe =
          new LoadProbe(
              fields.optional("path", Names.PATH, probe.path()),
              fields.optional("host", Names.PRECISE_HOST, ""),
              fields.optional("port", Names.PORT).map(OptionalInt::of).orElse(probe.port()),
              probe.protocol());
    }
    return new Probing(probes(fields), probe);
  }

  private static ProbePolicy probes(Fields fields) {
    ProbePolicy d = ProbePolicy.DEFAULT;
    Reader<Double> rate = Scalars.number(0, 16);
    return new ProbePolicy(
        fields.optional("poolSize", Scalars.integer(2, 64), d.poolSize()),
        fields.optional("age", POSITIVE, d.age()),
        fields.optional("perRequest", rate, d.probesPerRequest()),
        fields.optional("timeout", POSITIVE, d.timeout()),
        fields.optional("hotQuantile", Scalars.number(0, 1), d.hotQuantile()),
        fields.optional("removalsPerRequest", rate, d.removalsPerRequest()),
        fields.optional("slack", Scalars.number(0.001, 1000), d.slack()));
  }

  private static OptionalDouble bound(Fields fields) {
    return fields
        .optional("boundedLoad", BOUND)
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  /** Whether the algorithm looks at a request's key. */
  static boolean hashes(Algorithm algorithm) {
    return algorithm instanceof KeyHash;
  }

  static String meaningless(Algorithm algorithm) {
    return "means nothing to " + algorithm.id();
  }

  /** {@code only a, b and c have it}. */
  static String only(List<String> owners) {
    int last = owners.size() - 1;
    return last == 0
        ? "only " + owners.getFirst() + " has it"
        : "only "
            + String.join(", ", owners.subList(0, last))
            + " and "
            + owners.get(last)
            + " have it";
  }
}
