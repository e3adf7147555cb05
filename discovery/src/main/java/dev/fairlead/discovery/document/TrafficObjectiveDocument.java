package dev.fairlead.discovery.document;

import dev.fairlead.discovery.yaml.Fields;
import dev.fairlead.discovery.yaml.Scalars;
import dev.fairlead.discovery.yaml.Structures;
import dev.fairlead.discovery.yaml.Structures.Located;
import dev.fairlead.steering.control.ChangeControl;
import dev.fairlead.steering.control.Mode;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.plan.PolicyKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A TrafficObjective: how the services that it names are steered between clusters. */
public record TrafficObjectiveDocument(
    Metadata metadata, List<Located<String>> targets, Objective objective) implements Document {

  private static final Map<String, PolicyKind> POLICIES = new TreeMap<>();

  static {
    for (PolicyKind kind : PolicyKind.values()) {
      POLICIES.put(kind.id(), kind);
    }
    // The name under which the multi-cluster enhancement proposal has it.
    POLICIES.put("round-robin", PolicyKind.EVEN);
  }

  private static final Set<String> PLANNED =
      Set.of("weighted-round-robin", "inverse-cost", "optimized", "cost", "performance", "mixed");

  static TrafficObjectiveDocument read(Metadata metadata, Fields spec) {
    PolicyKind policy = spec.optional("policy", Scalars.oneOf(POLICIES, PLANNED), PolicyKind.L3);
    // l3-reference is the published code to the letter, which has no change control.
    ChangeControl unsaid =
        policy == PolicyKind.L3_REFERENCE ? ChangeControl.OFF : ChangeControl.DEFAULT;
    return new TrafficObjectiveDocument(
        metadata,
        TargetRefs.read(spec),
        new Objective(
            policy,
            spec.optional(
                "mode",
                Scalars.oneOf(
                    Map.of("observe", Mode.OBSERVE, "advise", Mode.ADVISE, "drive", Mode.DRIVE)),
                Mode.OBSERVE),
            spec.optional(
                "period",
                Scalars.duration(Duration.ofMillis(100), Duration.ofHours(1)),
                Objective.DEFAULT_PERIOD),
            spec.optional(
                "changeControl",
                Structures.object(TrafficObjectiveDocument::changeControl),
                unsaid)));
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
