package dev.fairlead.simulator.run;

import dev.fairlead.balancer.outcome.Outcome;
import dev.fairlead.simulator.law.Bits;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.world.Trip;
import java.util.List;

/** What pods call for the requests that they serve: one call after the other, or all at once. */
final class Calls {
  /** The first of the numbers by which a trip's chance decides about its calls. */
  private static final int FIRST_CHANCE = 8;

  private final List<Service> services;

  /** The caller for each service and place from which it is called. */
  private final Caller[][] callers;

  /** The numbers of the services that each service calls, in the order of its calls. */
  private final int[][] called;

  Calls(List<Service> services, Caller[][] callers) {
    this.services = services;
    this.callers = callers;
    List<String> names = services.stream().map(Service::name).toList();
    this.called = new int[services.size()][];
    for (int at = 0; at < called.length; at++) {
      called[at] =
          services.get(at).calls().stream()
              .mapToInt(call -> names.indexOf(call.service()))
              .toArray();
    }
  }

  /** Whether a request's service calls others at all. */
  boolean any(Trip trip) {
    return called[trip.service].length > 0;
  }

  /** Makes the calls; where chance has none in store the request is done. */
  void begin(Trip trip, Requests requests) {
    trip.nextCall = -1;
    trip.callsLeft = 0;
    trip.callsPending = 0;
    trip.outcome = Outcome.REPLIED;
    if (!services.get(trip.service).inParallel()) {
      next(trip, requests);
      return;
    }
    // One more than there are, so that an end at once of one call does not end the request.
    trip.callsPending = 1;
    while (advance(trip)) {
      trip.callsPending++;
      call(trip, requests);
    }
    trip.callsPending--;
    finish(trip, requests);
  }

  private void next(Trip trip, Requests requests) {
    if (advance(trip)) {
      trip.callsPending = 1;
      call(trip, requests);
    } else {
      requests.worked(trip, trip.outcome);
    }
  }

  private void finish(Trip trip, Requests requests) {
    if (trip.callsPending == 0) {
      requests.worked(trip, trip.outcome);
    }
  }

  /** Goes to the next call that is to be made; false if there is none. */
  private boolean advance(Trip trip) {
    List<Service.Call> all = services.get(trip.service).calls();
    while (trip.callsLeft == 0) {
      trip.nextCall++;
      if (trip.nextCall == all.size()) {
        return false;
      }
      double ratio = all.get(trip.nextCall).ratio();
      int whole = (int) ratio;
      double chance = Bits.unit(Bits.at(trip.chance, FIRST_CHANCE + 2 * trip.nextCall));
      trip.callsLeft = chance < ratio - whole ? whole + 1 : whole;
    }
    trip.callsLeft--;
    return true;
  }

  private void call(Trip trip, Requests requests) {
    Service.Call call = services.get(trip.service).calls().get(trip.nextCall);
    var pod = trip.pod;
    if (pod == null) {
      throw new IllegalStateException("a request calls from no pod");
    }
    Caller caller = callers[called[trip.service][trip.nextCall]][pod.place()];
    long which = Bits.at(trip.chance, FIRST_CHANCE + 2 * trip.nextCall + 1);
    Trip made =
        requests.take(
            caller, call.trafficClass().orElse(trip.trafficClass), Bits.at(which, trip.callsLeft));
    made.hasKey = trip.hasKey;
    made.key = trip.key;
    made.parent = trip;
    made.parentLife = trip.life;
    requests.begin(made);
  }

  /** A call of a request that still waits for it ended. */
  void ended(Trip trip, boolean completed, boolean shed, Requests requests) {
    trip.callsPending--;
    if (!completed) {
      trip.outcome = Outcome.FAILED;
      trip.shed |= shed;
    }
    if (services.get(trip.service).inParallel()) {
      finish(trip, requests);
    } else if (completed) {
      next(trip, requests);
    } else {
      requests.worked(trip, Outcome.FAILED);
    }
  }
}
