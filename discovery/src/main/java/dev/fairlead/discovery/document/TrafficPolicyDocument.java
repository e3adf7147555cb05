package dev.fairlead.discovery.document;

import dev.fairlead.balancer.health.OutlierDetection;
import dev.fairlead.balancer.health.RetryAllowance;
import dev.fairlead.balancer.health.WarmUp;
import dev.fairlead.balancer.pick.Algorithm;
import dev.fairlead.balancer.pick.BalancerPolicy;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.discovery.yaml.Value;
import dev.fairlead.route.Affinity;
import dev.fairlead.route.ConnectionLimits;
import dev.fairlead.route.HealthCheck.Probe;
import dev.fairlead.route.Hedging;
import dev.fairlead.route.LoadProbe;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A TrafficPolicy: how the services that it names are balanced, and by which key of a request.
 *
 * @param policy without the parts that follow from other documents and the process
 * @param ownPreference whether its locality's preference is written there
 * @param check how endpoints are checked; how often is in the policy
 * @param probe how endpoints are asked for their load, without a host where none is written; how
 *     often is in the policy
 * @param answersProbes whether those who ask for the service's load are answered in its stead
 * @param connections to endpoints, and how many requests may wait for them
 * @param hedging of its requests; empty: none
 * @param forbiddenClusters what residency names, for a check against the ClusterProfiles
 * @param forbiddenNetworks likewise
 */
public record TrafficPolicyDocument(
    Metadata metadata,
    List<Located<String>> targets,
    BalancerPolicy policy,
    boolean ownPreference,
    Optional<Subset> subset,
    Optional<Affinity> affinity,
    Optional<Check> check,
    Optional<LoadProbe> probe,
    boolean answersProbes,
    ConnectionLimits connections,
    Optional<Hedging> hedging,
    List<Located<String>> forbiddenClusters,
    List<Located<String>> forbiddenNetworks)
    implements Document {

  /**
   * How endpoints are checked.
   *
   * @param probe without a host where none is written
   * @param port of their own; empty: that of requests
   */
  public record Check(Probe probe, OptionalInt port, Duration timeout, Value at) {}

  /**
   * Stable subsetting.
   *
   * @param client empty: the name of this process's host
   */
  public record Subset(int size, Optional<String> client, Value at) {}

  /** The fields of {@code balancer}. */
  private record Balancing(Algorithms.Said said, Optional<Affinity> affinity) {
    static final Balancing DEFAULT = new Balancing(Algorithms.Said.DEFAULT, Optional.empty());
  }

  /** More endpoints than that are no subset. */
  private static final Reader<Integer> SUBSET_SIZE = Scalars.integer(1, 10_000);

  private static final Reader<String> CLIENT =
      Scalars.text(
          text -> !text.isBlank() && text.length() <= 253,
          "a client's name",
          "write 1 to 253 characters that no other client has");

  static TrafficPolicyDocument read(Metadata metadata, Fields spec) {
    Said said = said(spec, false);
    Optional<CheckReaders.Check> check =
        spec.optional("healthCheck", CheckReaders.CHECK, Optional.empty());
    return new TrafficPolicyDocument(
        metadata,
        TargetRefs.read(spec),
        check.map(each -> said.policy().with(each.policy())).orElse(said.policy()),
        said.locality().ownPreference(),
        spec.optional("subset", Structures.object(TrafficPolicyDocument::subset)),
        said.balancing().affinity(),
        check.map(each -> new Check(each.probe(), each.port(), each.timeout(), each.at())),
        said.balancing().said().probe(),
        spec.optional("answerProbes", Scalars.BOOLEAN, false),
        said.connections(),
        spec.optional("hedging", LimitReaders.HEDGING),
        said.forbidden().clusters(),
        said.forbidden().networks());
  }

  /**
   * Reads the fields of a policy that stands inside another document: without targets and subset,
   * and for balancers that have other keys than a request's, and other probes.
   */
  public static BalancerPolicy embedded(Fields spec) {
    spec.unsupported("subset", "leave it out: each cluster calls as one client");
    spec.unsupported("healthCheck", "leave it out: nobody sends checks there");
    spec.unsupported("hedging", "leave it out: nobody sends a request twice there");
    spec.unsupported("answerProbes", "leave it out: each server answers for itself there");
    return said(spec, true).policy();
  }

  /** All that is said of how to balance. */
  private record Said(
      BalancerPolicy policy,
      Localities.Said locality,
      Residencies.Forbidden forbidden,
      Balancing balancing,
      ConnectionLimits connections) {}

  private static Said said(Fields spec, boolean embedded) {
    Balancing balancing =
        spec.optional(
            "balancer", Structures.object(fields -> balancer(fields, embedded)), Balancing.DEFAULT);
    Localities.Said locality =
        spec.optional("locality", Localities.LOCALITY, Localities.Said.NOTHING);
    Residencies.Forbidden forbidden =
        spec.optional(
            "residency", Structures.object(Residencies::read), Residencies.Forbidden.NOTHING);
    LimitReaders.Limits limits =
        spec.optional("limits", LimitReaders.limits(embedded), LimitReaders.Limits.NONE);
    BalancerPolicy policy =
        new BalancerPolicy(
            balancing.said().algorithm(),
            locality.policy(),
            forbidden.residency(),
            Optional.empty(),
            Optional.empty(),
            spec.optional("outlierDetection", HealthReaders.OUTLIERS, OutlierDetection.OFF),
            spec.optional("warmUp", HealthReaders.WARM_UP, WarmUp.OFF),
            limits.fixed(),
            limits.adaptive(),
            spec.optional("retryBudget", LimitReaders.RETRY_BUDGET, RetryAllowance.DEFAULT));
    return new Said(policy, locality, forbidden, balancing, limits.connections());
  }

  private static Subset subset(Fields fields) {
    // One that is wrong is reported, and is not missing besides.
    Optional<String> client =
        fields.find("client").map(ignored -> fields.optional("client", CLIENT, "?"));
    return new Subset(fields.required("size", SUBSET_SIZE, 1), client, fields.value());
  }

  /**
   * @param embedded whether it stands inside another document: then an algorithm that leads by a
   *     key need not be told which
   */
  private static Balancing balancer(Fields fields, boolean embedded) {
    Optional<Algorithms.Said> said = Algorithms.read(fields, embedded);
    Optional<Algorithm> named = said.map(Algorithms.Said::algorithm);
    Optional<Affinity> affinity = fields.optional("affinity", Affinities.AFFINITY);
    Optional<Value> key = fields.find("affinity");
    boolean hashes = named.map(Algorithms::hashes).orElse(key.isPresent());
    if (hashes && key.isEmpty() && !embedded) {
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
    return new Balancing(said.orElse(Algorithms.Said.DEFAULT), affinity);
  }
}
