package dev.fairlead.simulator.run;

import dev.fairlead.balancer.report.Report;
import dev.fairlead.broker.Broker;
import dev.fairlead.broker.Member;
import dev.fairlead.broker.Steered;
import dev.fairlead.broker.message.ClusterReport;
import dev.fairlead.broker.message.Message;
import dev.fairlead.broker.message.PlanEpoch;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.scenario.Exchange;
import dev.fairlead.simulator.world.Routine;
import dev.fairlead.simulator.world.Script;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.control.Objective;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;

/**
 * The broker steers all clusters together, by the production's state machines: reports travel to it
 * and plans come back, each after the scenario's delay; a cluster that hears nothing plans alone.
 */
final class Central implements SlowLoop {
  /** The broker leads from the start, and is never followed by another. */
  private static final long TERM = 1;

  private final Exchange exchange;
  private final Script script;
  private final Supplier<Topology> topology;
  private final List<Steered> steered;
  private final Broker broker;
  private final Map<String, Side> sides = new LinkedHashMap<>();
  private ObjLongConsumer<Routine> later = (routine, at) -> {};
  private Topology known;
  private long planAt;
  private long bytes;

  Central(
      List<Source> sources,
      Supplier<Topology> topology,
      Script script,
      List<Steered> steered,
      Exchange exchange,
      long seed) {
    this.exchange = exchange;
    this.script = script;
    this.topology = topology;
    this.known = topology.get();
    this.steered = List.copyOf(steered);
    this.broker = new Broker(new Broker.Settings("broker", exchange.interval()), steered, known);
    broker.lead(TERM);
    RandomStream phases = new RandomStream(seed, "periods");
    for (Source source : sources) {
      String cluster = source.key().sourceCluster();
      sides.computeIfAbsent(cluster, name -> new Side(name, phases, seed)).add(source);
    }
  }

  @Override
  public void schedule(ObjLongConsumer<Routine> at) {
    later = at;
    planAt = exchange.interval().toNanos();
    at.accept(this::period, planAt);
    sides.values().forEach(side -> at.accept(side, side.firstAt()));
  }

  @Override
  public long bytesShared() {
    return bytes;
  }

  private Objective objective(Source source) {
    return Groups.with(source.key().service(), steered).objective();
  }

  private long period(long now) {
    if (now >= planAt) {
      plan(now);
    }
    return planAt;
  }

  /** A period of the broker ends. */
  private void plan(long now) {
    if (!known.equals(topology.get())) {
      known = topology.get();
      broker.update(steered, known);
      sides.values().forEach(side -> side.member.update(steered, known));
    }
    if (!script.brokerIsDown()) {
      for (PlanEpoch epoch : broker.step(now)) {
        Side side = sides.get(epoch.recipient());
        if (side != null) {
          send(now, epoch, side::receive);
        }
      }
    }
    planAt = now + exchange.interval().toNanos();
  }

  /** Something travels between a cluster and the broker. */
  private <M extends Message> void send(long now, M message, Receiver<M> receiver) {
    bytes += message.encodedBytes();
    later.accept(
        when -> {
          if (!script.brokerIsDown()) {
            receiver.receive(when, message);
          }
          return Routine.NEVER;
        },
        now + exchange.delay().toNanos());
  }

  private interface Receiver<M> {
    void receive(long now, M message);
  }

  /** A cluster's side. */
  private final class Side implements Routine {
    private final String cluster;
    private final Member member;
    private final List<Source> sources = new ArrayList<>();
    private final List<Report> last = new ArrayList<>();
    private final double phase;
    private long stepAt;

    Side(String cluster, RandomStream phases, long seed) {
      this.cluster = cluster;
      this.phase = phases.nextDouble();
      this.stepAt = (long) ((1 + phase) * exchange.interval().toNanos());
      this.member =
          new Member(
              new Member.Settings(cluster, exchange.interval()),
              steered,
              known,
              1,
              new RandomStream(seed, "member " + cluster),
              Member.State.NONE,
              0);
    }

    void add(Source source) {
      sources.add(source);
      last.add(source.report());
    }

    private long checkNanos() {
      return Math.max(1, exchange.interval().toNanos() / Controller.CHECKS_PER_PERIOD);
    }

    long firstAt() {
      return (long) (phase * exchange.interval().toNanos()) + checkNanos();
    }

    @Override
    public long run(long now) {
      List<Report> reports = sources.stream().map(Source::report).toList();
      if (now >= stepAt || member.isUrgent(now, between(reports))) {
        for (int at = 0; at < reports.size(); at++) {
          Source source = sources.get(at);
          source.learnClasses(objective(source).policy(), last.get(at), reports.get(at));
        }
        List<Observation> seen = between(reports);
        for (int at = 0; at < reports.size(); at++) {
          last.set(at, reports.get(at));
        }
        stepAt = now + exchange.interval().toNanos();
        step(now, seen);
      }
      return Math.min(stepAt, now + checkNanos());
    }

    private List<Observation> between(List<Report> reports) {
      List<Observation> seen = new ArrayList<>();
      for (int at = 0; at < sources.size(); at++) {
        seen.addAll(sources.get(at).between(last.get(at), reports.get(at)));
      }
      return seen;
    }

    private void step(long now, List<Observation> seen) {
      member.step(now, seen);
      enforce();
      List<Observation> told =
          seen.stream().map(each -> Lie.about(each, script.lie(cluster))).toList();
      ClusterReport report = member.report(now, told, Map.of());
      if (!script.isStale(cluster)) {
        send(now, report, this::reported);
      }
    }

    private void reported(long now, ClusterReport report) {
      send(now, broker.receive(now, report), (when, answer) -> member.receive(answer));
      if (broker.isUrgent(now)) {
        plan(now);
      }
    }

    private void receive(long now, PlanEpoch epoch) {
      send(now, member.receive(now, epoch), broker::receive);
      enforce();
    }

    private void enforce() {
      Map<TrafficKey, Plan> plans = new LinkedHashMap<>();
      member.inForce().forEach((key, each) -> plans.put(key, each.plan()));
      for (Source source : sources) {
        source.enforce(plans, exchange.interval(), objective(source).shedding());
      }
    }
  }
}
