package dev.fairlead.steering.control;

import dev.fairlead.balancer.weight.ClassShares;
import dev.fairlead.balancer.weight.Shares;
import dev.fairlead.steering.demand.Classes;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the balancer of one source is told of the plans in force there.
 *
 * <p>A class that is observed on its own is led by its own plan, and one that is counted with
 * another by that one's; whatever has no plan, by that of all classes together.
 *
 * <p><b>What is turned away,</b> where the objective has it so. The part of a class that a plan has
 * no capacity for, the lowest class first, but only in favour of a class above it: the highest that
 * is observed is never turned away, and neither is traffic of which classes are not known, nor a
 * class that is only counted with another. A queue at the destination does that better, since it
 * knows what it serves; at the source there is one reason to do it, that requests of a lower class
 * must not wait before those of a higher one in a queue that knows no class.
 *
 * <p>An estimate of capacity that is too low must not come true by itself, so
 *
 * <ul>
 *   <li>what is turned away counts as demand ({@link
 *       dev.fairlead.steering.demand.Observation#shedRps}), or a plan that sheds would find that
 *       all fits, stop, and begin anew;
 *   <li>nothing is shed for doubt: where not all fits, the plan is made with the capacity that is
 *       hoped for and not with the one that is sure, and that hope grows while nothing contradicts
 *       it, so that load rises until the destination shows anew that it is full, or serves so much
 *       more that the estimate is refuted ({@code Prudence.hoped});
 *   <li>change control has little say: what is shed follows the plan of each period at once where
 *       it grows, and by halves where it shrinks, so that it is gone in a few periods;
 *   <li>it ends by itself in the balancer when no plan renews it for three periods, whoever it was
 *       that should have.
 * </ul>
 */
public final class Orders {
  /** Plans may be lost on their way, as reports may. */
  private static final int SHED_FOR_PERIODS = 3;

  private Orders() {}

  /**
   * Empty where no destination has a share: locality decides then.
   *
   * @param whole the key of all classes together
   * @param classes as they are observed
   * @param inForce plans by key; others are disregarded
   * @param period from one plan to the next
   * @param shedding as {@link Objective#shedding}
   */
  public static Optional<ClassShares> of(
      TrafficKey whole,
      Classes classes,
      Map<TrafficKey, Plan> inForce,
      Duration period,
      boolean shedding) {
    Optional<Shares> any = shares(inForce.get(whole));
    if (any.isEmpty()) {
      return Optional.empty();
    }
    Map<Integer, Shares> byClass = new TreeMap<>();
    Map<Integer, Double> shed = new TreeMap<>();
    for (int at = 0; at < ClassShares.CLASSES && classes.isSeveral(); at++) {
      int leader = classes.with(at);
      Plan plan = inForce.get(new TrafficKey(whole.service(), whole.sourceCluster(), leader));
      Optional<Shares> own = shares(plan);
      if (plan != null && own.isPresent()) {
        byClass.put(at, own.get());
        if (shedding && at == leader && at != classes.own().last() && plan.shed() > 0) {
          shed.put(at, Math.min(1, plan.shed()));
        }
      }
    }
    return Optional.of(
        new ClassShares(any.get(), byClass, shed, period.multipliedBy(SHED_FOR_PERIODS)));
  }

  private static Optional<Shares> shares(@Nullable Plan plan) {
    if (plan == null) {
      return Optional.empty();
    }
    Map<String, Double> shares = new HashMap<>();
    plan.shares().forEach(each -> shares.merge(each.destination(), each.share(), Double::sum));
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    return sum > 0 ? Optional.of(new Shares(shares)) : Optional.empty();
  }
}
