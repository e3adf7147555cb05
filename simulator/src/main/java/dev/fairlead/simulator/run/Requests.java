package dev.fairlead.simulator.run;

import dev.fairlead.balancer.outcome.LoadReport;
import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.balancer.pick.Lease;
import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.balancer.pick.ServiceBalancer;
import dev.fairlead.simulator.law.Bits;
import dev.fairlead.simulator.result.Recorder;
import dev.fairlead.simulator.world.Agenda;
import dev.fairlead.simulator.world.Agenda.Kind;
import dev.fairlead.simulator.world.Places;
import dev.fairlead.simulator.world.Pod;
import dev.fairlead.simulator.world.Trip;
import dev.fairlead.simulator.world.Trips;
import dev.fairlead.simulator.world.Way;
import java.util.function.Consumer;

/**
 * The life of a request: sent, on its way, in a pod, what that calls, on its way back, ended. What
 * chance has in store for it is drawn by number from {@link Trip#chance}: see the constants.
 */
final class Requests {
  // Numbers 1 (service time) and 8 on (calls) are drawn elsewhere.
  private static final int REQUEST_BYTES = 2;
  private static final int RESPONSE_BYTES = 3;
  private static final int WAY_THERE = 4;
  private static final int WAY_BACK = 5;
  private static final int ERROR = 6;

  /** A connection that nobody answers is given up after so long, as by most proxies' default. */
  private static final long CONNECT_NANOS = 1_000_000_000;

  private final Agenda agenda;
  private final Trips trips;
  private final Places places;
  private final Caller[] callers;
  private final Deadlines[] deadlines;
  private final Dispatcher dispatcher;
  private final Recorder recorder;
  private final Calls calls;
  private final long measuredFrom;
  private final long[] successNanos;
  private Consumer<Trip> ofTraffic = trip -> {};

  Requests(
      Agenda agenda,
      Trips trips,
      Places places,
      Caller[] callers,
      Deadlines[] deadlines,
      Dispatcher dispatcher,
      Recorder recorder,
      Calls calls,
      long[] successNanos,
      long measuredFrom) {
    this.agenda = agenda;
    this.trips = trips;
    this.places = places;
    this.callers = callers;
    this.deadlines = deadlines;
    this.dispatcher = dispatcher;
    this.recorder = recorder;
    this.calls = calls;
    this.successNanos = successNanos;
    this.measuredFrom = measuredFrom;
  }

  /** Who is told of each request of the traffic that ended, before it is used again. */
  void onEnd(Consumer<Trip> listener) {
    ofTraffic = listener;
  }

  /** A new trip of a caller; whoever takes it says the rest, then {@link #begin}s it. */
  Trip take(Caller caller, int trafficClass, long chance) {
    Trip trip = trips.take();
    trip.caller = caller.index;
    trip.service = caller.service;
    trip.trafficClass = trafficClass;
    trip.chance = chance;
    trip.requestBytes = caller.fleet.requestBytes().drawLong(Bits.at(chance, REQUEST_BYTES));
    trip.responseBytes = caller.fleet.responseBytes().drawLong(Bits.at(chance, RESPONSE_BYTES));
    trip.serviceNanos = -1;
    trip.hasKey = false;
    trip.stream = -1;
    trip.user = -1;
    trip.startedAt = agenda.now();
    return trip;
  }

  void begin(Trip trip) {
    Caller caller = callers[trip.caller];
    if (trip.parent == null) {
      recorder.started(trip.startedAt);
    }
    if (trip.startedAt >= measuredFrom) {
      caller.requests++;
    }
    deadlines[trip.service].add(trip);
    if (caller.balancer != null && caller.fleet.service().retries() > 0) {
      caller.balancer.countRequest();
    }
    send(trip, caller);
  }

  private void send(Trip trip, Caller caller) {
    Refusal refusal = dispatcher.dispatch(caller, trip);
    Pod pod = trip.pod;
    if (refusal != null || pod == null) {
      trip.shed = refusal == Refusal.OVER_LIMIT || refusal == Refusal.SHED;
      end(trip, false);
      return;
    }
    count(caller, pod);
    long now = agenda.now();
    Way way = places.way(caller.place, pod.place());
    long arrives = way.send(now, trip.requestBytes, ofAttempt(trip, WAY_THERE));
    if (arrives == Way.LOST) {
      endsAt(trip, Outcome.CONNECT_FAILED, now + CONNECT_NANOS);
      return;
    }
    arrives += way.transferNanos(trip.requestBytes);
    if (arrives == now) {
      reachesPod(trip, pod);
    } else {
      agenda.add(arrives, Kind.REACHES_POD, ++trip.step, trip.index);
    }
  }

  /** A message that is sent again meets with another fate. */
  private static long ofAttempt(Trip trip, int number) {
    return Bits.at(trip.chance + trip.attempts, number);
  }

  private void count(Caller caller, Pod pod) {
    int to = places.clusterOf(pod.place());
    caller.picked[to]++;
    if (agenda.now() >= measuredFrom) {
      caller.attempts++;
      if (to != caller.cluster) {
        caller.crossings++;
      }
    }
  }

  void reachesPod(Trip trip) {
    Pod pod = trip.pod;
    if (pod != null) {
      reachesPod(trip, pod);
    }
  }

  private void reachesPod(Trip trip, Pod pod) {
    if (pod.condition().isDown()) {
      if (pod.condition().isSilent()) {
        endsAt(trip, Outcome.CONNECT_FAILED, agenda.now() + CONNECT_NANOS);
      } else {
        answer(trip, pod, Outcome.CONNECT_FAILED, 0, agenda.now());
      }
    } else if (pod.condition().hangs()) {
      // Nothing more happens but its deadline.
      trip.step++;
    } else if (pod.condition().errors() > 0
        && Bits.unit(Bits.at(trip.chance, ERROR)) < pod.condition().errors()) {
      answer(trip, pod, Outcome.FAILED, 0, agenda.now() + pod.condition().errorNanos());
    } else {
      Trip turnedAway = pod.offer(trip);
      if (turnedAway != null) {
        turnAway(turnedAway, pod);
      }
    }
  }

  private void turnAway(Trip trip, Pod pod) {
    trip.state = Trip.State.TRAVELLING;
    trip.shed = true;
    if (trip.abandoned) {
      trips.release(trip);
    } else {
      answer(trip, pod, Outcome.OVERLOADED, 0, agenda.now());
    }
  }

  /** A worker was busy with it for its time. */
  void done(Trip trip) {
    Pod pod = trip.pod;
    if (pod == null) {
      return;
    }
    pod.done(trip);
    if (calls.any(trip)) {
      trip.state = Trip.State.CALLING;
      calls.begin(trip, this);
    } else {
      worked(trip, Outcome.REPLIED);
    }
  }

  /** The pod has its answer, after all that it called. */
  void worked(Trip trip, Outcome outcome) {
    trip.state = Trip.State.TRAVELLING;
    Pod pod = trip.pod;
    if (trip.abandoned) {
      trips.release(trip);
    } else if (pod != null) {
      answer(trip, pod, outcome, trip.responseBytes, agenda.now());
    }
  }

  /**
   * An answer goes back.
   *
   * @param at when it leaves the pod
   */
  private void answer(Trip trip, Pod pod, Outcome outcome, long bytes, long at) {
    Way way = places.way(pod.place(), callers[trip.caller].place);
    long arrives = way.send(at, bytes, ofAttempt(trip, WAY_BACK));
    if (arrives == Way.LOST) {
      // Nothing more happens but its deadline.
      trip.step++;
      return;
    }
    trip.outcome = outcome;
    long transfer = way.transferNanos(bytes);
    if (transfer > 0) {
      agenda.add(arrives, Kind.FIRST_BYTE, ++trip.step, trip.index);
    } else if (arrives == agenda.now()) {
      ends(trip);
    } else {
      agenda.add(arrives, Kind.ENDS, ++trip.step, trip.index);
    }
  }

  private void endsAt(Trip trip, Outcome outcome, long at) {
    trip.outcome = outcome;
    agenda.add(at, Kind.ENDS, ++trip.step, trip.index);
  }

  /** The first byte of the answer is there; the last is not. */
  void firstByte(Trip trip) {
    Lease lease = trip.lease;
    Pod pod = trip.pod;
    if (lease != null) {
      lease.answered();
    }
    if (pod != null) {
      long transfer =
          places.way(pod.place(), callers[trip.caller].place).transferNanos(trip.responseBytes);
      endsAt(trip, trip.outcome, agenda.now() + transfer);
    }
  }

  /** The attempt is over for the caller. */
  void ends(Trip trip) {
    Caller caller = callers[trip.caller];
    endLease(trip, caller, trip.outcome);
    Pod pod = trip.pod;
    if (pod != null && mayRetry(trip, caller)) {
      trip.tried[trip.attempts++] = pod;
      trip.pod = null;
      trip.lease = null;
      send(trip, caller);
    } else {
      end(trip, trip.outcome == Outcome.REPLIED);
    }
  }

  private static boolean mayRetry(Trip trip, Caller caller) {
    boolean worth = trip.outcome == Outcome.CONNECT_FAILED || trip.outcome == Outcome.REFUSED;
    return worth
        && trip.attempts < caller.fleet.service().retries()
        && caller.balancer != null
        && caller.balancer.tryRetry();
  }

  private static void endLease(Trip trip, Caller caller, Outcome outcome) {
    Lease lease = trip.lease;
    Pod pod = trip.pod;
    if (lease == null || pod == null) {
      return;
    }
    boolean answered = outcome == Outcome.REPLIED;
    lease.transferred(trip.requestBytes, answered ? trip.responseBytes : 0);
    ServiceBalancer balancer = caller.balancer;
    if (answered && balancer != null && balancer.weighsLoadReports()) {
      lease.end(outcome, pod.report(), 0);
    } else {
      lease.end(outcome, LoadReport.NONE, 0);
    }
  }

  /** The caller has waited long enough. What the pod does goes on. */
  void overdue(Trip trip) {
    endLease(trip, callers[trip.caller], Outcome.TIMED_OUT);
    if (trip.isInPod()) {
      trip.abandoned = true;
      report(trip, false);
    } else {
      end(trip, false);
    }
  }

  /** What the pod had in hand is lost with it. */
  void lost(Pod pod) {
    for (int index = 0; index < trips.size(); index++) {
      Trip trip = trips.get(index);
      if (trip.isInPod() && pod.equals(trip.pod)) {
        trip.state = Trip.State.TRAVELLING;
        if (trip.abandoned) {
          trips.release(trip);
        } else if (pod.condition().isSilent()) {
          trip.step++;
        } else {
          answer(trip, pod, Outcome.RESET, 0, agenda.now());
        }
      }
    }
  }

  private void end(Trip trip, boolean completed) {
    report(trip, completed);
    trips.release(trip);
  }

  /** Tells of the end: the measurements, and who waits for it. */
  private void report(Trip trip, boolean completed) {
    Trip parent = trip.parent;
    boolean inTime = agenda.now() - trip.startedAt <= successNanos[trip.service];
    recorder.ended(
        trip.service,
        trip.trafficClass,
        parent == null,
        completed && inTime,
        trip.shed,
        trip.startedAt,
        agenda.now());
    if (parent == null) {
      ofTraffic.accept(trip);
    } else if (parent.life == trip.parentLife && parent.state == Trip.State.CALLING) {
      calls.ended(parent, completed, trip.shed, this);
    }
  }
}
