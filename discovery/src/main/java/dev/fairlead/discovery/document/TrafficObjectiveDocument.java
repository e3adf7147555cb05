package dev.fairlead.discovery.document;

import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.discovery.GeneratedRoute.Backend;
import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Reader;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.Valuation;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A TrafficObjective: how the services that it names are steered between clusters. */
public record TrafficObjectiveDocument(
    Metadata metadata,
    List<Located<String>> targets,
    Objective objective,
    Optional<Route> generatedRoute)
    implements Document {

  /** A route that is to be there for its one target: see {@link GeneratedRoute}. */
  public record Route(String kind, List<Located<Backend>> backends) {
    public Route {
      backends = List.copyOf(backends);
    }
  }

  /** What a policy's name says; that of an objective stands for the policy that minimises it. */
  private record Named(PolicyKind policy, Valuation.Objective objective) {}

  private static final Map<String, Named> POLICIES = new TreeMap<>();

  static {
    Valuation.Objective usual = Objective.DEFAULT_VALUATION.objective();
    for (PolicyKind kind : PolicyKind.values()) {
      POLICIES.put(kind.id(), new Named(kind, usual));
    }
    // The names under which the multi-cluster enhancement proposal has them.
    POLICIES.put("round-robin", new Named(PolicyKind.EVEN, usual));
    POLICIES.put("weighted-round-robin", new Named(PolicyKind.INVERSE_COST, usual));
    Valuations.OBJECTIVES.forEach(
        (name, objective) -> POLICIES.put(name, new Named(PolicyKind.OPTIMIZED, objective)));
  }

  private static final Named DEFAULT_POLICY =
      new Named(PolicyKind.OPTIMIZED, Objective.DEFAULT_VALUATION.objective());

  /** Policies that ask what a second is worth. */
  private static final Set<PolicyKind> VALUING =
      EnumSet.of(PolicyKind.OPTIMIZED, PolicyKind.INVERSE_COST, PolicyKind.MULTI_HOP);

  /** Published code to the letter, which has no change control. */
  private static final Set<PolicyKind> LITERAL = EnumSet.of(PolicyKind.L3_REFERENCE, PolicyKind.C3);

  private static final double MOST_RPS = 1e6;

  private static final Reader<Mode> MODE =
      Scalars.oneOf(Map.of("observe", Mode.OBSERVE, "advise", Mode.ADVISE, "drive", Mode.DRIVE));

  private static final String SHEDDING = "shedding";

  private static final Reader<Boolean> SHEDS = Scalars.oneOf(Map.of("none", false, "source", true));

  static TrafficObjectiveDocument read(Metadata metadata, Fields spec) {
    Mode mode = spec.optional("mode", MODE, Mode.OBSERVE);
    List<Located<String>> targets = TargetRefs.read(spec);
    Objective objective = objective(spec, mode);
    Optional<Route> route = GeneratedRoutes.read(spec, targets);
    if (objective.policy() != PolicyKind.MULTI_HOP) {
      refuse(spec, CallGraphs.FIELD, objective.policy(), "multi-hop");
      return new TrafficObjectiveDocument(metadata, targets, objective, route);
    }
    Optional<CallGraph> graph = CallGraphs.read(spec, metadata.namespace(), targets);
    return new TrafficObjectiveDocument(
        metadata, targets, graph.map(objective::over).orElse(objective), route);
  }

  private static void refuse(Fields spec, String field, PolicyKind policy, String other) {
    spec.find(field)
        .ifPresent(
            at ->
                at.problem(
                    "means nothing to policy " + policy.id(),
                    "remove it, or write policy: " + other));
  }

  /** Reads the fields that say how to steer: all but targets, call graph and mode. */
  public static Objective objective(Fields spec, Mode mode) {
    Named named = spec.optional("policy", Scalars.oneOf(POLICIES), DEFAULT_POLICY);
    PolicyKind policy = named.policy();
    ChangeControl unsaid = LITERAL.contains(policy) ? ChangeControl.OFF : ChangeControl.DEFAULT;
    return new Objective(
        policy,
        mode,
        spec.optional(
            "period",
            Scalars.duration(Duration.ofMillis(100), Duration.ofHours(1)),
            Objective.DEFAULT_PERIOD),
        spec.optional(
            "changeControl", Structures.object(TrafficObjectiveDocument::changeControl), unsaid),
        valuation(spec, named),
        spec.optional("endpointCapacity", Scalars.number(0.001, MOST_RPS), Double.NaN),
        Optional.empty(),
        turnaround(spec, policy),
        shedding(spec, policy));
  }

  private static boolean shedding(Fields spec, PolicyKind policy) {
    if (policy == PolicyKind.OPTIMIZED) {
      return spec.optional(SHEDDING, SHEDS, false);
    }
    refuse(spec, SHEDDING, policy, "optimized");
    return false;
  }

  private static double turnaround(Fields spec, PolicyKind policy) {
    if (policy == PolicyKind.MULTI_HOP) {
      return Valuations.turnaround(spec);
    }
    refuse(spec, Valuations.TURNAROUND, policy, "multi-hop");
    return 0;
  }

  private static Valuation valuation(Fields spec, Named named) {
    if (!VALUING.contains(named.policy())) {
      for (String name : Valuations.FIELDS) {
        refuse(spec, name, named.policy(), "optimized");
      }
      return Objective.DEFAULT_VALUATION;
    }
    return Valuations.read(spec, named.objective());
  }

  /** Percentage points in the document, shares in the record. */
  private static ChangeControl changeControl(Fields fields) {
    ChangeControl d = ChangeControl.DEFAULT;
    boolean enabled = fields.optional("enabled", Scalars.BOOLEAN, true);
    double deadband = fields.optional("deadband", Scalars.number(0, 100), d.deadband() * 100);
    double step = fields.optional("largestStep", Scalars.number(0.1, 100), d.largestStep() * 100);
    int hold = fields.optional("minimumHold", Scalars.integer(0, 1000), d.minimumHoldPeriods());
    boolean freeze = fields.optional("freeze", Scalars.BOOLEAN, d.freeze());
    if (enabled) {
      return new ChangeControl(deadband / 100, step / 100, hold, freeze);
    }
    for (String name : List.of("deadband", "largestStep", "minimumHold", "freeze")) {
      fields
          .find(name)
          .ifPresent(at -> at.problem("means nothing while 'enabled' is false", "remove one"));
    }
    return ChangeControl.OFF;
  }
}
