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
  private final Routes routes;
  private final OptIn optIn;
  private final Enforcement enforcement;
  private final Leadership leadership;

  /**
   * Restores nothing yet.
   *
   * @param leadership that holds the leader lock, so that no controller leads on meanwhile
   */
  public Restorer(Cluster cluster, OptIn optIn, Leadership leadership, Clock clock) {
    this(cluster, asked(cluster), optIn, leadership, clock);
  }

  private Restorer(
      Cluster cluster, Served served, OptIn optIn, Leadership leadership, Clock clock) {
    this(new ApiObjects(cluster, served), new ApiRoutes(cluster, served), optIn, leadership, clock);
  }

  Restorer(Objects objects, Routes routes, OptIn optIn, Leadership leadership, Clock clock) {
    this.objects = objects;
    this.routes = routes;
    this.optIn = optIn;
    this.leadership = leadership;
    this.enforcement = new Enforcement(objects, routes, optIn, leadership, clock, () -> {});
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
      all.add(isOurs(plan) ? restore(plan.target()) : left(plan));
    }
    // Those that were made and never led: nothing had been measured.
    for (Split route : routes.generated(optIn)) {
      if (plans.stream().noneMatch(plan -> plan.target().equals(route.name()))) {
        all.add(restore(route.name()));
      }
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

  private Restored restore(ObjectName target) {
    try {
      Outcome outcome = enforcement.release(target);
      return switch (outcome.kind()) {
        case RESTORED, WRITTEN ->
            new Restored(
                target,
                Result.RESTORED,
                outcome.reason().isEmpty() ? "original weights restored" : outcome.reason());
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
