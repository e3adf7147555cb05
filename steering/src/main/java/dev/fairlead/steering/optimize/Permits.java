package dev.fairlead.steering.optimize;

import java.util.Arrays;

/** Which source may use which destination, and why not. */
final class Permits {
  enum Permit {
    OPEN,
    UNUSABLE,
    /** By residency. */
    FORBIDDEN,
    /** Latency is above the ceiling even without any load of these sources. */
    TOO_FAR,
    /** Latency is above the ceiling at the load that nearer sources bring. */
    CROWDED_OUT
  }

  private final Permit[] permits;
  private final int destinations;

  Permits(Situation situation, Valuation valuation) {
    destinations = situation.destinations().size();
    permits = new Permit[situation.sources().size() * destinations];
    for (int i = 0; i < permits.length; i++) {
      Situation.Destination destination = situation.destinations().get(i % destinations);
      Situation.Way way = situation.ways().get(i);
      double idle = way.nanos() + destination.curve().nanos(destination.backgroundRps());
      permits[i] =
          !destination.usable()
              ? Permit.UNUSABLE
              : way.forbidden()
                  ? Permit.FORBIDDEN
                  : idle > valuation.ceilingNanos() ? Permit.TOO_FAR : Permit.OPEN;
    }
  }

  Permit of(int source, int destination) {
    return permits[source * destinations + destination];
  }

  boolean isOpen(int source, int destination) {
    return of(source, destination) == Permit.OPEN;
  }

  void crowdOut(int source, int destination) {
    permits[source * destinations + destination] = Permit.CROWDED_OUT;
  }

  /** How many destinations {@code source} may use. */
  int open(int source) {
    int from = source * destinations;
    return (int)
        Arrays.stream(permits, from, from + destinations).filter(p -> p == Permit.OPEN).count();
  }
}
