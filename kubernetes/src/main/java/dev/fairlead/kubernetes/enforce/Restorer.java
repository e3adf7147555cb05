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
   * @param what for a person
   */
  public record Restored(ObjectName target, Result result, String what) {}

  /** How it ended. */
  public enum Result {
    /** Its weights are the original ones again. */
    RESTORED,
    /** They were. */
    UNCHANGED,
    /** Somebody else's weights, or another enforcer's object: not ours to write. */
    LEFT,
    /** Something of ours is left of it. */
    FAILED
  }

  private final Objects objects;
  private final Enforcement enforcement;
  private final Leadership leadership;

  /**
   * Restores nothing yet.
   *
   * @param leadership that holds the leader lock, so that no controller leads on meanwhile
   */
  public Restorer(Cluster cluster, OptIn optIn, Leadership leadership, Clock clock) {
    this(new ApiObjects(cluster, asked(cluster)), optIn, leadership, clock);
  }

  Restorer(Objects objects, OptIn optIn, Leadership leadership, Clock clock) {
    this.objects = objects;
    this.leadership = leadership;
    this.enforcement = new Enforcement(objects, optIn, leadership, clock, () -> {});
  }

  private static Served asked(Cluster cluster) {
    Served served = new Served(cluster);
    served.ask();
    return served;
  }

  /** Of all namespaces, each with how it ended; one that fails does not keep the others. */
  public List<Restored> restoreAll() {
    List<StoredPlan> plans =
        objects.plans("").stream().filter(StoredPlan::isNamedForTarget).toList();
    // Where the lock was deleted it counts anew, below what stands in the plans.
    plans.stream()
        .filter(this::isOurs)
        .mapToLong(plan -> plan.status().term())
        .filter(last -> leadership.term().orElse(last) < last)
        .max()
        .ifPresent(leadership::surpassed);
    List<Restored> all = new ArrayList<>();
    for (StoredPlan plan : plans) {
      all.add(isOurs(plan) ? restore(plan) : left(plan));
    }
    return all;
  }

  private boolean isOurs(StoredPlan plan) {
    String enforcer = plan.status().enforcer();
    return enforcer.isEmpty() || enforcer.equals(enforcement.enforcer());
  }

  private static Restored left(StoredPlan plan) {
    return new Restored(
        plan.target(), Result.LEFT, "is led by another: " + plan.status().enforcer());
  }

  private static String said(String reason) {
    return switch (reason) {
      case "contended" -> "somebody else writes it all the time";
      case Enforcement.NOT_LEADER, "term" -> "the leader lock was lost";
      default -> reason;
    };
  }

  private Restored restore(StoredPlan plan) {
    ObjectName target = plan.target();
    try {
      Outcome outcome = enforcement.release(target);
      return switch (outcome.kind()) {
        case RESTORED, WRITTEN ->
            new Restored(target, Result.RESTORED, "original weights restored");
        case SUPPRESSED ->
            outcome.reason().equals(Enforcement.WRITTEN_BY_ANOTHER)
                ? new Restored(target, Result.LEFT, "left as somebody else wrote it since")
                : new Restored(target, Result.UNCHANGED, "has its original weights");
        case REFUSED -> new Restored(target, Result.FAILED, said(outcome.reason()));
      };
    } catch (ObjectFault e) {
      return new Restored(target, Result.FAILED, String.valueOf(e.getMessage()));
    }
  }
}
