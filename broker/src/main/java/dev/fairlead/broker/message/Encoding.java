package dev.fairlead.broker.message;

import dev.fairlead.balancer.endpoint.ServiceName;
import dev.fairlead.steering.cost.Topology.RoundTrip;
import dev.fairlead.steering.cost.Topology.Way;
import dev.fairlead.steering.demand.Observation;
import dev.fairlead.steering.demand.TrafficKey;
import dev.fairlead.steering.plan.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The format of messages, version 1: a byte for the version, one for the kind of message, then its
 * parts in the order of its record, one after the other without names.
 *
 * <p>Numbers have a variable length, seven bits a byte. A name stands in full where it comes first
 * and is a number from then on. Measurements have four bytes, those that are unknown none: a row
 * begins with bits that say which are there. Times are written as ages, by which two messages of
 * one content are alike whenever they are sent.
 */
final class Encoding {
  private static final int REPORT = 1;
  private static final int REPORT_ANSWER = 2;
  private static final int EPOCH = 3;
  private static final int EPOCH_ANSWER = 4;

  private static final int MEASUREMENTS = 11;

  private Encoding() {}

  static byte[] encode(Message message) {
    Writer to = new Writer();
    to.octet(Message.VERSION);
    switch (message) {
      case ClusterReport report -> write(to, report);
      case ReportAnswer answer -> write(to, answer);
      case PlanEpoch epoch -> write(to, epoch);
      case EpochAnswer answer -> write(to, answer);
    }
    return to.toBytes();
  }

  static Message decode(byte[] bytes) {
    if (bytes.length > Limits.MESSAGE_BYTES) {
      throw new MalformedMessageException(
          bytes.length + " bytes, where at most " + Limits.MESSAGE_BYTES + " may be");
    }
    Reader from = new Reader(bytes);
    int version = from.octet();
    if (version != Message.VERSION) {
      throw from.malformed(
          "version " + version + " of the format; this build speaks " + Message.VERSION);
    }
    int kind = from.octet();
    Message message =
        switch (kind) {
          case REPORT -> report(from);
          case REPORT_ANSWER -> reportAnswer(from);
          case EPOCH -> epoch(from);
          case EPOCH_ANSWER -> epochAnswer(from);
          default -> throw from.malformed("no kind of message is " + kind);
        };
    from.end();
    return message;
  }

  private static void write(Writer to, ClusterReport report) {
    to.octet(REPORT);
    to.name(report.cluster());
    to.unsigned(report.incarnation());
    to.unsigned(report.sequence());
    to.signed(report.sentNanos());
    write(to, report.following());
    write(to, report.echo());
    to.all(report.observations(), each -> write(to, report.sentNanos(), each));
    to.all(report.enforced(), each -> write(to, each));
    to.all(
        report.roundTrips().entrySet(),
        each -> {
          to.name(each.getKey());
          write(to, each.getValue());
        });
  }

  private static ClusterReport report(Reader from) {
    String cluster = from.name();
    long incarnation = from.unsigned();
    long sequence = from.unsigned();
    long sentNanos = from.signed();
    EpochId following = epochId(from);
    Optional<Echo> echo = echo(from);
    List<Observation> observations =
        from.all("observations", Limits.KEYS, () -> observation(from, sentNanos));
    List<Enforced> enforced = from.all("plans in force", Limits.PLANS, () -> enforced(from));
    Map<String, RoundTrip> roundTrips = new TreeMap<>();
    from.all(
        "round trips",
        Limits.DESTINATIONS,
        () -> once(from, roundTrips, from.name(), () -> roundTrip(from)));
    return new ClusterReport(
        cluster,
        incarnation,
        sequence,
        sentNanos,
        following,
        echo,
        observations,
        enforced,
        roundTrips);
  }

  private static void write(Writer to, PlanEpoch epoch) {
    to.octet(EPOCH);
    write(to, epoch.id());
    to.name(epoch.recipient());
    to.signed(epoch.sentNanos());
    to.unsigned(epoch.incarnation());
    write(to, epoch.echo());
    to.unsigned(epoch.holdNanos());
    to.all(epoch.plans(), each -> write(to, each));
    to.all(epoch.background(), each -> write(to, epoch.sentNanos(), each));
    to.all(
        epoch.roundTrips().entrySet(),
        each -> {
          to.name(each.getKey().from());
          to.name(each.getKey().to());
          write(to, each.getValue());
        });
  }

  private static PlanEpoch epoch(Reader from) {
    EpochId id = epochId(from);
    String recipient = from.name();
    long sentNanos = from.signed();
    long incarnation = from.unsigned();
    Optional<Echo> echo = echo(from);
    long holdNanos = from.unsigned();
    List<Plan> plans = from.all("plans", Limits.PLANS, () -> plan(from));
    List<Observation> background =
        from.all("observations", Limits.ROWS, () -> observation(from, sentNanos));
    Map<Way, RoundTrip> roundTrips = new LinkedHashMap<>();
    from.all(
        "ways",
        Limits.ROWS,
        () -> once(from, roundTrips, new Way(from.name(), from.name()), () -> roundTrip(from)));
    return new PlanEpoch(
        id, recipient, sentNanos, incarnation, echo, holdNanos, plans, background, roundTrips);
  }

  private static void write(Writer to, ReportAnswer answer) {
    to.octet(REPORT_ANSWER);
    to.name(answer.cluster());
    to.unsigned(answer.incarnation());
    to.unsigned(answer.sequence());
    to.unsigned(List.of(ReportAnswer.Verdict.values()).indexOf(answer.verdict()));
    to.unsigned(answer.newestIncarnation());
    to.text(answer.why());
  }

  private static ReportAnswer reportAnswer(Reader from) {
    return new ReportAnswer(
        from.name(),
        from.unsigned(),
        from.unsigned(),
        choice(from, ReportAnswer.Verdict.values()),
        from.unsigned(),
        from.text(Limits.REASON_BYTES));
  }

  private static void write(Writer to, EpochAnswer answer) {
    to.octet(EPOCH_ANSWER);
    to.name(answer.cluster());
    write(to, answer.about());
    to.unsigned(List.of(EpochAnswer.Verdict.values()).indexOf(answer.verdict()));
    write(to, answer.following());
    to.text(answer.why());
  }

  private static EpochAnswer epochAnswer(Reader from) {
    return new EpochAnswer(
        from.name(),
        epochId(from),
        choice(from, EpochAnswer.Verdict.values()),
        epochId(from),
        from.text(Limits.REASON_BYTES));
  }

  private static <T> T choice(Reader from, T[] all) {
    return all[from.count("as verdict", all.length - 1)];
  }

  private static void write(Writer to, EpochId id) {
    to.unsigned(id.term());
    to.unsigned(id.epoch());
    to.name(id.broker());
  }

  private static EpochId epochId(Reader from) {
    return new EpochId(from.unsigned(), from.unsigned(), from.name());
  }

  private static void write(Writer to, Optional<Echo> echo) {
    to.flag(echo.isPresent());
    echo.ifPresent(
        heard -> {
          to.signed(heard.sentNanos());
          to.unsigned(heard.heldNanos());
        });
  }

  private static Optional<Echo> echo(Reader from) {
    return from.flag() ? Optional.of(new Echo(from.signed(), from.unsigned())) : Optional.empty();
  }

  private static void write(Writer to, TrafficKey key) {
    to.name(key.service().namespace());
    to.name(key.service().name());
    to.name(key.sourceCluster());
    to.unsigned(key.trafficClass() + 1L);
  }

  private static TrafficKey key(Reader from) {
    String namespace = from.name();
    String name = from.name();
    if (namespace.isEmpty() || name.isEmpty()) {
      throw from.malformed("a service without a name");
    }
    String source = from.name();
    return new TrafficKey(
        new ServiceName(namespace, name), source, from.count("as class", Limits.CLASSES) - 1);
  }

  private static void write(Writer to, Enforced enforced) {
    write(to, enforced.key());
    to.flag(enforced.alone());
    to.all(
        enforced.shares().entrySet(),
        share -> {
          to.name(share.getKey());
          to.measured(share.getValue());
        });
  }

  private static Enforced enforced(Reader from) {
    TrafficKey key = key(from);
    boolean alone = from.flag();
    Map<String, Double> shares = new TreeMap<>();
    from.all(
        "shares",
        Limits.DESTINATIONS,
        () -> once(from, shares, from.name(), () -> from.measured()));
    return new Enforced(key, alone, shares);
  }

  private static void write(Writer to, Plan plan) {
    write(to, plan.key());
    to.exact(plan.shed());
    to.all(
        plan.shares(),
        share -> {
          to.name(share.destination());
          to.exact(share.share());
          to.measured(share.weight());
          to.text(share.reason());
        });
  }

  private static Plan plan(Reader from) {
    TrafficKey key = key(from);
    double shed = from.exact();
    return new Plan(
        key,
        from.all(
            "shares",
            Limits.DESTINATIONS,
            () ->
                new Plan.Share(
                    from.name(), from.exact(), from.measured(), from.text(Limits.REASON_BYTES))),
        shed,
        List.of());
  }

  private static void write(Writer to, RoundTrip roundTrip) {
    to.measured(roundTrip.nanos());
    to.measured(roundTrip.deviationNanos());
    to.unsigned(roundTrip.ageNanos());
  }

  private static RoundTrip roundTrip(Reader from) {
    double nanos = from.measured();
    double deviation = from.measured();
    long age = from.unsigned();
    try {
      return new RoundTrip(nanos, deviation, age);
    } catch (IllegalArgumentException e) {
      throw from.malformed(String.valueOf(e.getMessage()));
    }
  }

  private static void write(Writer to, long sentNanos, Observation observation) {
    write(to, observation.key());
    to.signed(sentNanos - observation.nanos());
    to.measured(observation.shedRps());
    to.all(observation.destinations(), row -> write(to, row));
  }

  private static Observation observation(Reader from, long sentNanos) {
    TrafficKey key = key(from);
    long nanos = sentNanos - from.signed();
    double shedRps = from.measured();
    return new Observation(
        key, nanos, from.all("rows", Limits.DESTINATIONS, () -> row(from)), shedRps);
  }

  private static void write(Writer to, Observation.Destination row) {
    double[] measured = {
      row.startedRps(),
      row.endedRps(),
      row.inFlight(),
      row.successRatio(),
      row.p50Nanos(),
      row.p99Nanos(),
      row.bytesSentPerRequest(),
      row.bytesReceivedPerRequest(),
      row.hintedCapacityRps(),
      row.meanNanos(),
      row.readyEndpoints()
    };
    to.name(row.name());
    long bits = row.usable() ? 1 : 0;
    for (int each = 0; each < MEASUREMENTS; each++) {
      bits |= Double.isNaN(measured[each]) ? 0 : 2L << each;
    }
    to.unsigned(bits);
    to.signed(row.ageNanos());
    for (double each : measured) {
      if (!Double.isNaN(each)) {
        to.measured(each);
      }
    }
  }

  private static Observation.Destination row(Reader from) {
    String name = from.name();
    int bits = from.count("as a row's bits", (2 << MEASUREMENTS) - 1);
    long ageNanos = from.signed();
    double[] measured = new double[MEASUREMENTS];
    for (int each = 0; each < MEASUREMENTS; each++) {
      measured[each] = (bits & 2 << each) != 0 ? from.measured() : Double.NaN;
    }
    return new Observation.Destination(
        name,
        (bits & 1) != 0,
        ageNanos,
        measured[0],
        measured[1],
        measured[2],
        measured[3],
        measured[4],
        measured[5],
        measured[6],
        measured[7],
        measured[8],
        measured[9],
        measured[10]);
  }

  private static <K, V> K once(Reader from, Map<K, V> map, K key, Supplier<V> value) {
    if (map.put(key, value.get()) != null) {
      throw from.malformed("'" + key + "' comes twice");
    }
    return key;
  }
}
