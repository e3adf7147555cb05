package dev.fairlead.broker;

import dev.fairlead.broker.message.EpochAnswer;
import dev.fairlead.broker.message.PlanEpoch;
import dev.fairlead.broker.message.ReportAnswer;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A broker and its members at one interval of 5 s over a network that loses nothing. */
final class Clusters {
  static final Duration INTERVAL = Duration.ofSeconds(5);
  static final long TICK = INTERVAL.toNanos();

  final Broker broker = broker("broker-a");
  final Map<String, Member> members = new TreeMap<>();
  final List<String> names;
  List<String> destinations;
  long now = 1_000 * Seen.SECOND;

  Clusters(String... names) {
    this.names = List.of(names);
    this.destinations = this.names;
    for (String name : names) {
      members.put(name, member(name, 10, Member.State.NONE, now));
    }
    broker.lead(1);
  }

  static Broker broker(String name) {
    return new Broker(new Broker.Settings(name, INTERVAL), Seen.STEERED, Topology.UNKNOWN);
  }

  static Member member(String cluster, long incarnation, Member.State saved, long now) {
    return new Member(
        new Member.Settings(cluster, INTERVAL),
        Seen.STEERED,
        Topology.UNKNOWN,
        incarnation,
        new Random(cluster.hashCode())::nextLong,
        saved,
        now);
  }

  Member member(String name) {
    return members.get(name);
  }

  /** All see all destinations in good health, one of them so many times slower. */
  List<Observation> seen(String by, String slow, double factor) {
    List<Observation.Destination> rows = new ArrayList<>();
    for (String name : destinations) {
      rows.add(Seen.good(name, 200, name.equals(slow) ? 20 * factor : 20));
    }
    return List.of(new Observation(Seen.key(by), now, rows));
  }

  /** A period in which the broker hears all and is heard by all. */
  void tick(String slow, double factor) {
    tick(slow, factor, names, names);
  }

  /** A period in which the broker hears and is heard by some. */
  void tick(String slow, double factor, List<String> heard, List<String> hearing) {
    now += TICK;
    for (String name : names) {
      if (heard.contains(name)) {
        report(name, slow, factor);
      }
    }
    for (PlanEpoch epoch : broker.step(now)) {
      if (hearing.contains(epoch.recipient())) {
        EpochAnswer answer = member(epoch.recipient()).receive(now, epoch);
        broker.receive(now, answer);
      }
    }
    for (String name : names) {
      member(name).step(now, seen(name, slow, factor));
    }
  }

  ReportAnswer report(String name, String slow, double factor) {
    Member member = member(name);
    ReportAnswer answer =
        broker.receive(now, member.report(now, seen(name, slow, factor), Map.of()));
    member.receive(answer);
    return answer;
  }

  InForce inForce(String name) {
    InForce inForce = member(name).inForce().get(Seen.key(name));
    if (inForce == null) {
      throw new AssertionError("no plan is in force in " + name);
    }
    return inForce;
  }

  Map<String, Double> shares(String name) {
    return Seen.shares(inForce(name).plan());
  }
}
