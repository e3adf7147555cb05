package dev.fairlead.simulator.world;

import dev.fairlead.simulator.law.Quantiles;
import dev.fairlead.simulator.scenario.Fault;
import dev.fairlead.simulator.scenario.Fault.Target;
import dev.fairlead.simulator.scenario.Link;
import dev.fairlead.steering.cost.PriceList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * The faults of a scenario as they come and go. Whenever one does, all that faults did is taken
 * back and what is then in force is done anew, so that overlapping ones leave nothing behind.
 */
public final class Script {
  private final List<Fault> faults;
  private final Places places;
  private final PriceList usualPrices;
  private final List<Fleet> fleets;
  private final Consumer<Pod> lost;
  private final Consumer<Fleet> scaled;

  /** When each active one began, by its number. */
  private final TreeMap<Integer, Long> active = new TreeMap<>();

  private final Set<Pod> down = new HashSet<>();
  private PriceList prices;

  /**
   * @param lost is told of each pod that goes down
   * @param scaled is told of each fleet that gets or loses pods
   */
  public Script(
      List<Fault> faults,
      Places places,
      PriceList prices,
      List<Fleet> fleets,
      Consumer<Pod> lost,
      Consumer<Fleet> scaled) {
    this.faults = faults;
    this.places = places;
    this.usualPrices = prices;
    this.prices = prices;
    this.fleets = fleets;
    this.lost = lost;
    this.scaled = scaled;
  }

  /** Hands on what to run for each fault, and when first. */
  public void schedule(ObjLongConsumer<Routine> at) {
    for (int number = 0; number < faults.size(); number++) {
      int each = number;
      at.accept(now -> toggle(each, now), faults.get(number).at().toNanos());
    }
  }

  private long toggle(int number, long now) {
    Fault fault = faults.get(number);
    long every = fault.every().toNanos();
    long lasting = fault.lasting().toNanos();
    Long since = active.get(number);
    if (since == null) {
      active.put(number, now);
      scale(fault, 1);
      apply(now);
      if (lasting == 0) {
        return Routine.NEVER;
      }
      return now + lasting;
    }
    long next = every > 0 ? since + every : Routine.NEVER;
    if (next == now) {
      // It ends as it begins again.
      active.put(number, now);
      apply(now);
      return now + lasting;
    }
    active.remove(number);
    scale(fault, -1);
    apply(now);
    return next;
  }

  private void scale(Fault fault, int sign) {
    if (fault.effect() instanceof Fault.Scale scale) {
      for (Fleet fleet : fleets) {
        if (fleet.service().name().equals(scale.service())) {
          fleet.scale(scale.cluster(), sign * scale.change());
          scaled.accept(fleet);
        }
      }
    }
  }

  /** Does anew what is in force; also to be called when pods came. */
  public void apply(long now) {
    fleets.forEach(fleet -> fleet.pods().forEach(pod -> pod.condition().reset()));
    places.reset();
    PriceList wanted = usualPrices;
    for (var entry : active.entrySet()) {
      Fault fault = faults.get(entry.getKey());
      if (fault.effect() instanceof Fault.Prices changed) {
        wanted = changed.prices();
      }
      apply(fault, entry.getValue());
    }
    if (!wanted.equals(prices)) {
      prices = wanted;
      places.price(wanted);
    }
    loseThoseDown();
  }

  private void apply(Fault fault, long since) {
    switch (fault.effect()) {
      case Fault.Slow slow -> {
        for (Pod pod : targets(slow.target())) {
          if (slow.drift()) {
            pod.condition().drift(slow.factor(), since, fault.lasting().toNanos());
          } else {
            pod.condition().slow(slow.factor());
          }
        }
      }
      case Fault.ServiceTime other -> {
        Quantiles law = Quantiles.of(other.law());
        targets(other.target()).forEach(pod -> pod.condition().law = law);
      }
      case Fault.Errors errors -> {
        for (Pod pod : targets(errors.target())) {
          pod.condition().errors = Math.max(pod.condition().errors, errors.ratio());
          pod.condition().errorNanos = errors.after().toNanos();
        }
      }
      case Fault.Hang hang -> targets(hang.target()).forEach(pod -> pod.condition().hangs = true);
      case Fault.Down gone -> {
        for (Pod pod : targets(gone.target())) {
          pod.condition().down = true;
          pod.condition().silent |= gone.silent();
        }
      }
      case Fault.Worse worse -> worsen(worse);
      // Of these the slow loop asks.
      case Fault.BrokerDown ignored -> {}
      case Fault.StaleTelemetry ignored -> {}
      case Fault.LyingTelemetry ignored -> {}
      case Fault.Prices ignored -> {}
      case Fault.Scale ignored -> {}
    }
  }

  private void worsen(Fault.Worse worse) {
    for (int from = 0; from < places.count(); from++) {
      for (int to = 0; to < places.count(); to++) {
        if (isWorse(worse.from(), worse.to(), from, to)) {
          places
              .way(from, to)
              .worsen(worse.added().toNanos(), worse.loss(), worse.bandwidth(), worse.down());
        }
      }
    }
  }

  private boolean isWorse(Link.End fromEnd, Link.End toEnd, int from, int to) {
    return places.matches(fromEnd, from) && places.matches(toEnd, to);
  }

  private List<Pod> targets(Target target) {
    List<Pod> found = new ArrayList<>();
    for (Fleet fleet : fleets) {
      if (!target.service().isEmpty() && !target.service().equals(fleet.service().name())) {
        continue;
      }
      for (String cluster : places.clusters()) {
        if (target.cluster().isEmpty() || target.cluster().equals(cluster)) {
          List<Pod> here = new ArrayList<>(fleet.pods(cluster));
          here.removeIf(pod -> !inZone(target.zone(), pod));
          found.addAll(here.subList(0, (int) StrictMath.ceil(here.size() * target.share() - 1e-9)));
        }
      }
    }
    return found;
  }

  private static boolean inZone(String zone, Pod pod) {
    return zone.isEmpty() || zone.equals(pod.endpoint().place().locality().zone());
  }

  private void loseThoseDown() {
    for (Fleet fleet : fleets) {
      for (Pod pod : fleet.pods()) {
        if (!pod.condition().isDown()) {
          down.remove(pod);
        } else if (down.add(pod)) {
          pod.clear();
          lost.accept(pod);
        }
      }
    }
  }

  /** The prices in force. */
  public PriceList prices() {
    return prices;
  }

  public boolean brokerIsDown() {
    return active.keySet().stream()
        .anyMatch(each -> faults.get(each).effect() instanceof Fault.BrokerDown);
  }

  /** Whether a cluster's reports do not leave it. */
  public boolean isStale(String cluster) {
    return active.keySet().stream()
        .map(each -> faults.get(each).effect())
        .anyMatch(
            each -> each instanceof Fault.StaleTelemetry stale && stale.cluster().equals(cluster));
  }

  /** By what a cluster's reports are multiplied; 1 for one that tells the truth. */
  public double lie(String cluster) {
    double factor = 1;
    for (int each : active.keySet()) {
      if (faults.get(each).effect() instanceof Fault.LyingTelemetry lie
          && lie.cluster().equals(cluster)) {
        factor = lie.factor();
      }
    }
    return factor;
  }
}
