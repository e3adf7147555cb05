package dev.fairlead.broker;

import dev.fairlead.broker.message.EpochId;
import dev.fairlead.steering.plan.Plan;
import java.util.Optional;

/**
 * A plan that a cluster enforces now.
 *
 * @param plan what to enforce
 * @param decided the plan as it was decided: the same unless it is approached or fades
 * @param epoch that brought it; {@link EpochId#NONE} where the cluster decided alone
 * @param renewedNanos when it was last decided or confirmed, by the cluster's clock
 * @param holdNanos how long from then it holds before it fades
 * @param why it is this one, for a person
 */
public record InForce(
    Plan plan,
    Plan decided,
    Planner planner,
    EpochId epoch,
    long renewedNanos,
    long holdNanos,
    String why) {
  /** A plan that was decided now. */
  static InForce renewed(
      Plan plan, Planner planner, EpochId epoch, long now, long holdNanos, String why) {
    return new InForce(plan, plan, planner, epoch, now, holdNanos, why);
  }

  /**
   * A broker's plan, decided now: it takes force step by step where another planned before, since
   * this broker's change control does not know, or not exactly, from where it goes on.
   */
  static InForce led(
      Plan plan,
      EpochId epoch,
      long now,
      long holdNanos,
      double largestStep,
      Optional<InForce> before) {
    String why = "by " + epoch;
    InForce whole = renewed(plan, Planner.BROKER, epoch, now, holdNanos, why);
    if (before.isEmpty() || before.get().isWhollyLedBy(epoch)) {
      return whole;
    }
    Plan from = before.get().plan();
    double distance = Plans.distance(from, plan);
    if (distance <= largestStep) {
      return whole;
    }
    String limited = "step limited: another planned before";
    return new InForce(
        Plans.mixed(plan, 1 - largestStep / distance, from, limited),
        plan,
        Planner.BROKER,
        epoch,
        now,
        holdNanos,
        why + "; " + limited);
  }

  private boolean isWhollyLedBy(EpochId other) {
    return planner == Planner.BROKER && epoch.isOfSameReign(other) && plan.equals(decided);
  }

  /** The same shares, which nobody renewed; so nobody knows whether all would not fit by now. */
  InForce held() {
    return planner == Planner.HELD
        ? this
        : new InForce(
            Plans.withoutShed(plan),
            Plans.withoutShed(plan),
            Planner.HELD,
            epoch,
            renewedNanos,
            holdNanos,
            "held: nobody decides anew and nothing is seen of its traffic");
  }

  /** The same, with a part of each share gone to where locality would lead the traffic. */
  InForce faded(double part, Plan locality) {
    return new InForce(
        Plans.mixed(decided, part, locality, "gives way to locality"),
        decided,
        Planner.FADING,
        epoch,
        renewedNanos,
        holdNanos,
        "held for as long as may be; gives way to locality");
  }

  /** Who decided. */
  public enum Planner {
    /** The broker, and it is heard. */
    BROKER,
    /** The cluster's own controller. */
    ALONE,
    /** Somebody did, and nobody renews it: nothing is seen of this traffic. */
    HELD,
    /** It was held for as long as it may be and gives way to the locality order. */
    FADING
  }
}
