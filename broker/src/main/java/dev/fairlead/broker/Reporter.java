package dev.fairlead.broker;

import dev.fairlead.broker.message.ClusterReport;
import dev.fairlead.broker.message.Echo;
import dev.fairlead.broker.message.Enforced;
import dev.fairlead.broker.message.EpochId;
import dev.fairlead.broker.message.ReportAnswer;
import dev.fairlead.broker.message.ReportAnswer.Verdict;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One cluster as the broker knows it: its lives, its last believable report, its quarantine. */
final class Reporter {
  // Two that share a name each begin a life to be heard, at each report; a restart begins one.
  private static final int MOST_LIVES = 3;
  private static final long LIVES_NANOS = 60_000_000_000L;
  // More than come out of order; two reporters that count alike are no farther apart.
  private static final int MOST_RECENT = 64;
  // One report after a restart cannot know its rates; the next can, but may be cut short.
  private static final int MOST_UNCLEAR = 2;

  private final String cluster;
  private final Quarantine quarantine = new Quarantine();
  private final Deque<Long> lives = new ArrayDeque<>();
  // When each report of this life was sent, by its number.
  private final TreeMap<Long, Long> recent = new TreeMap<>();
  private PeerClock clock = new PeerClock();
  private long incarnation;
  private long sequence;
  private long sentNanos;
  private long heardNanos;
  private int unclear;
  private @Nullable Good good;
  private EpochId following = EpochId.NONE;
  private boolean led;

  /** A report that was believed, dated by our clock. */
  private record Good(
      long nanos,
      List<Observation> observations,
      Set<TrafficKey> keys,
      List<Enforced> enforced,
      Map<String, RoundTrip> roundTrips) {}

  Reporter(String cluster, long now) {
    this.cluster = cluster;
    this.heardNanos = now;
  }

  String cluster() {
    return cluster;
  }

  long incarnation() {
    return incarnation;
  }

  long sequence() {
    return sequence;
  }

  /** The newest epoch that it accepted, as it says. */
  EpochId following() {
    return following;
  }

  /** It answered an epoch: that tells sooner than its next report whom it follows. */
  void follows(EpochId newest) {
    if (newest.compareTo(following) > 0) {
      following = newest;
    }
  }

  /** Whether a broker's plan is in force there. */
  boolean isLed() {
    return led;
  }

  /** When it last said anything, believable or not. */
  long heardNanos() {
    return heardNanos;
  }

  Optional<Echo> echo(long now) {
    return sequence == 0
        ? Optional.empty()
        : Optional.of(new Echo(sentNanos, Math.max(0, now - heardNanos)));
  }

  /** What was known of it in another life of the broker. */
  void restore(Broker.Life life) {
    incarnation = life.incarnation();
    sequence = life.sequence();
  }

  ReportAnswer receive(long now, ClusterReport report, Predicate<Observation> wanted) {
    if (report.incarnation() < incarnation) {
      return answer(
          report, Verdict.EARLIER_LIFE, "it has begun life " + incarnation + " since this report");
    }
    if (report.incarnation() == incarnation && report.sequence() <= sequence) {
      return late(now, report);
    }
    if (report.incarnation() > incarnation) {
      begin(now);
    }
    incarnation = report.incarnation();
    sequence = report.sequence();
    sentNanos = report.sentNanos();
    heardNanos = now;
    remember(report);
    clock.heard(now, sentNanos, report.echo());
    if (lives.size() > MOST_LIVES) {
      return blame(
          now,
          report,
          "'"
              + cluster
              + "' began "
              + lives.size()
              + " lives within a minute: two reporters of one name, or one that cannot stay up");
    }
    unclear = Examination.isUnclear(report) ? unclear + 1 : 0;
    String fault = Examination.fault(report);
    if (fault == null && unclear > MOST_UNCLEAR) {
      fault = unclear + " reports in a row do not know their rates";
    }
    if (fault != null) {
      return blame(now, report, fault);
    }
    quarantine.clean(now);
    if (quarantine.holds()) {
      return answer(report, Verdict.QUARANTINED, quarantine.why(now));
    }
    believe(now, report, wanted);
    return answer(report, Verdict.ACCEPTED, "");
  }

  /**
   * One that a later one overtook, or that came twice; or one of another reporter, if its number
   * was given to another report or it was sent after one of a higher number.
   */
  private ReportAnswer late(long now, ClusterReport report) {
    Long told = recent.get(report.sequence());
    boolean other =
        told == null
            ? recent.containsKey(sequence) && report.sentNanos() - sentNanos > 0
            : told != report.sentNanos();
    if (other) {
      return blame(now, report, "two reporters call themselves '" + cluster + "'");
    }
    if (recent.containsKey(sequence)) {
      remember(report);
    }
    return told != null || report.sequence() == sequence
        ? answer(report, Verdict.DUPLICATE, "told before")
        : answer(report, Verdict.OUT_OF_ORDER, "report " + sequence + " came first");
  }

  private void remember(ClusterReport report) {
    recent.put(report.sequence(), report.sentNanos());
    if (recent.size() > MOST_RECENT) {
      recent.remove(recent.firstKey());
    }
  }

  private void begin(long now) {
    clock = new PeerClock();
    following = EpochId.NONE;
    recent.clear();
    if (incarnation > 0) {
      lives.addLast(now);
    }
    while (!lives.isEmpty()
        && (lives.size() > MOST_LIVES + 1 || now - lives.getFirst() > LIVES_NANOS)) {
      lives.removeFirst();
    }
  }

  private ReportAnswer blame(long now, ClusterReport report, String fault) {
    quarantine.fault(now, fault);
    led = false;
    following = EpochId.NONE;
    return answer(report, Verdict.QUARANTINED, quarantine.why(now));
  }

  private void believe(long now, ClusterReport report, Predicate<Observation> wanted) {
    List<Observation> observations = new ArrayList<>();
    Set<TrafficKey> keys = new HashSet<>();
    for (Observation observation : report.observations()) {
      if (wanted.test(observation)) {
        long age = clock.ageNanos(now, observation.nanos());
        observations.add(Ages.dated(observation, now - age));
        keys.add(observation.key());
      }
    }
    // Where its answer to a later epoch came first, what was in force before it is history.
    boolean overtaken = report.following().compareTo(following) < 0;
    List<Enforced> enforced = overtaken ? List.of() : report.enforced();
    good = new Good(now, observations, keys, enforced, report.roundTrips());
    following = overtaken ? following : report.following();
    led = overtaken || enforced.stream().anyMatch(each -> !each.alone());
  }

  private ReportAnswer answer(ClusterReport report, Verdict verdict, String why) {
    return new ReportAnswer(
        cluster, report.incarnation(), report.sequence(), verdict, incarnation, why);
  }

  /** Whether its numbers are gone by, by now perhaps old: it told good ones not too long ago. */
  boolean isKnown(long now, long forgetNanos) {
    return good != null && now - good.nanos() < forgetNanos;
  }

  /** Whether it is known and not in quarantine. */
  boolean isBelieved(long now, long forgetNanos) {
    return isKnown(now, forgetNanos) && !quarantine.holds();
  }

  /** How long ago it was believed last; 0 where it never was: there is nothing to grow old. */
  long silentNanos(long now) {
    return good == null ? 0 : now - good.nanos();
  }

  /** What it observed, dated by our clock. */
  List<Observation> observations() {
    return good == null ? List.of() : good.observations();
  }

  boolean observes(TrafficKey key) {
    return good != null && good.keys().contains(key);
  }

  List<Enforced> enforced() {
    return good == null ? List.of() : good.enforced();
  }

  Map<String, RoundTrip> roundTrips() {
    return good == null ? Map.of() : good.roundTrips();
  }

  /** Why it is in quarantine; empty where it is not. */
  String quarantined(long now) {
    return quarantine.holds() ? quarantine.why(now) : "";
  }
}
