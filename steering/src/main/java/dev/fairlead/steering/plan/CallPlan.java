package dev.fairlead.steering.plan;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.optimize.Binding;
import dev.fairlead.steering.optimize.CallAllocation;
import dev.fairlead.steering.optimize.CallGraph;
import dev.fairlead.steering.optimize.CallSituation;
import dev.fairlead.steering.optimize.ShadowPrice;
import dev.fairlead.steering.optimize.Situation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One source's part of an allocation of calls, as a plan with its terms and reasons. */
final class CallPlan {
  // What an interior point leaves everywhere is no share; what is explored is more.
  private static final double DUST = 1e-4;
  // Below it, where a request's calls go makes no difference to speak of.
  private static final double NOTABLE_NANOS = 5e5;
  private static final double NOTABLE_DOLLARS = 1e-9;

  private final CallAllocation found;
  private final Memory memory;
  private final TrafficKey key;
  private final int trafficClass;
  private final CallSituation.Tier tier;

  /**
   * @param trafficClass that the key's traffic has in the allocation
   */
  CallPlan(CallAllocation found, Memory memory, TrafficKey key, int trafficClass) {
    this.found = found;
    this.memory = memory;
    this.key = key;
    this.trafficClass = trafficClass;
    CallSituation.Tier known = found.situation().tiers().get(key.service());
    if (known == null) {
      throw new IllegalArgumentException(key.service() + " is not in the call graph");
    }
    tier = known;
  }

  Plan plan() {
    double served = 0;
    int open = 0;
    for (Situation.Destination pool : tier.pools()) {
      served += kept(pool);
      open += isOpen(pool) ? 1 : 0;
    }
    if (open == 0) {
      return new Plan(key, List.of(), 1, bindings());
    }
    Optional<Situation.Destination> best =
        tier.pools().stream()
            .filter(this::isOpen)
            .min(Comparator.comparingDouble(pool -> below(pool.name()).nanos()));
    List<Plan.Share> shares = new ArrayList<>();
    for (Situation.Destination pool : tier.pools()) {
      // Whose whole demand is too much still sends it, for whoever turns it away to see.
      double share = !isOpen(pool) ? 0 : served > 0 ? kept(pool) / served : 1.0 / open;
      shares.add(share(pool, share, best.orElse(pool).name()));
    }
    double shed = found.shed(key.service(), key.sourceCluster(), trafficClass);
    return new Plan(key, shares, shed < DUST ? 0 : shed, bindings());
  }

  /** Those about this source, and those about nobody in particular: what it calls may be full. */
  private List<Binding> bindings() {
    return found.limits().stream()
        .filter(limit -> limit.binding().source().isEmpty() || isOwn(limit))
        .map(CallAllocation.Limit::binding)
        .toList();
  }

  private boolean isOwn(CallAllocation.Limit limit) {
    String words = new Situation.Source(key.sourceCluster(), trafficClass, 0).words();
    String source = limit.binding().source();
    return limit.service().equals(key.service()) && (source.isEmpty() || source.equals(words));
  }

  private double kept(Situation.Destination pool) {
    double share = found.share(key.service(), key.sourceCluster(), trafficClass, pool.name());
    return share < DUST ? 0 : share;
  }

  private Situation.Way way(Situation.Destination pool) {
    return tier.ways().between(key.sourceCluster(), pool.name(), trafficClass);
  }

  private boolean isOpen(Situation.Destination pool) {
    return pool.usable() && !way(pool).forbidden();
  }

  private CallAllocation.Downstream below(String cluster) {
    return found.downstream(key.service(), trafficClass, cluster);
  }

  private Plan.Share share(Situation.Destination pool, double share, String best) {
    String name = pool.name();
    if (!isOpen(pool)) {
      String why = pool.usable() ? "no endpoint that it may use" : "no usable endpoint";
      return new Plan.Share(name, 0, Double.NaN, why);
    }
    CallAllocation.Load load = found.load(key.service(), name);
    CallAllocation.Downstream below = below(name);
    double failure = memory.link(key, name).failureNanos();
    double rps = load.rps() + pool.backgroundRps();
    double crowding = rps * (pool.curve().nanos(rps + 1) - load.latencyNanos());
    Plan.Terms terms =
        new Plan.Terms(
            Math.max(0, way(pool).nanos() - failure) + load.latencyNanos() + below.nanos(),
            failure,
            way(pool).dollars() + below.dollars(),
            rps,
            pool.capacityRps(),
            Math.max(0, crowding),
            shadowPrice(name));
    double asked = found.rps(key.service(), key.sourceCluster(), trafficClass, name);
    return new Plan.Share(name, share, asked, reason(name, terms, below, best), Optional.of(terms));
  }

  /**
   * Exact but for what the solver leaves open: the optimum of an interior point is not degenerate.
   */
  private ShadowPrice shadowPrice(String name) {
    return found.limits().stream()
        .filter(limit -> isOwn(limit) && limit.binding().source().isEmpty())
        .map(CallAllocation.Limit::binding)
        .filter(binding -> binding.kind() == Binding.Kind.CAPACITY)
        .filter(binding -> binding.destination().equals(name))
        .map(binding -> new ShadowPrice(binding.saving(), binding.saving()))
        .findFirst()
        .orElse(ShadowPrice.NONE);
  }

  private String reason(
      String name, Plan.Terms terms, CallAllocation.Downstream below, String best) {
    StringBuilder reason = new StringBuilder("latency ");
    reason.append(Describe.millis(terms.latencyNanos()));
    if (below.nanos() >= NOTABLE_NANOS) {
      reason.append(", ").append(Describe.millis(below.nanos())).append(" of it in its calls");
    }
    if (!memory.link(key, name).isKnown()) {
      reason.append(" (not measured yet)");
    }
    if (terms.failureNanos() >= NOTABLE_NANOS) {
      reason.append(" + ").append(Describe.millis(terms.failureNanos())).append(" for failures");
    }
    if (terms.crowdingNanos() >= NOTABLE_NANOS) {
      reason.append(", ").append(Describe.millis(terms.crowdingNanos())).append(" to others");
    }
    if (terms.dollars() > NOTABLE_DOLLARS) {
      reason.append(String.format(Locale.ROOT, ", $%.2g a request", terms.dollars()));
    }
    reason.append("; load ").append(Describe.number(terms.loadRps()));
    if (terms.capacityRps() < Double.POSITIVE_INFINITY) {
      reason.append(" of ").append(Describe.number(terms.capacityRps()));
    }
    reason.append(" rps").append(downstream(name, best));
    for (CallAllocation.Limit limit : found.limits()) {
      if (isOwn(limit) && limit.binding().destination().equals(name)) {
        reason.append("; ").append(limit.binding().words());
      }
    }
    return reason.toString();
  }

  /** What its calls cost more from here than from where they cost least, and which of them. */
  private String downstream(String name, String best) {
    double more = below(name).nanos() - below(best).nanos();
    if (!(more >= NOTABLE_NANOS)) {
      return "";
    }
    ServiceName worst = key.service();
    double most = 0;
    for (CallGraph.Call call : found.situation().graph().callsOf(key.service())) {
      double each = nanos(call.callee(), name) - nanos(call.callee(), best);
      if (each > most) {
        most = each;
        worst = call.callee();
      }
    }
    return "; a request served in %s costs %s more downstream than in %s, since %s is %s"
        .formatted(name, Describe.millis(more), best, worst, whereabouts(worst, name));
  }

  private double nanos(ServiceName callee, String cluster) {
    return found.downstream(key.service(), trafficClass, cluster, callee).nanos();
  }

  /** Where a service is, or where calls from a cluster are sent. */
  private String whereabouts(ServiceName callee, String from) {
    CallSituation.Tier its = found.situation().tiers().get(callee);
    List<String> usable = new ArrayList<>();
    String most = "";
    double share = 0;
    if (its != null) {
      for (Situation.Destination pool : its.pools()) {
        double part = found.share(callee, from, trafficClass, pool.name());
        if (pool.usable()) {
          usable.add(pool.name());
        }
        if (part > share) {
          share = part;
          most = pool.name();
        }
      }
    }
    if (usable.size() == 1) {
      return "in " + usable.getFirst() + " only";
    }
    return most.isEmpty() ? "full everywhere" : "asked mostly in " + most + " from there";
  }
}
