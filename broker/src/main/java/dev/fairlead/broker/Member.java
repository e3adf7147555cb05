package dev.fairlead.broker;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.broker.InForce.Planner;
import dev.fairlead.broker.message.ClusterReport;
import dev.fairlead.broker.message.Echo;
import dev.fairlead.broker.message.Enforced;
import dev.fairlead.broker.message.EpochAnswer;
import dev.fairlead.broker.message.EpochAnswer.Verdict;
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
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's side: reports to the broker, follows its epochs, and plans alone while it is lost. A
 * pure state machine. One writer.
 *
 * <p>Its own controllers see each period, also while the broker leads: so they know the latencies
 * when they have to decide, and go on from the plan in force, within the limits on change. When the
 * broker is back it goes on likewise from what the report says to be in force here.
 */
public final class Member {
  /** As long as locality takes over from a plan that nobody renews. */
  static final long FADE_NANOS = 600_000_000_000L;

  /**
   * How a cluster takes part.
   *
   * @param interval between two reports, and between two steps; the broker's
   * @param lostAfter intervals without an epoch after which the broker is lost; 0 where there is no
   *     broker
   * @param hold how long a plan of its own holds while nothing is seen of its traffic
   */
  public record Settings(String cluster, Duration interval, int lostAfter, Duration hold) {
    public Settings {
      if (cluster.isEmpty() || !interval.isPositive() || lostAfter < 0 || !hold.isPositive()) {
        throw new IllegalArgumentException(
            "a member needs a cluster, an interval and a hold above 0, and lostAfter not below 0");
      }
    }

    /** With defaults. */
    public Settings(String cluster, Duration interval) {
      this(cluster, interval, Broker.Settings.DEFAULT_LOST_AFTER, Broker.Settings.DEFAULT_HOLD);
    }
  }

  /**
   * What has to survive a restart.
   *
   * @param following the newest epoch accepted: without it an older broker could be followed
   * @param incarnation of the life that saved it; the next life's must be higher
   */
  public record State(EpochId following, long incarnation) {
    public static final State NONE = new State(EpochId.NONE, 0);
  }

  private final Settings settings;
  private final Controllers controllers = new Controllers();
  private final Leader leader;
  private final long phaseNanos;
  private Topology topology;
  private long incarnation;
  private long sequence;
  private PeerClock clock = new PeerClock();
  private Background background = Background.NONE;
  private @Nullable PlanEpoch latest;
  private long latestNanos;
  // By the order in which they came: the oldest goes where there are too many.
  private final Map<TrafficKey, InForce> inForce = new LinkedHashMap<>();
  private Map<String, RoundTrip> measured = Map.of();

  /**
   * @param incarnation higher than that of each earlier life, say milliseconds of the wall clock
   * @param random chooses when in an interval this cluster acts, and by how much it is more patient
   *     with a silent broker than others
   */
  public Member(
      Settings settings,
      List<Steered> steered,
      Topology topology,
      long incarnation,
      RandomSource random,
      State saved,
      long now) {
    this.settings = settings;
    this.topology = topology;
    this.incarnation = Math.max(incarnation, saved.incarnation() + 1);
    this.leader =
        new Leader(
            settings.interval().toNanos(), settings.lostAfter(), random, saved.following(), now);
    this.phaseNanos = (long) (settings.interval().toNanos() * random.nextDouble());
    controllers.update(steered);
  }

  /** To be saved. */
  public State state() {
    return new State(leader.following(), incarnation);
  }

  /**
   * When in each interval to {@link #step} and {@link #report}, in nanoseconds from its start: if
   * all clusters did so at the same time, traffic would move from all of them at the same time.
   */
  public long phaseNanos() {
    return phaseNanos;
  }

  /** Plans of services that are steered no more are released. */
  public void update(List<Steered> steered, Topology topology) {
    controllers.update(steered);
    this.topology = topology;
    inForce.keySet().removeIf(key -> !controllers.steers(key.service()));
  }

  /** Whether nothing was heard of a broker for so long that the cluster plans alone. */
  public boolean isAlone(long now) {
    return leader.isLost(now);
  }

  /** The newest epoch accepted. */
  public EpochId following() {
    return leader.following();
  }

  /**
   * What to send to the broker.
   *
   * @param observations of the cluster's own traffic since the last report; others are disregarded,
   *     and what goes beyond {@link Limits} is not told
   * @param roundTrips measured, by the cluster at the other end
   */
  public ClusterReport report(
      long now, List<Observation> observations, Map<String, RoundTrip> roundTrips) {
    measured = new TreeMap<>();
    roundTrips.forEach(
        (to, roundTrip) -> {
          if (measured.size() < Limits.DESTINATIONS) {
            measured.put(to, roundTrip);
          }
        });
    sequence++;
    List<Observation> told = new ArrayList<>();
    int rows = 0;
    for (Observation observation : own(observations).values()) {
      int more = observation.destinations().size();
      if (told.size() < Limits.KEYS
          && more <= Limits.DESTINATIONS
          && rows + more <= Limits.ROWS / 2) {
        told.add(observation);
        rows += more;
      }
    }
    List<Enforced> enforced = new ArrayList<>();
    for (InForce each : inForce.values()) {
      int more = each.plan().shares().size();
      if (rows + more <= Limits.ROWS) {
        boolean alone = each.planner() != Planner.BROKER;
        enforced.add(new Enforced(each.plan().key(), alone, Plans.shares(each.plan())));
        rows += more;
      }
    }
    return new ClusterReport(
        settings.cluster(),
        incarnation,
        sequence,
        now,
        leader.following(),
        echo(now),
        told,
        enforced,
        measured);
  }

  private Optional<Echo> echo(long now) {
    return latest == null
        ? Optional.empty()
        : Optional.of(new Echo(latest.sentNanos(), Math.max(0, now - latestNanos)));
  }

  /** The broker's answer to a report came. */
  public void receive(ReportAnswer answer) {
    boolean ours =
        answer.cluster().equals(settings.cluster())
            && answer.incarnation() == incarnation
            && answer.sequence() <= sequence;
    boolean outlived =
        answer.verdict() == ReportAnswer.Verdict.EARLIER_LIFE
            && answer.newestIncarnation() >= incarnation
            && answer.newestIncarnation() < Limits.HIGHEST_NUMBER;
    if (ours && outlived) {
      // The clock that numbers lives went back between two of ours; or another bears our name, and
      // then the broker will find out.
      incarnation = answer.newestIncarnation() + 1;
      sequence = 0;
    }
  }

  /** A plan epoch came. It takes force at once where it is accepted. */
  public EpochAnswer receive(long now, PlanEpoch epoch) {
    EpochId id = epoch.id();
    if (!epoch.recipient().equals(settings.cluster())) {
      return answer(epoch, Verdict.NOT_FOR_US, "it is for " + epoch.recipient());
    }
    Verdict verdict = leader.judge(now, id);
    if (verdict != Verdict.ACCEPTED) {
      return answer(epoch, verdict, leader.following() + " is followed");
    }
    String fault = fault(epoch);
    if (!fault.isEmpty()) {
      return answer(epoch, Verdict.MALFORMED, fault);
    }
    accept(now, epoch);
    return answer(epoch, Verdict.ACCEPTED, "");
  }

  private EpochAnswer answer(PlanEpoch epoch, Verdict verdict, String why) {
    return new EpochAnswer(settings.cluster(), epoch.id(), verdict, leader.following(), why);
  }

  private String fault(PlanEpoch epoch) {
    Set<TrafficKey> keys = new HashSet<>();
    for (Plan plan : epoch.plans()) {
      TrafficKey key = plan.key();
      String fault = Plans.fault(plan);
      if (!key.sourceCluster().equals(settings.cluster())) {
        fault = "traffic of " + key.sourceCluster();
      } else if (!keys.add(key)) {
        fault = "a second plan";
      }
      if (fault != null) {
        return "the plan for " + key.service() + ": " + fault;
      }
    }
    return "";
  }

  private void accept(long now, PlanEpoch epoch) {
    if (!epoch.id().isOfSameReign(leader.following())) {
      clock = new PeerClock();
    }
    leader.accept(now, epoch.id());
    latest = epoch;
    latestNanos = now;
    clock.heard(
        now,
        epoch.sentNanos(),
        epoch.incarnation() == incarnation ? epoch.echo() : Optional.empty());
    background = Background.of(now, epoch, clock);
    Map<TrafficKey, InForce> before = Map.copyOf(inForce);
    // What this epoch does not name is led no more.
    inForce.replaceAll((key, each) -> each.planner() == Planner.BROKER ? each.held() : each);
    for (Plan plan : epoch.plans()) {
      TrafficKey key = plan.key();
      if (controllers.steers(key.service())) {
        InForce led =
            InForce.led(
                plan,
                epoch.id(),
                now,
                epoch.holdNanos(),
                controllers.largestStep(key.service()),
                Optional.ofNullable(before.get(key)));
        controllers.adopt(now, led.plan());
        enforce(led);
      }
    }
  }

  private void enforce(InForce plan) {
    inForce.remove(plan.plan().key());
    inForce.put(plan.plan().key(), plan);
    if (inForce.size() > Limits.PLANS) {
      inForce.remove(inForce.keySet().iterator().next());
    }
  }

  /**
   * One period.
   *
   * @param observations of the cluster's own traffic in this period; others are disregarded
   * @return the plans in force by key; where there is none, locality decides
   */
  public Map<TrafficKey, InForce> step(long now, List<Observation> observations) {
    Map<TrafficKey, Observation> own = own(observations);
    Set<TrafficKey> led = led(now, own.keySet());
    controllers
        .step(now, List.copyOf(own.values()), background.observations(now), topology(now), led)
        .forEach(
            (key, step) -> {
              if (own.containsKey(key) && !step.plan().shares().isEmpty()) {
                enforce(
                    InForce.renewed(
                        step.plan(),
                        Planner.ALONE,
                        EpochId.NONE,
                        now,
                        settings.hold().toNanos(),
                        step.why()));
              }
            });
    for (InForce each : List.copyOf(inForce.values())) {
      TrafficKey key = each.plan().key();
      if (each.renewedNanos() != now && !led.contains(key)) {
        age(now, each);
      }
    }
    return inForce();
  }

  /**
   * Whether {@link #step} and {@link #report} must not wait for the period's end; see {@link
   * Controller#isUrgent}. While the broker leads it is until the next epoch comes.
   *
   * @param soFar what was seen since the last step
   */
  public boolean isUrgent(long now, List<Observation> soFar) {
    return controllers.isUrgent(
        now, List.copyOf(own(soFar).values()), background.observations(now), topology(now));
  }

  /** The plans in force by key. */
  public Map<TrafficKey, InForce> inForce() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(inForce));
  }

  /** Of each key of this cluster that is steered the first observation. */
  private Map<TrafficKey, Observation> own(List<Observation> observations) {
    Map<TrafficKey, Observation> own = new LinkedHashMap<>();
    for (Observation observation : observations) {
      TrafficKey key = observation.key();
      if (key.sourceCluster().equals(settings.cluster()) && controllers.steers(key.service())) {
        own.putIfAbsent(key, observation);
      }
    }
    return own;
  }

  /** The keys for which this cluster must not decide. */
  private Set<TrafficKey> led(long now, Set<TrafficKey> observed) {
    Set<TrafficKey> led = new HashSet<>();
    PlanEpoch last = latest;
    if (!leader.isLost(now)) {
      if (last == null) {
        // Nothing was heard yet: it may come any moment.
        led.addAll(observed);
      } else {
        last.plans().forEach(plan -> led.add(plan.key()));
      }
    }
    return led;
  }

  private Topology topology(long now) {
    Map<Way, RoundTrip> all = new TreeMap<>(Topologies.BY_NAMES);
    all.putAll(background.roundTrips(now));
    measured.forEach((to, roundTrip) -> all.put(new Way(settings.cluster(), to), roundTrip));
    return Topologies.with(topology, all);
  }

  /** What becomes of a plan that nobody renewed in this period. */
  private void age(long now, InForce each) {
    TrafficKey key = each.decided().key();
    long over = now - each.renewedNanos() - each.holdNanos();
    if (over >= FADE_NANOS) {
      inForce.remove(key);
    } else if (over > 0) {
      Set<String> destinations = Plans.shares(each.decided()).keySet();
      List<String> nearest = Topologies.nearest(topology, settings.cluster(), destinations);
      Plan locality = Plans.even(key, nearest, "nearest");
      inForce.put(key, each.faded((double) over / FADE_NANOS, locality));
    } else {
      inForce.put(key, each.held());
    }
  }
}
