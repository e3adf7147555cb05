package dev.fairlead.simulator.run;

import dev.fairlead.simulator.law.Bits;
import dev.fairlead.simulator.law.Factor;
import dev.fairlead.simulator.law.OpenArrivals;
import dev.fairlead.simulator.law.Quantiles;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.law.Zipf;
import dev.fairlead.simulator.scenario.Arrivals;
import dev.fairlead.simulator.scenario.Trace;
import dev.fairlead.simulator.scenario.Traffic;
import dev.fairlead.simulator.world.Agenda;
import dev.fairlead.simulator.world.Agenda.Kind;
import dev.fairlead.simulator.world.Trip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The traffic: a stream for each entry of the scenario and each place that it comes from. What a
 * stream draws depends on the seed and on nothing that becomes of its requests.
 */
final class Streams {
  /** A user whose request failed at once tries again after so long: time must go on. */
  private static final long FAILED_AT_ONCE_NANOS = 1_000_000;

  /** While users' shape is 0 they look again so often. */
  private static final long LOOK_NANOS = 1_000_000_000;

  private final Agenda agenda;
  private final Requests requests;
  private final long end;
  private final List<Stream> streams = new ArrayList<>();

  /** The stream of each user, and how many requests each sent. */
  private Stream[] userStreams = new Stream[0];

  private int[] sent = new int[0];
  private int users;

  /** The requests that users of one entry may still send. */
  private static final class Allowance {
    private long left;

    Allowance(long left) {
      this.left = left;
    }

    boolean take() {
      return left-- > 0;
    }
  }

  private record Closed(Quantiles think, Factor factor, long seed, Allowance allowance) {}

  private record Replayed(Trace trace, boolean repeat) {}

  /** One stream; exactly one of the three last is there. */
  private static final class Stream {
    final int number;
    final Caller caller;
    final int trafficClass;
    final @Nullable Zipf keys;
    final RandomStream chance;
    final @Nullable OpenArrivals open;
    final @Nullable Closed closed;
    final @Nullable Replayed replay;

    /** The next of the replay, and when its trace began. */
    int next;

    long began;

    Stream(
        int number,
        Caller caller,
        Traffic traffic,
        RandomStream chance,
        @Nullable OpenArrivals open,
        @Nullable Closed closed,
        @Nullable Replayed replay) {
      this.number = number;
      this.caller = caller;
      this.trafficClass = traffic.trafficClass();
      this.keys = traffic.keys().map(Zipf::new).orElse(null);
      this.chance = chance;
      this.open = open;
      this.closed = closed;
      this.replay = replay;
    }
  }

  /**
   * @param end of the simulation, nanoseconds since its start
   */
  Streams(Agenda agenda, Requests requests, long end) {
    this.agenda = agenda;
    this.requests = requests;
    this.end = end;
    requests.onEnd(this::ended);
  }

  /**
   * Adds an entry's streams.
   *
   * @param entry its number in the scenario
   * @param callers by place
   * @param shares of each place
   * @param capacity of its service, requests per second
   */
  void add(
      int entry, Traffic traffic, Caller[] callers, double[] shares, double capacity, long seed) {
    long allowed =
        traffic.arrivals() instanceof Arrivals.Users some
            ? some.requests().orElse(Long.MAX_VALUE)
            : 0;
    Allowance allowance = new Allowance(allowed);
    for (int place = 0; place < shares.length; place++) {
      if (shares[place] > 0) {
        String name = entry + " from " + place;
        add(name, traffic, callers[place], shares[place], capacity, seed, allowance);
      }
    }
  }

  private void add(
      String name,
      Traffic traffic,
      Caller caller,
      double share,
      double capacity,
      long seed,
      Allowance allowance) {
    RandomStream chance = new RandomStream(seed, "requests " + name);
    RandomStream gaps = new RandomStream(seed, "arrivals " + name);
    Factor factor = new Factor(traffic.shape(), gaps.nextLong());
    int number = streams.size();
    switch (traffic.arrivals()) {
      case Arrivals.Poisson poisson -> {
        double rate = share * perSecond(poisson.rate(), capacity);
        open(number, caller, traffic, chance, new OpenArrivals(true, rate, factor, gaps, end));
      }
      case Arrivals.Uniform uniform -> {
        double rate = share * perSecond(uniform.rate(), capacity);
        open(number, caller, traffic, chance, new OpenArrivals(false, rate, factor, gaps, end));
      }
      case Arrivals.Users some -> {
        Closed closed = new Closed(Quantiles.of(some.think()), factor, gaps.nextLong(), allowance);
        Stream stream = new Stream(number, caller, traffic, chance, null, closed, null);
        streams.add(stream);
        enrol(stream, closed, (int) StrictMath.round(some.users() * share));
      }
      case Arrivals.Replay recorded -> {
        Replayed replay = new Replayed(recorded.trace(), recorded.repeat());
        streams.add(new Stream(number, caller, traffic, chance, null, null, replay));
        agenda.add(recorded.trace().atNanos(0), Kind.ARRIVAL, 0, number);
      }
    }
  }

  private static double perSecond(Arrivals.Rate rate, double capacity) {
    return switch (rate) {
      case Arrivals.PerSecond said -> said.perSecond();
      case Arrivals.Load load -> load.factor() * capacity;
    };
  }

  private void open(
      int number, Caller caller, Traffic traffic, RandomStream chance, OpenArrivals arrivals) {
    streams.add(new Stream(number, caller, traffic, chance, arrivals, null, null));
    agenda.add(arrivals.first(), Kind.ARRIVAL, 0, number);
  }

  /** Each user begins somewhere in a think time. */
  private void enrol(Stream stream, Closed closed, int count) {
    int before = users;
    users += count;
    userStreams = Arrays.copyOf(userStreams, users);
    sent = Arrays.copyOf(sent, users);
    for (int user = before; user < users; user++) {
      userStreams[user] = stream;
      double thought = closed.think().draw(Bits.at(userKey(closed, user), -1));
      double part = Bits.unit(Bits.at(userKey(closed, user), -2));
      agenda.add((long) (thought * part), Kind.USER, 0, user);
    }
  }

  private static long userKey(Closed closed, int user) {
    return Bits.at(closed.seed(), user);
  }

  /** The next request of a stream arrives. */
  void arrival(int number) {
    Stream stream = streams.get(number);
    OpenArrivals open = stream.open;
    if (open != null) {
      agenda.add(open.next(agenda.now()), Kind.ARRIVAL, 0, number);
      begin(stream, stream.chance.nextLong(), -1);
      return;
    }
    Replayed replay = stream.replay;
    if (replay != null) {
      replay(stream, replay);
    }
  }

  private void begin(Stream stream, long chance, int user) {
    Trip trip = requests.take(stream.caller, stream.trafficClass, chance);
    if (stream.keys != null) {
      trip.hasKey = true;
      trip.key = stream.keys.key(Bits.at(chance, 0));
    }
    trip.stream = stream.number;
    trip.user = user;
    requests.begin(trip);
  }

  private void replay(Stream stream, Replayed replay) {
    Trace trace = replay.trace();
    int at = stream.next++;
    if (stream.next < trace.size()) {
      agenda.add(stream.began + trace.atNanos(stream.next), Kind.ARRIVAL, 0, stream.number);
    } else if (replay.repeat()) {
      // A trace that takes no time at all would never end.
      long period = Math.max(LOOK_NANOS, trace.atNanos(trace.size() - 1));
      stream.next = 0;
      stream.began += period;
      agenda.add(stream.began + trace.atNanos(0), Kind.ARRIVAL, 0, stream.number);
    }
    long said = trace.trafficClass(at);
    int trafficClass = said == Trace.UNKNOWN ? stream.trafficClass : (int) said;
    Trip trip = requests.take(stream.caller, trafficClass, stream.chance.nextLong());
    if (trace.key(at) != Trace.UNKNOWN) {
      trip.hasKey = true;
      trip.key = trace.key(at);
    }
    if (trace.requestBytes(at) != Trace.UNKNOWN) {
      trip.requestBytes = trace.requestBytes(at);
    }
    if (trace.responseBytes(at) != Trace.UNKNOWN) {
      trip.responseBytes = trace.responseBytes(at);
    }
    trip.serviceNanos = trace.serviceNanos(at);
    trip.stream = stream.number;
    requests.begin(trip);
  }

  /** A user has thought enough. */
  void user(int user) {
    Stream stream = userStreams[user];
    Closed closed = stream.closed;
    if (closed == null) {
      throw new IllegalStateException("a user of a stream without users");
    }
    if (closed.factor().at(agenda.now()) <= 0) {
      agenda.add(agenda.now() + LOOK_NANOS, Kind.USER, 0, user);
    } else if (closed.allowance().take()) {
      begin(stream, Bits.at(userKey(closed, user), 2 * sent[user]++), user);
    }
  }

  /** A request of the traffic ended: its user, if it has one, thinks of the next. */
  private void ended(Trip trip) {
    if (trip.user < 0) {
      return;
    }
    Closed closed = userStreams[trip.user].closed;
    if (closed == null) {
      return;
    }
    long draw = Bits.at(userKey(closed, trip.user), 2 * sent[trip.user] + 1);
    double factor = closed.factor().at(agenda.now());
    long thinks = factor > 0 ? (long) (closed.think().draw(draw) / factor) : LOOK_NANOS;
    if (agenda.now() == trip.startedAt) {
      thinks = Math.max(thinks, FAILED_AT_ONCE_NANOS);
    }
    agenda.add(agenda.now() + thinks, Kind.USER, 0, trip.user);
  }
}
