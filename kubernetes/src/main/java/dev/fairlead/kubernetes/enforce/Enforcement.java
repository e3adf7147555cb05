package dev.fairlead.kubernetes.enforce;

import dev.fairlead.discovery.GeneratedRoute;
import dev.fairlead.kubernetes.ObjectName;
import dev.fairlead.kubernetes.enforce.LedPlan.Stand;
import dev.fairlead.kubernetes.enforce.StoredPlan.Condition;
import dev.fairlead.kubernetes.enforce.StoredPlan.Status;
import dev.fairlead.kubernetes.lead.Leadership;
import dev.fairlead.steering.control.Mode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * What is done to one object at a time, and in which order, so that it can be undone whenever this
 * process ends:
 *
 * <ol>
 *   <li>our term into the WeightPlan, where an earlier one is there: from then on a former leader's
 *       write of it is a conflict, and after reading it again, refused;
 *   <li>originals and weights into the WeightPlan, which proves that our term is still the last;
 *   <li>weights into the object, where that was written and the object is still what was read;
 *   <li>how it ended into the WeightPlan's status.
 * </ol>
 *
 * <p>Used by one thread at a time.
 */
final class Enforcement {
  /** A conflict is somebody's single write; who loses so often meets a writer that never rests. */
  private static final int ATTEMPTS = 5;

  /** Told of what happens, by the thread that does it. */
  interface Witness {
    /** Somebody else's write came before ours. */
    void conflict();

    /** Weights were written, by backend's key. */
    default void changed(Split before, Map<String, WrittenWeight> after, String why) {}

    /** The original weights were. */
    default void restored(Split before, Map<String, WrittenWeight> after) {}

    /** A route was generated. */
    default void made(Split route) {}
  }

  private static final String MET = "met";

  /** The reason of whoever stands by. */
  static final String NOT_LEADER = "not-leader";

  /** The reason where no route is generated, as somebody else's splits the traffic. */
  static final String ANOTHER_ROUTE = "another-route";

  /** The reason of a restoration that was not made. */
  static final String WRITTEN_BY_ANOTHER = "written-by-another";

  private final Objects objects;
  private final OptIn optIn;
  private final Leadership leadership;
  private final Clock clock;
  private final Witness witness;
  private final RouteMaker routes;

  /** What was last written down, should somebody delete the WeightPlan while the object is led. */
  private final Map<ObjectName, LedPlan> remembered = new HashMap<>();

  /** What was written down before that, until we see our write of the object come to pass. */
  private final Map<ObjectName, LedPlan> replaced = new HashMap<>();

  /** Enforces nothing yet. */
  Enforcement(
      Objects objects,
      Routes routes,
      OptIn optIn,
      Leadership leadership,
      Clock clock,
      Witness witness) {
    this.objects = objects;
    this.routes = new RouteMaker(routes, optIn, leadership);
    this.optIn = optIn;
    this.leadership = leadership;
    this.clock = clock;
    this.witness = witness;
  }

  /** Who writes, as a WeightPlan's status names it. */
  String enforcer() {
    return "fairlead/" + optIn.value();
  }

  /** Does what is ordered for an object that opted in; gives back one that did not. */
  Outcome follow(ObjectName target, Order order) {
    return inTerm(
        term -> {
          Optional<Split> there = objects.split(target);
          if (order.equals(Order.ABANDON)
              && there.filter(routes::isOurs).filter(routes::isAskedFor).isPresent()) {
            return Outcome.refused("objective-refused");
          }
          if (order.route().isPresent() && order.mode() != Mode.OBSERVE) {
            return follow(order.route().get(), there, order, term);
          }
          return follow(target, there.filter(this::isOptedIn), order, term);
        });
  }

  private Outcome follow(ObjectName target, Optional<Split> split, Order order, long term) {
    if (split.isEmpty() || order.mode() == Mode.OBSERVE) {
      return giveBack(target, term);
    }
    return order.mode() == Mode.DRIVE
        ? drive(split.get(), order, term)
        : advise(split.get(), order, term);
  }

  /** Of a route that is there in drive alone, unless its owner is another one. */
  private Outcome follow(GeneratedRoute route, Optional<Split> there, Order order, long term) {
    ObjectName target = RouteMaker.name(route);
    if (routes.hasRival(route, there)) {
      Outcome back = giveBack(target, term);
      return back.kind() == Outcome.Kind.RESTORED ? back : Outcome.refused(ANOTHER_ROUTE);
    }
    if (order.mode() == Mode.ADVISE) {
      if (there.filter(routes::isOurs).isPresent()) {
        return giveBack(target, term);
      }
      Split split = there.orElseGet(() -> routes.draft(route));
      return follow(target, Optional.of(split).filter(this::isOptedIn), order, term);
    }
    Split made = routes.make(route, there, term);
    boolean isNew = !made.resourceVersion().equals(there.map(Split::resourceVersion).orElse(""));
    if (isNew) {
      witness.made(made);
    }
    if (order.plan().shares().isEmpty()) {
      return isNew ? Outcome.MADE : Outcome.suppressed("unmeasured");
    }
    return follow(target, Optional.of(made).filter(this::isOptedIn), order, term);
  }

  /** Gives an object back where it did not opt in, and else sees to it that our term is known. */
  Outcome check(ObjectName target) {
    return inTerm(
        term -> {
          Optional<Split> split = objects.split(target).filter(this::isOptedIn);
          if (split.isEmpty()) {
            return giveBack(target, term);
          }
          Optional<StoredPlan> stored = plan(target);
          Optional<Outcome> refused = stored.flatMap(plan -> refused(plan, term));
          stored
              .filter(plan -> refused.isEmpty() && plan.plan().driven())
              .ifPresent(plan -> claim(plan, term));
          return refused.orElse(Outcome.suppressed("unordered"));
        });
  }

  /** Makes the object's weights the owner's again, and removes what is kept of it. */
  Outcome release(ObjectName target) {
    return inTerm(term -> giveBack(target, term));
  }

  /** Whether something may be to give back though there is no WeightPlan. */
  boolean remembers(ObjectName target) {
    return remembered.containsKey(target);
  }

  /** What an order is compared with: in advise, a route that is not made, and not one that is. */
  Optional<Split> seen(Optional<Split> there, Order order) {
    if (order.mode() != Mode.ADVISE || order.route().isEmpty()) {
      return there;
    }
    return there.isPresent()
        ? there.filter(split -> !split.isGenerated())
        : order.route().map(routes::draft);
  }

  /** Whether nothing is to do, by what was last seen of the object and its plan. */
  boolean isSettled(Split split, StoredPlan stored, Order order) {
    OptionalLong term = leadership.term();
    return order.mode() != Mode.OBSERVE
        && term.isPresent()
        && isOptedIn(split)
        && order.route().filter(route -> !RouteMaker.isMade(split, route)).isEmpty()
        && stored.plan().driven() == (order.mode() == Mode.DRIVE)
        && stored.status().term() == term.getAsLong()
        && stored.status().enforcer().equals(enforcer())
        && Weighing.of(split, Optional.of(stored.plan()), order.plan())
            .filter(
                wanted ->
                    order.mode() == Mode.DRIVE
                        ? Weighing.isMet(split, wanted)
                        : wanted.weights().equals(stored.plan().weights()))
            .isPresent();
  }

  /** The later of two plans for one object or service is told that it is not in force. */
  void judge(String namespace) {
    if (!leadership.isLeader()) {
      return;
    }
    List<StoredPlan> all = objects.plans(namespace);
    for (StoredPlan plan : all) {
      if (plan.status().enforcer().isEmpty() && !plan.status().isRefused()) {
        Optional<StoredPlan> rival = rival(plan, all);
        rival.ifPresent(other -> objects.writeStatus(refusal(plan, other)));
      }
    }
  }

  private boolean isOptedIn(Split split) {
    return split.isLeadable() && optIn.holds(split.labels());
  }

  private Outcome inTerm(LongFunction<Outcome> action) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      OptionalLong term = leadership.term();
      if (term.isEmpty()) {
        return Outcome.refused(NOT_LEADER);
      }
      try {
        return action.apply(term.getAsLong());
      } catch (ObjectFault e) {
        if (e.kind() != ObjectFault.Kind.CONFLICT) {
          throw e;
        }
        witness.conflict();
      }
    }
    return Outcome.refused("contended");
  }

  /**
   * What is stored of an object. One with originals that no enforcer ever claimed is from a crash
   * before the first weight was written, or somebody else's word: nothing is restored from it.
   */
  private Optional<StoredPlan> plan(ObjectName target) {
    Optional<StoredPlan> stored = objects.plan(target.namespace(), StoredPlan.nameFor(target));
    if (stored.isPresent()
        && stored.get().plan().driven()
        && stored.get().status().enforcer().isEmpty()) {
      objects.delete(stored.get());
      return Optional.empty();
    }
    return stored;
  }

  /**
   * What the object's weights came from: what was last written down, or what was before, as a write
   * that was given up for lost may still have come.
   */
  private LedPlan known(Split split, LedPlan last) {
    return last.stand(split) == Stand.FOREIGN
        ? Optional.ofNullable(replaced.get(split.name()))
            .filter(before -> before.uid().equals(split.uid()))
            .filter(before -> before.stand(split) == Stand.OURS)
            .orElse(last)
        : last;
  }

  private Outcome drive(Split split, Order order, long term) {
    Optional<StoredPlan> stored = plan(split.name());
    Optional<Outcome> refused = stored.flatMap(plan -> refused(plan, term));
    if (refused.isPresent()) {
      return refused.get();
    }
    boolean driven = stored.isPresent() && stored.get().plan().driven();
    if (!driven && refuseBesideAnother(split, stored)) {
      return Outcome.refused("another-plan");
    }
    Optional<LedPlan> known =
        driven ? stored.map(StoredPlan::plan) : Optional.ofNullable(remembered.get(split.name()));
    Optional<LedPlan> wanted =
        Weighing.of(split, known.map(last -> known(split, last)), order.plan());
    if (wanted.isEmpty()) {
      return Outcome.refused("no-share");
    }
    if (driven && Weighing.isMet(split, wanted.get())) {
      claim(stored.get(), term);
      return Outcome.suppressed(MET);
    }
    return write(split, stored, wanted.get(), order, term);
  }

  private Outcome write(
      Split split, Optional<StoredPlan> stored, LedPlan wanted, Order order, long term) {
    stored
        .map(StoredPlan::plan)
        .filter(plan -> plan.driven() && !plan.weights().equals(wanted.weights()))
        .ifPresent(plan -> replaced.put(split.name(), plan));
    StoredPlan written =
        stored.isPresent()
            ? objects.write(claim(stored.get(), term).with(wanted))
            : claim(objects.create(fresh(split, wanted)), term);
    remembered.put(split.name(), wanted);
    if (Weighing.isMet(split, wanted)) {
      objects.writeStatus(written.with(status(written, order, term, "")));
      return Outcome.suppressed(MET);
    }
    Optional<SplitPatch> patch = SplitPatch.of(split, wanted.weights(), Optional.of(optIn));
    try {
      patch.ifPresent(each -> patch(split, each, term));
    } catch (ObjectFault e) {
      if (e.kind() == ObjectFault.Kind.REFUSED) {
        String fault = String.valueOf(e.getMessage());
        objects.writeStatus(written.with(status(written, order, term, fault)));
      }
      throw e;
    }
    objects.writeStatus(written.with(status(written, order, term, "")));
    witness.changed(split, wanted.weights(), order.why());
    return Outcome.WRITTEN;
  }

  /** Backends that somebody moved in between fail the patch's tests, which is a conflict too. */
  private void patch(Split split, SplitPatch patch, long term) {
    // The requests before it may have taken so long that another leads by now.
    if (!leadership.term().equals(OptionalLong.of(term))) {
      throw new ObjectFault(ObjectFault.Kind.CONFLICT, "the term is over");
    }
    try {
      objects.patch(split, patch);
      replaced.remove(split.name());
    } catch (ObjectFault e) {
      if (e.kind() == ObjectFault.Kind.REFUSED && !isStill(split)) {
        throw new ObjectFault(ObjectFault.Kind.CONFLICT, String.valueOf(e.getMessage()), e);
      }
      throw e;
    }
  }

  private boolean isStill(Split split) {
    return objects
        .split(split.name())
        .filter(now -> now.resourceVersion().equals(split.resourceVersion()))
        .isPresent();
  }

  private Outcome advise(Split split, Order order, long term) {
    Optional<StoredPlan> stored = plan(split.name());
    Optional<Outcome> refused = stored.flatMap(plan -> refused(plan, term));
    if (refused.isPresent()) {
      return refused.get();
    }
    if (stored.isPresent() && stored.get().plan().driven()) {
      giveBack(split.name(), term);
      return advise(split, order, term);
    }
    Optional<LedPlan> wanted =
        Weighing.of(split, Optional.empty(), order.plan()).map(LedPlan::advice);
    if (wanted.isEmpty()) {
      return Outcome.refused("no-share");
    }
    boolean same =
        stored.isPresent() && stored.get().plan().weights().equals(wanted.get().weights());
    if (same) {
      claim(stored.get(), term);
      return Outcome.suppressed(MET);
    }
    StoredPlan written =
        stored.isPresent()
            ? objects.write(claim(stored.get(), term).with(wanted.get()))
            : claim(objects.create(fresh(split, wanted.get())), term);
    objects.writeStatus(written.with(status(written, order, term, "")));
    return Outcome.suppressed("advice");
  }

  private Outcome giveBack(ObjectName target, long term) {
    Optional<StoredPlan> stored = plan(target);
    Optional<Outcome> refused = stored.flatMap(plan -> refused(plan, term));
    if (refused.isPresent()) {
      return refused.get();
    }
    LedPlan known = stored.map(StoredPlan::plan).orElse(remembered.get(target));
    Optional<Split> there = objects.split(target);
    Optional<Split> made = there.filter(routes::isOurs);
    if (known == null && made.isEmpty()) {
      return Outcome.suppressed("not-led");
    }
    Optional<StoredPlan> claimed = stored.map(plan -> claim(plan, term));
    Outcome outcome = Outcome.suppressed("not-led");
    if (made.isPresent()) {
      routes.remove(made.get(), term);
      outcome = Outcome.REMOVED;
    } else if (known != null) {
      outcome =
          there
              .filter(split -> known.driven() && split.uid().equals(known.uid()))
              .map(split -> restore(split, known(split, known), term))
              .orElse(outcome);
    }
    claimed.ifPresent(objects::delete);
    remembered.remove(target);
    replaced.remove(target);
    return outcome;
  }

  private Outcome restore(Split split, LedPlan known, long term) {
    if (known.stand(split) == Stand.FOREIGN) {
      return Outcome.suppressed(WRITTEN_BY_ANOTHER);
    }
    Optional<SplitPatch> patch = SplitPatch.of(split, known.originals(), Optional.empty());
    if (patch.isEmpty()) {
      return Outcome.suppressed(MET);
    }
    patch(split, patch.get(), term);
    witness.restored(split, known.originals());
    return Outcome.RESTORED;
  }

  /** Why we may not write what this plan leads; empty where we may. */
  private Optional<Outcome> refused(StoredPlan plan, long term) {
    String other = plan.status().enforcer();
    if (!other.isEmpty() && !other.equals(enforcer())) {
      return Optional.of(Outcome.refused("another-enforcer"));
    }
    if (plan.status().term() > term) {
      leadership.surpassed(plan.status().term());
      return Optional.of(Outcome.refused("term"));
    }
    return Optional.empty();
  }

  /** Our term into the plan: whoever read it before cannot write it any more. */
  private StoredPlan claim(StoredPlan plan, long term) {
    Status old = plan.status();
    if (old.term() == term && old.enforcer().equals(enforcer())) {
      return plan;
    }
    List<Condition> conditions =
        old.conditions().stream().filter(each -> !each.type().equals(StoredPlan.ACCEPTED)).toList();
    return objects.writeStatus(
        plan.with(
            new Status(enforcer(), old.mode(), old.version(), term, now(), old.why(), conditions)));
  }

  private StoredPlan fresh(Split split, LedPlan plan) {
    return new StoredPlan(
        split.name().namespace(), StoredPlan.nameFor(split.name()), "", "", plan, Status.NONE);
  }

  private Status status(StoredPlan plan, Order order, long term, String fault) {
    boolean done = fault.isEmpty() && order.mode() == Mode.DRIVE;
    String reason = done ? "Written" : fault.isEmpty() ? "AdviceOnly" : "Refused";
    List<Condition> conditions = new ArrayList<>();
    conditions.add(condition(plan, StoredPlan.ACCEPTED, true, StoredPlan.ACCEPTED, ""));
    conditions.add(condition(plan, StoredPlan.PROGRAMMED, done, reason, fault));
    return new Status(
        enforcer(),
        order.modeName(),
        plan.status().version() + 1,
        term,
        now(),
        order.why(),
        conditions);
  }

  private Condition condition(
      StoredPlan plan, String type, boolean holds, String reason, String message) {
    String since =
        plan.status()
            .condition(type)
            .filter(old -> old.holds() == holds)
            .map(Condition::since)
            .orElseGet(this::now);
    return new Condition(type, holds, reason, message, since);
  }

  /** Whether another plan leads the object or its service: then ours says so and does nothing. */
  private boolean refuseBesideAnother(Split split, Optional<StoredPlan> stored) {
    StoredPlan ours = stored.orElseGet(() -> fresh(split, LedPlan.idle(split)));
    Optional<StoredPlan> rival = rival(ours, objects.plans(split.name().namespace()));
    if (rival.isEmpty()) {
      return false;
    }
    if (!ours.status().isRefused()) {
      StoredPlan there = stored.isPresent() ? ours : objects.create(ours);
      objects.writeStatus(refusal(there, rival.get()));
    }
    return true;
  }

  private static Optional<StoredPlan> rival(StoredPlan plan, List<StoredPlan> all) {
    return all.stream()
        .filter(other -> !other.name().equals(plan.name()))
        .filter(other -> other.namespace().equals(plan.namespace()))
        .filter(other -> other.meets(plan.plan()) && !other.status().isRefused())
        .filter(other -> plan.created().isEmpty() || other.isOlderThan(plan))
        .findFirst();
  }

  private StoredPlan refusal(StoredPlan plan, StoredPlan rival) {
    String message = "WeightPlan " + rival.name() + " leads the same traffic";
    Condition condition =
        new Condition(StoredPlan.ACCEPTED, false, "AlreadyEnforced", message, now());
    Status old = plan.status();
    return plan.with(
        new Status("", old.mode(), old.version(), old.term(), now(), message, List.of(condition)));
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
