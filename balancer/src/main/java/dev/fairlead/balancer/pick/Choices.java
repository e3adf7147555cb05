package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.Ticker;
import dev.fairlead.balancer.hash.HashTable;
import dev.fairlead.balancer.probe.ProbeCounters;
import dev.fairlead.balancer.probe.Prober;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the choice of each pool: the algorithm's load, draw and table, put together.
 *
 * @param prober empty where nobody sends probes; {@code prequal} needs one
 * @param clock time since the balancer was made
 */
record Choices(
    Algorithm algorithm,
    Optional<Prober> prober,
    ProbeCounters probeCounters,
    Ticker clock,
    RandomSource random) {

  /** A way to make a hash table of members and weights. */
  private interface TableKind {
    HashTable of(List<String> identities, double[] weights);
  }

  /** Whether it compares a pool's sum of requests in flight with its parts. */
  boolean needsPlaceLoads() {
    return algorithm instanceof Algorithm.KeyHash hash && hash.bound().isPresent();
  }

  /** Whether a request's key says where it goes. */
  boolean byKey() {
    return algorithm instanceof Algorithm.KeyHash;
  }

  /**
   * @param candidates at least one, each with a weight above 0
   * @param warming null where all are warm
   * @param inFlight on all candidates together; asked only where {@link #needsPlaceLoads()}
   * @param before the choice under the same algorithm among the candidates that these follow, of
   *     which a table is cheaper made than from nothing; null for none
   */
  Choice of(
      Candidate[] candidates,
      @Nullable Warming warming,
      IntSupplier inFlight,
      @Nullable Choice before) {
    WeightedDraw draw = new WeightedDraw(candidates, warming);
    return switch (algorithm) {
      case Algorithm.Random ignored -> new WeightedRandom(draw);
      case Algorithm.RoundRobin ignored -> new InTurn(candidates, draw, warming, random);
      case Algorithm.LeastRequest ignored -> new LeastLoaded(candidates, Load.OCCUPIED, warming);
      case Algorithm.P2c p2c -> p2c(p2c, candidates, draw, warming);
      case Algorithm.PeakEwma peak -> peak(peak, candidates, draw, warming);
      case Algorithm.Prequal prequal ->
          new PrequalChoice(
              candidates,
              peak(Algorithm.PeakEwma.DEFAULT, candidates, draw, warming),
              candidates[0].estimation(),
              prequal.probes(),
              prober.orElseThrow(),
              probeCounters,
              clock);
      case Algorithm.WrrReported reported ->
          new ReportedWeights(
              candidates, draw, warming, reported.weighting(), clock.nanos(), random);
      case Algorithm.RingHash ring ->
          byKey(HashTable::ring, ring.bound(), candidates, draw, warming, inFlight, before);
      case Algorithm.Maglev maglev ->
          byKey(HashTable::maglev, maglev.bound(), candidates, draw, warming, inFlight, before);
      case Algorithm.Rendezvous rendezvous ->
          byKey(
              HashTable::rendezvous,
              rendezvous.bound(),
              candidates,
              draw,
              warming,
              inFlight,
              before);
    };
  }

  private static Choice p2c(
      Algorithm.P2c p2c, Candidate[] candidates, WeightedDraw draw, @Nullable Warming warming) {
    return new LeastOf(p2c.draws(), Load.OCCUPIED, candidates, draw, warming);
  }

  private static Choice peak(
      Algorithm.PeakEwma peak,
      Candidate[] candidates,
      WeightedDraw draw,
      @Nullable Warming warming) {
    return new LeastOf(
        peak.draws(), Load.cost(candidates[0].estimation()), candidates, draw, warming);
  }

  private static Choice byKey(
      TableKind kind,
      OptionalDouble bound,
      Candidate[] candidates,
      WeightedDraw draw,
      @Nullable Warming warming,
      IntSupplier inFlight,
      @Nullable Choice before) {
    List<String> identities = HashChoice.identities(candidates);
    double[] weights = HashChoice.weights(candidates);
    HashTable table =
        before instanceof HashChoice known
            ? known.table().with(identities, weights)
            : kind.of(identities, weights);
    Choice keyless = p2c(Algorithm.P2c.DEFAULT, candidates, draw, warming);
    return bound.isPresent()
        ? HashChoice.bounded(table, candidates, keyless, bound.getAsDouble(), inFlight)
        : HashChoice.unbounded(table, candidates, keyless);
  }
}
