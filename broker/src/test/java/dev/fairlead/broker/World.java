package dev.fairlead.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.broker.InForce.Planner;
import dev.fairlead.broker.message.ClusterReport;
import dev.fairlead.broker.message.EpochAnswer;
import dev.fairlead.broker.message.EpochId;
import dev.fairlead.broker.message.Limits;
import dev.fairlead.broker.message.Message;
import dev.fairlead.broker.message.PlanEpoch;
import dev.fairlead.broker.message.ReportAnswer;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.demand.Observation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Members and two brokers in virtual time. Messages are lost, late, doubled and overtaken; ways are
 * cut in one direction; members and brokers restart, and brokers forget or go on with a term that
 * is over, or with one that another has. Each member's clock has its own origin.
 */
final class World {
  private static final long TICK = Clusters.TICK;
  private static final double STEP = 0.10;

  private final Random random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Map<String, Node> nodes = new TreeMap<>();
  private final Map<String, Broker> brokers = new TreeMap<>();
  private final Set<String> cuts = new HashSet<>();
  private final List<String> clusters = new ArrayList<>();
  private long now;
  private long order;
  private long term;
  private boolean faults;
  private String slow = "";
  long accepted;
  long refused;
  long alone;

  private record Event(long at, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  /** A member and what must hold of it through its restarts. */
  private static final class Node {
    final String name;
    final long clockOffset;
    Member member;
    long incarnation = 1;
    EpochId newest = EpochId.NONE;
    Map<String, Double> shares = Map.of();
    long acceptedNanos;

    Node(String name, long clockOffset, Member member) {
      this.name = name;
      this.clockOffset = clockOffset;
      this.member = member;
    }
  }

  World(long seed) {
    this.random = new Random(seed);
    int members = 2 + random.nextInt(5);
    for (int each = 0; each < members; each++) {
      clusters.add("c" + each);
    }
    for (String name : clusters) {
      long offset = random.nextLong() >> 8;
      nodes.put(name, new Node(name, offset, member(name, 1, Member.State.NONE, offset)));
      tick(nodes.get(name).member.phaseNanos(), () -> memberTick(nodes.get(name)));
    }
    for (String name : List.of("broker-a", "broker-b")) {
      brokers.put(name, Clusters.broker(name));
      tick(random.nextLong(TICK), () -> brokerTick(name));
    }
    elect("broker-a");
  }

  private Member member(String name, long incarnation, Member.State saved, long now) {
    return new Member(
        new Member.Settings(name, Clusters.INTERVAL),
        Seen.STEERED,
        Topology.UNKNOWN,
        incarnation,
        random::nextLong,
        saved,
        now);
  }

  private void elect(String name) {
    term++;
    brokers.get(name).lead(term);
  }

  private void at(long when, Runnable what) {
    events.add(new Event(when, order++, what));
  }

  private void tick(long first, Runnable what) {
    at(
        first,
        () -> {
          what.run();
          tick(now + TICK, what);
        });
  }

  /** Lets so many seconds pass. */
  void run(int seconds, boolean withFaults) {
    faults = withFaults;
    if (!withFaults) {
      cuts.clear();
      brokers.values().forEach(Broker::resign);
      elect(random.nextBoolean() ? "broker-a" : "broker-b");
    }
    long end = now + seconds * Seen.SECOND;
    while (events.peek().at() <= end) {
      Event event = events.remove();
      now = event.at();
      event.what().run();
    }
    now = end;
  }

  private void send(
      String from, String to, Message message, java.util.function.Consumer<Message> receive) {
    byte[] bytes = message.encode();
    int copies = faults && random.nextInt(10) == 0 ? random.nextInt(3) : 1;
    for (int copy = 0; copy < copies; copy++) {
      long delay = (1 + random.nextInt(100)) * 1_000_000L;
      if (faults && random.nextInt(10) == 0) {
        delay = random.nextLong(30 * Seen.SECOND);
      }
      at(
          now + delay,
          () -> {
            if (!cuts.contains(from + ">" + to)) {
              receive.accept(Message.decode(bytes));
            }
          });
    }
  }

  private void memberTick(Node node) {
    if (faults && random.nextInt(100) == 0) {
      Member.State saved = node.member.state();
      node.incarnation++;
      node.member = member(node.name, node.incarnation, saved, node.clockOffset + now);
      node.shares = Map.of();
    }
    if (faults && random.nextInt(20) == 0) {
      slow = clusters.get(random.nextInt(clusters.size()));
    }
    long clock = node.clockOffset + now;
    List<Observation> seen = seen(node, clock);
    Map<?, InForce> inForce = node.member.step(clock, seen);
    check(node);
    for (InForce each : inForce.values()) {
      boolean led = each.planner() == Planner.BROKER;
      alone += led ? 0 : 1;
      assertThat(led && node.member.isAlone(clock)).as("led by a lost broker").isFalse();
    }
    ClusterReport report = node.member.report(clock, seen, Map.of());
    for (String broker : brokers.keySet()) {
      send(node.name, broker, report, message -> reported(node, broker, (ClusterReport) message));
    }
  }

  private List<Observation> seen(Node node, long clock) {
    List<Observation.Destination> rows = new ArrayList<>();
    for (String name : clusters) {
      double millis = (name.equals(slow) ? 40 : 20) * (0.9 + 0.2 * random.nextDouble());
      rows.add(Seen.good(name, 1000.0 / clusters.size(), millis));
    }
    return List.of(new Observation(Seen.key(node.name), clock, rows));
  }

  private void reported(Node node, String broker, ClusterReport report) {
    ReportAnswer answer = brokers.get(broker).receive(now, report);
    assertThat(answer.verdict()).as(answer.why()).isNotEqualTo(ReportAnswer.Verdict.QUARANTINED);
    send(broker, node.name, answer, message -> node.member.receive((ReportAnswer) message));
  }

  private void brokerTick(String name) {
    if (faults && random.nextInt(150) == 0) {
      Broker.State saved = brokers.get(name).state();
      boolean led = brokers.get(name).isLeading();
      Broker next = Clusters.broker(name);
      if (random.nextBoolean()) {
        next.restore(now, saved);
      }
      if (led) {
        // It has the lock still, for all it knows.
        next.lead(saved.term());
      }
      brokers.put(name, next);
    }
    if (faults && random.nextInt(60) == 0) {
      lockChanges(name);
    }
    if (faults && random.nextInt(15) == 0) {
      cutOrMend(name);
    }
    for (PlanEpoch epoch : brokers.get(name).step(now)) {
      Node node = nodes.get(epoch.recipient());
      send(name, node.name, epoch, message -> planned(node, name, (PlanEpoch) message));
    }
    assertThat(brokers.get(name).state().lives().size()).isLessThanOrEqualTo(clusters.size());
  }

  private void lockChanges(String name) {
    String other = name.equals("broker-a") ? "broker-b" : "broker-a";
    switch (random.nextInt(4)) {
      // The old one does not know and goes on.
      case 0 -> elect(other);
      case 1 -> {
        brokers.get(name).resign();
        elect(other);
      }
      case 2 -> elect(name);
      // The lock was broken: two of one term.
      default -> {
        long highest = Math.max(term, brokers.get(other).state().term());
        brokers.get(other).lead(highest);
      }
    }
  }

  private void cutOrMend(String broker) {
    String cluster = clusters.get(random.nextInt(clusters.size()));
    String way = random.nextBoolean() ? broker + ">" + cluster : cluster + ">" + broker;
    if (!cuts.remove(way)) {
      cuts.add(way);
    }
  }

  private void planned(Node node, String broker, PlanEpoch epoch) {
    Map<String, Double> before = node.shares;
    long clock = node.clockOffset + now;
    EpochId followed = node.member.following();
    EpochAnswer answer = node.member.receive(clock, epoch);
    if (answer.isAccepted()) {
      accepted++;
      assertThat(epoch.id()).as("newer").isGreaterThan(followed);
      // Where it was led on, its broker's limits hold for each epoch, also for those that got lost.
      long missed = epoch.id().epoch() - followed.epoch();
      double most = STEP;
      if (epoch.id().isOfSameReign(followed)) {
        most = STEP * Math.max(1, (missed + 2) / 2);
      }
      check(node);
      if (!before.isEmpty()) {
        assertThat(Seen.distance(before, node.shares))
            .as("jump from " + followed + " to " + epoch.id())
            .isLessThan(most + 1e-6);
      }
      node.acceptedNanos = now;
    } else {
      refused++;
      assertThat(answer.why()).isNotEmpty();
      check(node);
      assertThat(node.shares).isEqualTo(before);
    }
    send(node.name, broker, answer, message -> answered(broker, (EpochAnswer) message));
  }

  private void answered(String broker, EpochAnswer answer) {
    brokers.get(broker).receive(now, answer);
  }

  /** What must hold after each event of a member. */
  private void check(Node node) {
    EpochId following = node.member.following();
    assertThat(following).as("goes back").isGreaterThanOrEqualTo(node.newest);
    node.newest = following;
    Map<?, InForce> all = node.member.inForce();
    assertThat(all.size()).isLessThanOrEqualTo(Limits.PLANS);
    InForce mine = all.values().stream().findFirst().orElse(null);
    if (mine == null) {
      assertThat(node.shares).as("a plan got lost").isEmpty();
      return;
    }
    if (mine.planner() == Planner.BROKER) {
      assertThat(mine.epoch()).as("led by another epoch than the newest").isEqualTo(following);
    }
    double sum = mine.plan().shares().stream().mapToDouble(each -> each.share()).sum();
    assertThat(sum).isBetween(1 - 1e-6, 1 + 1e-6);
    Map<String, Double> shares = Seen.shares(mine.plan());
    if (mine.planner() != Planner.BROKER && !node.shares.isEmpty()) {
      assertThat(Seen.distance(node.shares, shares)).isLessThan(STEP + 1e-6);
    }
    node.shares = shares;
  }

  /** All follow the broker of the newest term, by its newest epochs, and alike. */
  void assertAgreement() {
    Map<String, Map<String, Double>> decided = new HashMap<>();
    for (Node node : nodes.values()) {
      InForce mine = node.member.inForce().values().iterator().next();
      assertThat(mine.planner()).as(node.name).isEqualTo(Planner.BROKER);
      assertThat(mine.epoch().term()).isEqualTo(term);
      assertThat(now - node.acceptedNanos).isLessThan(TICK + Seen.SECOND);
      assertThat(mine.plan()).as("wholly in force").isEqualTo(mine.decided());
      decided.put(node.name, Seen.shares(mine.plan()));
    }
    long leading = brokers.values().stream().filter(Broker::isLeading).count();
    assertThat(leading).isEqualTo(1);
  }
}
