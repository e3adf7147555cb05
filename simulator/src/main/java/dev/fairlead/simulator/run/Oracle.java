package dev.fairlead.simulator.run;

import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.simulator.scenario.Service;
import dev.fairlead.simulator.world.Agenda;
import dev.fairlead.simulator.world.Fleet;
import dev.fairlead.simulator.world.Places;
import dev.fairlead.simulator.world.Pod;
import dev.fairlead.simulator.world.Trip;
import dev.fairlead.simulator.world.Way;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One who knows when each worker of each pod will be free and how long the request will take there:
 * it goes where it is answered first, with the time that its calls take from there: as often as
 * they are made on average, each as if it came now. For that request nothing is better; it looks at
 * no price, and not at what requests to come would rather have.
 */
final class Oracle implements Dispatcher {
  /** As if a call took so long that nobody can answer; an hour, so that sums of it are numbers. */
  private static final long NEVER_NANOS = 3_600_000_000_000L;

  private final Agenda agenda;
  private final Places places;
  private final List<Fleet> fleets;

  /** The numbers of the services that each service calls, in the order of its calls. */
  private final int[][] called;

  /** Nanoseconds for the calls of a request by service and place, as they are now; −1: unknown. */
  private final long[][] calls;

  /** When each worker will be free, by its pod. */
  private final Map<Pod, long[]> freeAt = new HashMap<>();

  Oracle(Agenda agenda, Places places, List<Fleet> fleets) {
    this.agenda = agenda;
    this.places = places;
    this.fleets = fleets;
    this.called = new int[fleets.size()][];
    this.calls = new long[fleets.size()][places.count()];
    List<String> names = fleets.stream().map(fleet -> fleet.service().name()).toList();
    for (int at = 0; at < called.length; at++) {
      called[at] =
          fleets.get(at).service().calls().stream()
              .mapToInt(call -> names.indexOf(call.service()))
              .toArray();
    }
  }

  @Override
  public @Nullable Refusal dispatch(Caller caller, Trip trip) {
    for (long[] ofService : calls) {
      Arrays.fill(ofService, -1);
    }
    List<Pod> pods = caller.fleet.pods();
    Pod best = null;
    long bestAnswer = Long.MAX_VALUE;
    for (int at = 0; at < pods.size(); at++) {
      Pod pod = pods.get(at);
      long answer = answeredAt(caller.place, pod, pod.expectedNanos(trip), caller.service);
      if (answer < bestAnswer) {
        best = pod;
        bestAnswer = answer;
      }
    }
    if (best == null) {
      return Refusal.NO_ENDPOINT;
    }
    promise(caller, trip, best);
    trip.pod = best;
    return null;
  }

  private long answeredAt(int from, Pod pod, long workNanos, int service) {
    Way there = places.way(from, pod.place());
    Way back = places.way(pod.place(), from);
    if (pod.condition().isDown() || pod.condition().hangs() || there.isDown() || back.isDown()) {
      return Long.MAX_VALUE;
    }
    long[] free = freeAt.computeIfAbsent(pod, fresh -> new long[fresh.workers()]);
    long begins = Math.max(agenda.now() + there.delayNanos(), free[earliest(free)]);
    return begins + workNanos + callsNanos(service, pod.place()) + back.delayNanos();
  }

  /** What the calls of a request take that a service's pod in a place makes now. */
  private long callsNanos(int service, int place) {
    if (calls[service][place] < 0) {
      Service its = fleets.get(service).service();
      double all = 0;
      for (int call = 0; call < called[service].length; call++) {
        double ratio = its.calls().get(call).ratio();
        double one = callNanos(called[service][call], place);
        all = its.inParallel() ? Math.max(all, Math.min(1, ratio) * one) : all + ratio * one;
      }
      calls[service][place] = (long) all;
    }
    return calls[service][place];
  }

  private long callNanos(int service, int from) {
    long first = agenda.now() + NEVER_NANOS;
    for (Pod pod : fleets.get(service).pods()) {
      first = Math.min(first, answeredAt(from, pod, pod.meanNanos(), service));
    }
    return first - agenda.now();
  }

  private void promise(Caller caller, Trip trip, Pod pod) {
    long[] free = freeAt.computeIfAbsent(pod, fresh -> new long[fresh.workers()]);
    int worker = earliest(free);
    long reaches = agenda.now() + places.way(caller.place, pod.place()).delayNanos();
    free[worker] = Math.max(reaches, free[worker]) + pod.expectedNanos(trip);
  }

  private static int earliest(long[] free) {
    int least = 0;
    for (int at = 1; at < free.length; at++) {
      if (free[at] < free[least]) {
        least = at;
      }
    }
    return least;
  }

  /** A pod that was lost has nothing to do any more. */
  void lost(Pod pod) {
    long[] free = freeAt.get(pod);
    if (free != null) {
      Arrays.fill(free, 0);
    }
  }
}
