package dev.fairlead.steering.optimize;

import dev.fairlead.steering.optimize.CallAllocation.Limit;
import dev.fairlead.steering.optimize.Situation.Destination;
import dev.fairlead.steering.optimize.Situation.Way;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Finds the limits that bind in a plan for a call graph and says so in words: {@link Bindings} for
 * many services.
 *
 * <p>What one more rps of a full pool's capacity saves is the pool's price less what its load costs
 * there by its own waiting. That money is told as the objective counts: as latency or as money
 * where it puts one before the other. While anything is turned away, the prices of full pools are
 * made of the order in which that happens, and say how much no more.
 */
final class HopBindings {
  /** More than a person reads. */
  private static final int MOST = 32;

  // Of a pool's room: an interior point comes no nearer to its end.
  private static final double FULL = 1e-3;
  // Of the price: less is what the solver leaves open.
  private static final double NOTABLE = 1e-2;
  // Of what all places ask: less is the solver's dust.
  private static final double DUST = 1e-4;

  private final HopModel model;
  private final HopPlan plan;
  private final HopNetwork net;
  private final double[] prices;
  private final double[] fullSlopes;
  private final List<Limit> found = new ArrayList<>();
  private final boolean scarce;

  /**
   * @param prices of work at each pool
   * @param fullSlopes of each pool at its capacity, in money for a unit of work
   */
  HopBindings(HopModel model, HopPlan plan, HopNetwork net, double[] prices, double[] fullSlopes) {
    this.model = model;
    this.plan = plan;
    this.net = net;
    this.prices = prices;
    this.fullSlopes = fullSlopes;
    for (int service = 0; service < model.services; service++) {
      for (int k = 0; k < model.classes; k++) {
        for (int from = 0; from < model.clusters; from++) {
          turnedAway(service, k, from);
        }
      }
      for (int cluster = 0; cluster < model.clusters; cluster++) {
        overloaded(service, cluster);
      }
    }
    scarce = !found.isEmpty();
  }

  /** What turns traffic away first, then by what it costs. */
  List<Limit> all() {
    HopPrices cheapest = new HopPrices(net);
    cheapest.find(prices);
    for (int service = 0; service < model.services; service++) {
      for (int cluster = 0; cluster < model.clusters; cluster++) {
        full(service, cluster);
      }
      for (int k = 0; k < model.classes; k++) {
        for (int way = 0; way < model.clusters * model.clusters; way++) {
          forbidden(cheapest, service, k, way);
        }
      }
    }
    double rate = model.valuation.dollarsPerRequestSecond();
    found.sort(
        Comparator.comparingInt(
                (Limit limit) ->
                    limit.binding().kind().compareTo(Binding.Kind.CAPACITY) < 0 ? 0 : 1)
            .thenComparingDouble(limit -> -limit.binding().saving().size(rate)));
    return List.copyOf(found.subList(0, Math.min(MOST, found.size())));
  }

  private String cluster(int cluster) {
    return model.situation.clusters().get(cluster);
  }

  private String source(int k, int cluster) {
    return new Situation.Source(cluster(cluster), model.situation.classes().get(k), 0).words();
  }

  /** Whether it is more than dust of what is asked of a service. */
  private boolean isMore(double rps, int service) {
    double all = 0;
    for (double[] ofClass : plan.asks()[service]) {
      for (double asks : ofClass) {
        all += asks;
      }
    }
    return rps > DUST * all;
  }

  private void add(
      Binding.Kind kind,
      int service,
      String source,
      String destination,
      Saving saving,
      String why) {
    String words = model.name(service) + ": " + why;
    found.add(
        new Limit(model.name(service), new Binding(kind, source, destination, saving, words)));
  }

  private void turnedAway(int service, int k, int from) {
    double asks = plan.asks()[service][k][from];
    double shed = plan.shedShares()[service][k][from];
    if (!isMore(shed * asks, service)) {
      return;
    }
    String source = source(k, from);
    StringJoiner why = new StringJoiner(", ");
    boolean open = false;
    for (int to = 0; to < model.clusters; to++) {
      boolean there = model.pools[service * model.clusters + to] != null;
      open |= model.ways[service][k][from * model.clusters + to] != null;
      why.add(cluster(to) + (there ? closed(service, k, from, to) : " has no usable endpoint"));
    }
    if (open) {
      add(
          Binding.Kind.SHED,
          service,
          source,
          "",
          Saving.NONE,
          "%s of %s rps of %s are more than it and what it calls have capacity for"
              .formatted(rps(shed * asks), rps(asks), source));
    } else {
      add(
          Binding.Kind.INFEASIBLE,
          service,
          source,
          "",
          Saving.NONE,
          source + " has no destination that it may use: " + why);
    }
  }

  private String closed(int service, int k, int from, int to) {
    return model.between(service, k, from, to).forbidden()
        ? " is forbidden by residency"
        : " is above the latency ceiling of " + ceiling();
  }

  private void overloaded(int service, int cluster) {
    int pool = service * model.clusters + cluster;
    double over = plan.loads()[pool] - model.room[pool];
    if (model.pools[pool] != null && over > FULL * plan.loads()[pool]) {
      add(
          Binding.Kind.OVERLOAD,
          service,
          "",
          cluster(cluster),
          Saving.NONE,
          cluster(cluster) + " gets " + rps(over) + " rps more than its capacity");
    }
  }

  private void full(int service, int cluster) {
    int pool = service * model.clusters + cluster;
    Destination one = model.pools[pool];
    double room = model.room[pool];
    if (one == null || !(room > 0 && plan.loads()[pool] >= room * (1 - FULL))) {
      return;
    }
    double rent = prices[pool] - fullSlopes[pool];
    double capacity = one.capacityRps() - one.backgroundRps();
    boolean capped = room < capacity;
    // Room for all that can come is no limit.
    boolean limits = !capped || room < model.mostWork(service);
    if (!limits || !(rent > NOTABLE * prices[pool])) {
      return;
    }
    String name = cluster(cluster);
    Saving saving = scarce ? Saving.NONE : saving(rent);
    String worth = scarce ? "serves more of what is turned away now" : saving.words();
    if (capped) {
      String why =
          "%s reaches the latency ceiling of %s; room for one more rps there %s"
              .formatted(name, ceiling(), worth);
      add(Binding.Kind.CEILING, service, "", name, saving, why);
    } else {
      String why = name + " is full; one more rps of capacity there " + worth;
      add(Binding.Kind.CAPACITY, service, "", name, saving, why);
    }
  }

  /** A way that must not be used, though a request would be served for less there. */
  private void forbidden(HopPrices cheapest, int service, int k, int way) {
    int from = way / model.clusters;
    int to = way % model.clusters;
    boolean there = model.pools[service * model.clusters + to] != null;
    if (!there
        || model.ways[service][k][way] != null
        || !isMore(plan.asks()[service][k][from], service)) {
      return;
    }
    Way between = model.between(service, k, from, to);
    double now = cheapest.value(service, k, from);
    double then = model.cost(service, k, between) + cheapest.within(service, k, to);
    if (scarce || !(now - then > NOTABLE * now)) {
      return;
    }
    Saving saving = saving(now - then);
    boolean residency = between.forbidden();
    String why = residency ? "residency forbids it" : "above the latency ceiling of " + ceiling();
    add(
        residency ? Binding.Kind.RESIDENCY : Binding.Kind.CEILING,
        service,
        source(k, from),
        cluster(to),
        saving,
        "%s must not use %s (%s); the first rps there %s"
            .formatted(source(k, from), cluster(to), why, saving.words()));
  }

  /** Money per second in the objective's own terms. */
  private Saving saving(double money) {
    double rate = model.dollarsPerSecond();
    double milliseconds = rate > 0 ? money / rate * 1e3 : 0;
    double dollars = money * 3600;
    return switch (model.valuation.objective()) {
      case MIXED -> new Saving(0, milliseconds, dollars, true);
      case PERFORMANCE -> new Saving(0, milliseconds, 0, false);
      case COST -> new Saving(0, 0, dollars, false);
    };
  }

  private String ceiling() {
    return String.format(Locale.ROOT, "%.0f ms", model.valuation.ceilingNanos() / 1e6);
  }

  private static String rps(double value) {
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%.0f", value);
  }
}
