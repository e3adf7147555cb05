package dev.fairlead.simulator.run;

import dev.fairlead.balancer.pick.Refusal;
import dev.fairlead.simulator.world.Agenda;
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
 * it goes where it is answered first. For that request nothing is better; it looks at no price, and
 * not at what requests to come would rather have.
 */
final class Oracle implements Dispatcher {
  private final Agenda agenda;
  private final Places places;

  /** When each worker will be free, by its pod. */
  private final Map<Pod, long[]> freeAt = new HashMap<>();

  Oracle(Agenda agenda, Places places) {
    this.agenda = agenda;
    this.places = places;
  }

  @Override
  public @Nullable Refusal dispatch(Caller caller, Trip trip) {
    List<Pod> pods = caller.fleet.pods();
    Pod best = null;
    long bestAnswer = Long.MAX_VALUE;
    for (int at = 0; at < pods.size(); at++) {
      Pod pod = pods.get(at);
      long answer = answeredAt(caller, trip, pod);
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

  private long answeredAt(Caller caller, Trip trip, Pod pod) {
    Way there = places.way(caller.place, pod.place());
    Way back = places.way(pod.place(), caller.place);
    if (pod.condition().isDown() || pod.condition().hangs() || there.isDown() || back.isDown()) {
      return Long.MAX_VALUE;
    }
    long[] free = freeAt.computeIfAbsent(pod, fresh -> new long[fresh.workers()]);
    long begins = Math.max(agenda.now() + there.delayNanos(), free[earliest(free)]);
    return begins + pod.expectedNanos(trip) + back.delayNanos();
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
