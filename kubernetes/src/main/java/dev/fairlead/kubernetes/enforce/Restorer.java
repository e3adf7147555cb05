package dev.fairlead.kubernetes.enforce;

import dev.fairlead.kubernetes.Cluster;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.lead.Leadership;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives every object its original weights back and removes our WeightPlans: what an uninstallation
 * begins with. Does nothing to what was given back already, so it can be repeated.
 */
public final class Restorer {
  /**
   * What became of one object.
   *
   * @param done whether nothing of ours is left of it
   * @param what for a person
   */
  public record Restored(ObjectName target, boolean done, String what) {}

  private final Objects objects;
  private final Enforcement enforcement;

  /**
   * Restores nothing yet.
   *
   * @param leadership that holds the leader lock, so that no controller leads on meanwhile
   */
  public Restorer(Cluster cluster, OptIn optIn, Leadership leadership, Clock clock) {
    Served served = new Served(cluster);
    served.ask();
    this.objects = new ApiObjects(cluster, served);
    this.enforcement = new Enforcement(objects, optIn, leadership, clock, () -> {});
  }

  /** Of all namespaces, each with how it ended; one that fails does not keep the others. */
  public List<Restored> restoreAll() {
    List<Restored> all = new ArrayList<>();
    for (StoredPlan plan : objects.plans("")) {
      String enforcer = plan.status().enforcer();
      if (!plan.isNamedForTarget()
          || !(enforcer.isEmpty() || enforcer.equals(enforcement.enforcer()))) {
        continue;
      }
      try {
        Outcome outcome = enforcement.release(plan.target());
        all.add(restored(plan.target(), outcome));
      } catch (ObjectFault e) {
        all.add(new Restored(plan.target(), false, String.valueOf(e.getMessage())));
      }
    }
    return all;
  }

  private static Restored restored(ObjectName target, Outcome outcome) {
    return switch (outcome.kind()) {
      case RESTORED, WRITTEN -> new Restored(target, true, "original weights restored");
      case SUPPRESSED ->
          new Restored(
              target,
              true,
              outcome.reason().equals("written-by-another")
                  ? "left as somebody else wrote it since"
                  : "has its original weights");
      case REFUSED -> new Restored(target, false, outcome.reason());
    };
  }
}
