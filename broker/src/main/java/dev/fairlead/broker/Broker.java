package dev.fairlead.broker;

import dev.fairlead.broker.message.ClusterReport;
import dev.fairlead.broker.message.Enforced;
import dev.fairlead.broker.message.EpochAnswer;
import dev.fairlead.broker.message.EpochId;
import dev.fairlead.broker.message.Limits;
import dev.fairlead.broker.message.PlanEpoch;
import dev.fairlead.broker.message.ReportAnswer;
import dev.fairlead.steering.control.Controller;
import dev.fairlead.steering.cost.Topology;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Plans for all clusters from what all report. A pure state machine: it gets messages and the time,
 * and says what to send. One writer.
 *
 * <p>Only one broker leads, by the leader lock: its term numbers the lock's holders, and whoever
 * follows a higher one refuses a lower. A broker that does not lead may be told reports all the
 * same, and then knows the clusters when it has to.
 *
 * <p>All that it needs to go on after a restart comes with the reports: the shares in force in each
 * cluster, from which change control goes on, and the epoch that each follows, above which it goes
 * on counting. Its {@link State} saves the clusters a refusal, and it from believing a replay.
 */
public final class Broker {
  /**
   * How a broker works.
   *
   * @param name unique among brokers
   * @param interval between two epochs, and between two reports of a cluster
   * @param lostAfter intervals without a report after which a cluster's numbers are stale, at least
   *     1
   * @param hold how long plans hold while nobody renews them
   */
  public record Settings(String name, Duration interval, int lostAfter, Duration hold) {
    public static final int DEFAULT_LOST_AFTER = 3;
    public static final Duration DEFAULT_HOLD = Duration.ofHours(24);

    public Settings {
      if (name.isEmpty() || !interval.isPositive() || !hold.isPositive() || lostAfter < 1) {
        throw new IllegalArgumentException(
            "a broker needs a name, and an interval, a hold and lostAfter above 0");
      }
    }

    /** With defaults. */
    public Settings(String name, Duration interval) {
      this(name, interval, DEFAULT_LOST_AFTER, DEFAULT_HOLD);
    }
  }

  /** What may be saved, and handed to the next life's constructor. */
  public record State(long term, long epoch, Map<String, Life> lives) {
    public static final State NONE = new State(0, 0, Map.of());

    public State {
      lives = Map.copyOf(lives);
    }
  }

  /** The newest that was heard of a cluster. */
  public record Life(long incarnation, long sequence) {}

  private final Settings settings;
  private final Controllers controllers = new Controllers();
  private final Reporters reporters;
  private Topology topology;
  private long term;
  private long epoch;
  // Earlier ones were of another life, whose plans this one does not know.
  private long firstOwn = 1;
  private boolean lead;
  private EpochId fence = EpochId.NONE;

  /** See {@link #update} for what is steered, and where. */
  public Broker(Settings settings, List<Steered> steered, Topology topology) {
    this.settings = settings;
    this.topology = topology;
    this.reporters = new Reporters(settings.interval().toNanos() * settings.lostAfter());
    controllers.update(steered);
  }

  /** Goes on from what another life of this broker, or another broker, saved. */
  public void restore(long now, State saved) {
    term = Math.max(term, saved.term());
    epoch = Math.max(epoch, saved.epoch());
    firstOwn = epoch + 1;
    for (Map.Entry<String, Life> entry : new TreeMap<>(saved.lives()).entrySet()) {
      Reporter reporter = reporters.enter(entry.getKey(), now);
      if (reporter != null) {
        reporter.restore(entry.getValue());
      }
    }
  }

  /** To be saved. */
  public State state() {
    Map<String, Life> lives = new TreeMap<>();
    for (Reporter each : reporters.all()) {
      lives.put(each.cluster(), new Life(each.incarnation(), each.sequence()));
    }
    return new State(term, epoch, lives);
  }

  /**
   * Takes effect with the next epoch. Plans in force stay and change from there.
   *
   * @param steered by this broker; clusters that steer other services do so alone
   * @param topology as configured; round trips that clusters report replace those in it
   */
  public void update(List<Steered> steered, Topology topology) {
    controllers.update(steered);
    this.topology = topology;
  }

  /**
   * Leads from now on, as holder of the leader lock.
   *
   * @param term of the lock; above 0 and never below an earlier one
   */
  public void lead(long term) {
    if (term < 1 || term < this.term || term > Limits.HIGHEST_NUMBER) {
      throw new IllegalArgumentException(
          "term " + term + " after term " + this.term + "; a lock's terms only grow");
    }
    this.term = term;
    lead = true;
    fence = EpochId.NONE;
  }

  /** Leads no more: the lock is lost or given back. */
  public void resign() {
    lead = false;
  }

  /** Whether epochs may be expected from it. */
  public boolean isLeading() {
    return lead && fence.isNone();
  }

  /**
   * The epoch by which clusters say that another leads, {@link EpochId#NONE} where they do not. A
   * broker that is fenced must get the lock anew, and with it a higher term.
   */
  public EpochId fencedBy() {
    return fence;
  }

  /** Clusters in quarantine, each with the reason in words. */
  public Map<String, String> quarantined(long now) {
    Map<String, String> reasons = new TreeMap<>();
    for (Reporter each : reporters.all()) {
      String why = each.quarantined(now);
      if (!why.isEmpty()) {
        reasons.put(each.cluster(), why);
      }
    }
    return reasons;
  }

  /** A report came. */
  public ReportAnswer receive(long now, ClusterReport report) {
    Reporter reporter = reporters.enter(report.cluster(), now);
    if (reporter == null) {
      return new ReportAnswer(
          report.cluster(),
          report.incarnation(),
          report.sequence(),
          ReportAnswer.Verdict.NO_ROOM,
          report.incarnation(),
          Limits.CLUSTERS + " clusters report already");
    }
    ReportAnswer answer =
        reporter.receive(now, report, each -> controllers.steers(each.key().service()));
    if (answer.isAccepted()) {
      learn(reporter.following());
      adopt(now, reporter);
    }
    return answer;
  }

  /** A cluster's answer to an epoch came. */
  public void receive(long now, EpochAnswer answer) {
    Reporter reporter = reporters.get(answer.cluster());
    if (reporter != null && reporter.isBelieved(now, Reporters.FORGET_NANOS)) {
      reporter.follows(answer.following());
      learn(answer.following());
    }
  }

  /** Epochs go on from where the clusters are, whatever was forgotten. */
  private void learn(EpochId followed) {
    // Half of the range: whoever lies about it cannot bring the count to an end.
    if (followed.term() == term
        && followed.epoch() > epoch
        && followed.epoch() <= Limits.HIGHEST_NUMBER / 2) {
      epoch = followed.epoch();
      firstOwn = epoch + 1;
    }
  }

  /** Where another planned last, change control goes on from what that one left in force. */
  private void adopt(long now, Reporter reporter) {
    EpochId following = reporter.following();
    boolean ours = following.isOfSameReign(id()) && following.epoch() >= firstOwn;
    for (Enforced enforced : reporter.enforced()) {
      if (reporter.observes(enforced.key()) && (!ours || enforced.alone())) {
        Plans.of(enforced).ifPresent(plan -> controllers.adopt(now, plan));
      }
    }
  }

  private EpochId id() {
    return new EpochId(term, epoch, settings.name());
  }

  /**
   * Whether {@link #step} must not wait for the interval's end; see {@link Controller#isUrgent}. To
   * be asked after each report.
   */
  public boolean isUrgent(long now) {
    return isLeading()
        && controllers.isUrgent(
            now,
            reporters.aged(now, reporters.observations(now)),
            List.of(),
            Topologies.with(topology, reporters.roundTrips(now)));
  }

  /** One period: an epoch for each cluster that may be believed; none while another leads. */
  public List<PlanEpoch> step(long now) {
    List<Reporter> believed = reporters.believed(now);
    fence = believed.isEmpty() ? fence : reporters.fence(now, id());
    if (!isLeading()) {
      return List.of();
    }
    epoch++;
    Map<Way, RoundTrip> measured = reporters.roundTrips(now);
    List<Observation> seen = reporters.observations(now);
    Map<TrafficKey, Controller.Step> steps =
        controllers.step(
            now,
            reporters.aged(now, seen),
            List.of(),
            Topologies.with(topology, measured),
            Set.of());
    // Where not all fits into a message, those matter most that send most.
    seen.sort(Comparator.comparingDouble(Broker::rps).reversed());
    List<PlanEpoch> epochs = new ArrayList<>();
    for (Reporter reporter : believed) {
      epochs.add(epoch(now, reporter, steps, seen, measured));
    }
    return epochs;
  }

  private PlanEpoch epoch(
      long now,
      Reporter reporter,
      Map<TrafficKey, Controller.Step> steps,
      List<Observation> seen,
      Map<Way, RoundTrip> measured) {
    String cluster = reporter.cluster();
    List<Plan> plans = new ArrayList<>();
    Set<String> groups = new HashSet<>();
    int rows = 0;
    for (Observation own : seen) {
      TrafficKey key = own.key();
      Controller.Step step = steps.get(key);
      if (key.sourceCluster().equals(cluster) && step != null) {
        groups.add(controllers.group(key.service()));
        int shares = step.plan().shares().size();
        if (shares > 0 && rows + shares <= Limits.ROWS) {
          plans.add(step.plan());
          rows += shares;
        }
      }
    }
    List<Observation> background =
        Background.ofOthers(
            cluster,
            seen,
            service -> controllers.isJoint(service) && groups.contains(controllers.group(service)),
            Limits.ROWS - rows);
    Map<Way, RoundTrip> ways = new LinkedHashMap<>();
    measured.forEach(
        (way, roundTrip) -> {
          if (!way.from().equals(cluster) && ways.size() < Limits.ROWS) {
            ways.put(way, roundTrip);
          }
        });
    return new PlanEpoch(
        id(),
        cluster,
        now,
        reporter.incarnation(),
        reporter.echo(now),
        settings.hold().toNanos(),
        plans,
        background,
        ways);
  }

  private static double rps(Observation observation) {
    double sum = 0;
    for (Observation.Destination row : observation.destinations()) {
      sum += row.startedRps() > 0 ? row.startedRps() : 0;
    }
    return sum;
  }
}
