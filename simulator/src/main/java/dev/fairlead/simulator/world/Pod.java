package dev.fairlead.simulator.world;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.probe.ProbeReply;
import dev.fairlead.balancer.probe.RecentLatencies;
import dev.fairlead.simulator.law.Bits;
import dev.fairlead.simulator.law.Quantiles;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.scenario.Service.Slowdown;
import org.jspecify.annotations.Nullable;

/** A pod: workers and a queue before them. */
public final class Pod {
  /** Which of a trip's numbers decide what. */
  private static final int SERVICE_TIME = 1;

  /** Over so long a pod measures the load that it reports. */
  private static final long REPORT_NANOS = 1_000_000_000;

  private final Agenda agenda;
  private final Endpoint endpoint;
  private final int place;
  private final int workers;
  private final int limit;
  private final Slowdown slowdown;
  private final double hintedRps;
  private final Quantiles usual;
  private final @Nullable Machine machine;
  private final Condition condition = new Condition();
  private final Waiting waiting = new Waiting();
  private final Running running;
  private final RecentRate arrivals = new RecentRate();
  private int busy;

  /** Σ of busy workers over time until {@link #countedTo}, worker-nanoseconds. */
  private long busyNanos;

  private long countedTo;
  private long served;

  /** From the first probe on: nobody else asks. */
  private @Nullable RecentLatencies lately;

  private LoadReport report = LoadReport.NONE;
  private long reportFrom;
  private long servedThen;
  private double usedThen;

  Pod(
      Agenda agenda,
      Endpoint endpoint,
      int place,
      Service.Pods group,
      Quantiles usual,
      @Nullable Machine machine) {
    this.agenda = agenda;
    this.endpoint = endpoint;
    this.place = place;
    this.workers = group.workers();
    this.limit = group.queue();
    this.slowdown = group.slowdown();
    this.usual = usual;
    this.machine = machine;
    this.running = new Running(machine == null ? 0 : workers);
    this.hintedRps = group.capacityHint().orElse(Double.NaN);
    this.countedTo = agenda.now();
    this.reportFrom = countedTo;
    if (machine != null) {
      machine.add(this);
    }
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** The number of its place. */
  public int place() {
    return place;
  }

  public Condition condition() {
    return condition;
  }

  public int workers() {
    return workers;
  }

  /** Requests that it works on or has in its queue. */
  public int inFlight() {
    return busy + waiting.size();
  }

  /** Requests per second that the operator believes it to serve; NaN where he says nothing. */
  double hintedRps() {
    return hintedRps;
  }

  Running running() {
    return running;
  }

  /**
   * Takes a request.
   *
   * @return the one that is turned away: this one, or one of a lower class that it drives out of
   *     the queue; null for none
   */
  public @Nullable Trip offer(Trip trip) {
    trip.reachedAt = agenda.now();
    trip.inFlightThen = inFlight();
    if (slowdown instanceof Slowdown.ByRate) {
      arrivals.add(agenda.now());
    }
    if (busy < workers) {
      start(trip);
      return null;
    }
    if (waiting.size() >= limit) {
      Trip evicted = waiting.evictBelow(trip.trafficClass);
      if (evicted == null) {
        return trip;
      }
      waiting.add(trip);
      return evicted;
    }
    waiting.add(trip);
    return null;
  }

  private void start(Trip trip) {
    long nanos = serviceNanos(trip, busy);
    count();
    busy++;
    trip.state = Trip.State.SERVED;
    if (machine == null) {
      agenda.add(agenda.now() + nanos, Agenda.Kind.DONE, ++trip.step, trip.index);
    } else {
      trip.step++;
      machine.started(this, trip, nanos);
    }
  }

  /** How long a worker would be busy with a request if it came now. */
  public long expectedNanos(Trip trip) {
    long nanos = serviceNanos(trip, Math.min(busy, workers - 1));
    return machine == null ? nanos : (long) (nanos / machine.paceOfOneMore(this));
  }

  /** How long a worker would be busy on average with a request if it came now. */
  public long meanNanos() {
    long nanos = workedNanos(law().mean(), Math.min(busy, workers - 1));
    return machine == null ? nanos : (long) (nanos / machine.paceOfOneMore(this));
  }

  private Quantiles law() {
    Quantiles law = condition.law;
    return law == null ? usual : law;
  }

  private long serviceNanos(Trip trip, int alreadyBusy) {
    double drawn =
        trip.serviceNanos >= 0 ? trip.serviceNanos : law().draw(Bits.at(trip.chance, SERVICE_TIME));
    return workedNanos(drawn, alreadyBusy);
  }

  private long workedNanos(double drawn, int alreadyBusy) {
    double nanos = drawn;
    nanos *=
        switch (slowdown) {
          case Slowdown.Filling filling -> slowing(filling, alreadyBusy + 1.0);
          case Slowdown.ByRate byRate ->
              StrictMath.pow(arrivals.at(agenda.now()) / byRate.rate(), byRate.power());
        };
    return (long) (nanos * condition.factor(agenda.now()) + 0.5);
  }

  private double slowing(Slowdown.Filling filling, double busyThen) {
    double above = busyThen / workers - filling.knee();
    double width = 1 - filling.knee();
    if (filling.factor() == 1 || above <= 0 || width <= 0) {
      return 1;
    }
    return 1 + (filling.factor() - 1) * above / width;
  }

  /** A worker is done with a request; the next one's turn. */
  public void done(Trip trip) {
    count();
    busy--;
    served++;
    if (lately != null) {
      lately.add(agenda.now(), agenda.now() - trip.reachedAt, trip.inFlightThen);
    }
    trip.state = Trip.State.TRAVELLING;
    Trip next = waiting.next();
    if (next != null) {
      start(next);
    } else if (machine != null) {
      machine.changed();
    }
  }

  /** Loses all that it has in hand. */
  void clear() {
    count();
    waiting.clear();
    running.clear();
    busy = 0;
    if (machine != null) {
      machine.changed();
    }
  }

  private void count() {
    long now = agenda.now();
    busyNanos += busy * (now - countedTo);
    countedTo = now;
  }

  /** Σ of busy workers over time, worker-nanoseconds. */
  public long busyNanos() {
    count();
    return busyNanos;
  }

  /** What it answers to a probe. */
  public ProbeReply probed() {
    RecentLatencies known = lately;
    if (known == null) {
      known = new RecentLatencies();
      lately = known;
    }
    return new ProbeReply.Answered(inFlight(), known.medianNanos(agenda.now(), inFlight()));
  }

  /** What it says of its load beside an answer: of the last full second or so. */
  public LoadReport report() {
    long now = agenda.now();
    long elapsed = now - reportFrom;
    if (elapsed >= REPORT_NANOS) {
      double used = machine == null ? busyNanos() : machine.cpuNanos(this);
      double whole = machine == null ? workers : machine.allocation();
      double rps = (served - servedThen) * 1e9 / elapsed;
      report = new LoadReport((used - usedThen) / (whole * elapsed), rps, Double.NaN);
      reportFrom = now;
      servedThen = served;
      usedThen = used;
    }
    return report;
  }
}
