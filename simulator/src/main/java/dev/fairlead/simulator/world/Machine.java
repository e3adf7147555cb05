package dev.fairlead.simulator.world;

import dev.fairlead.simulator.law.Quantiles;
import dev.fairlead.simulator.law.RandomStream;
import dev.fairlead.simulator.scenario.Service.Machines;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine whose CPU its pods share with antagonists, by max-min fairness above what is allocated:
 * see {@link Machines}.
 */
public final class Machine {
  private final Agenda agenda;
  private final int number;
  private final Machines rule;
  private final Quantiles antagonist;
  private final Quantiles hold;
  private final RandomStream random;
  private final List<Pod> pods = new ArrayList<>();
  private double wanted;
  private long wantedUntil;
  private long advancedTo;
  private int step;

  /** Cores that a pod gets at most as things are. */
  private double level;

  /**
   * @param number among all machines
   */
  Machine(Agenda agenda, int number, Machines rule, RandomStream random) {
    this.agenda = agenda;
    this.number = number;
    this.rule = rule;
    this.antagonist = Quantiles.of(rule.antagonist());
    this.hold = Quantiles.of(rule.hold());
    this.random = random;
    this.advancedTo = agenda.now();
    draw();
    changed();
  }

  private void draw() {
    wanted = antagonist.draw(random.nextLong());
    // Not 0, or time would stand still.
    wantedUntil = agenda.now() + Math.max(1000, hold.drawLong(random.nextLong()));
  }

  void add(Pod pod) {
    pods.add(pod);
  }

  int podCount() {
    return pods.size();
  }

  double allocation() {
    return rule.allocation();
  }

  /** CPU nanoseconds that a pod had so far. */
  double cpuNanos(Pod pod) {
    advance();
    return pod.running().cpuNanos;
  }

  /** How fast another request would run in a pod, were nothing else to change. */
  double paceOfOneMore(Pod pod) {
    return Math.min(1, level / (pod.running().size() + 1));
  }

  void started(Pod pod, Trip trip, long cpuNanos) {
    advance();
    pod.running().add(trip, (double) cpuNanos);
    changed();
  }

  /** What it has to do at this time: a request that is done now, and must be asked for again. */
  public @Nullable Trip due() {
    advance();
    if (agenda.now() >= wantedUntil) {
      draw();
    }
    for (Pod pod : pods) {
      Running running = pod.running();
      // Within half a nanosecond of work: the event came at the nanosecond after its end.
      if (running.size() > 0 && running.first().workEnd <= running.work + 0.5) {
        return running.removeFirst();
      }
    }
    changed();
    return null;
  }

  public int step() {
    return step;
  }

  private void advance() {
    long now = agenda.now();
    for (Pod pod : pods) {
      pod.running().advance(now - advancedTo);
    }
    advancedTo = now;
  }

  /** Shares the CPU out anew and says when something happens next. */
  void changed() {
    advance();
    shareOut();
    long next = wantedUntil;
    for (Pod pod : pods) {
      Running running = pod.running();
      if (running.size() > 0 && running.pace > 0) {
        double left = Math.max(0, running.first().workEnd - running.work) / running.pace;
        next = Math.min(next, agenda.now() + (long) Math.ceil(left));
      }
    }
    agenda.add(next, Agenda.Kind.MACHINE, ++step, number);
  }

  /** Each gets what it is allocated, as far as it wants that; the rest goes to who has least. */
  private void shareOut() {
    double left = Math.max(0, rule.cores() - wanted);
    for (Pod pod : pods) {
      left -= Math.min(rule.allocation(), pod.running().size());
    }
    level = rule.allocation() + extra(Math.max(0, left));
    for (Pod pod : pods) {
      int size = pod.running().size();
      pod.running().pace = size == 0 ? 0 : Math.min(1, Math.min(size, level) / size);
    }
  }

  /** How far above the allocation the common level is if so many cores are left beyond it. */
  private double extra(double cores) {
    double left = cores;
    double extra = 0;
    while (left > 1e-9) {
      int above = 0;
      double nearest = Double.POSITIVE_INFINITY;
      for (Pod pod : pods) {
        double wants = pod.running().size() - rule.allocation() - extra;
        if (wants > 1e-9) {
          above++;
          nearest = Math.min(nearest, wants);
        }
      }
      if (above == 0) {
        return extra;
      }
      double rise = Math.min(nearest, left / above);
      extra += rise;
      left -= rise * above;
    }
    return extra;
  }
}
