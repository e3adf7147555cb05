package dev.fairlead.simulator.run;

import dev.fairlead.balancer.endpoint.Endpoint;
import dev.fairlead.balancer.probe.ProbeReply;
import dev.fairlead.balancer.probe.Prober;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.world.Agenda;
import dev.fairlead.simulator.world.Agenda.Kind;
import dev.fairlead.simulator.world.Fleet;
import dev.fairlead.simulator.world.Places;
import dev.fairlead.simulator.world.Pod;
import dev.fairlead.simulator.world.Way;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The probes of {@code prequal} on their way to pods and back. */
final class Probes {
  /** A small request and a small answer. */
  private static final long BYTES = 100;

  private final Agenda agenda;
  private final Places places;
  private final RandomStream random;
  private final List<Probe> all = new ArrayList<>();
  private final Deque<Probe> free = new ArrayDeque<>();

  /** One probe; reused. */
  private static final class Probe {
    final int number;
    int place;
    long timeoutAt;
    @Nullable Pod pod;
    @Nullable Consumer<ProbeReply> asker;

    /** Null until it reached its pod. */
    @Nullable ProbeReply reply;

    Probe(int number) {
      this.number = number;
    }
  }

  Probes(Agenda agenda, Places places, long seed) {
    this.agenda = agenda;
    this.places = places;
    this.random = new RandomStream(seed, "probes");
  }

  /** Sends the probes of a fleet's callers in a place. */
  Prober from(int place, Fleet fleet) {
    return (endpoint, timeoutNanos, reply) -> send(place, fleet, endpoint, timeoutNanos, reply);
  }

  private void send(
      int place, Fleet fleet, Endpoint endpoint, long timeoutNanos, Consumer<ProbeReply> asker) {
    Probe probe = free.poll();
    if (probe == null) {
      probe = new Probe(all.size());
      all.add(probe);
    }
    Pod pod = fleet.pod(endpoint);
    probe.place = place;
    probe.pod = pod;
    probe.asker = asker;
    probe.timeoutAt = agenda.now() + timeoutNanos;
    long arrives = places.way(place, pod.place()).send(agenda.now(), BYTES, random.nextLong());
    next(probe, arrives);
  }

  private void next(Probe probe, long at) {
    if (at > probe.timeoutAt) {
      probe.reply = ProbeReply.Unanswered.TIMED_OUT;
    }
    agenda.add(Math.min(at, probe.timeoutAt), Kind.PROBE, 0, probe.number);
  }

  /** A probe reaches its pod, or its caller learns what became of it. */
  void event(int number) {
    Probe probe = all.get(number);
    Pod pod = probe.pod;
    Consumer<ProbeReply> asker = probe.asker;
    if (pod == null || asker == null) {
      throw new IllegalStateException("a probe that nobody sent");
    }
    ProbeReply reply = probe.reply;
    if (reply != null) {
      probe.pod = null;
      probe.asker = null;
      probe.reply = null;
      free.push(probe);
      asker.accept(reply);
    } else if (pod.condition().hangs() || pod.condition().isSilent()) {
      next(probe, Way.LOST);
    } else {
      probe.reply = pod.condition().isDown() ? ProbeReply.Unanswered.FAILED : pod.probed();
      next(
          probe, places.way(pod.place(), probe.place).send(agenda.now(), BYTES, random.nextLong()));
    }
  }
}
