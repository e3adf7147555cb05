package dev.fairlead.steering.transport;

/**
 * What an optimal basis still says after supplies changed: at its potentials no arc improved. So an
 * arc that carried its least then, and carries its least now, improves only if its head's potential
 * rose against its tail's.
 */
final class Settled {
  private final Basis basis;
  private final boolean[] entered;

  /** Potentials against the root's, as only differences mean something. */
  private final long[] potential;

  private final int[] full;

  /** By how much that head rose that rose most. */
  private long most;

  /** Of a basis that is optimal as it is. */
  Settled(Shape shape, Basis basis) {
    this.basis = basis;
    entered = shape.entered;
    potential = new long[basis.nodes];
    for (int node = 0; node < potential.length; node++) {
      potential[node] = basis.potential[node] - basis.potential[basis.root];
    }
    full = basis.full.clone();
  }

  /** Takes note of potentials as they are now, for {@link #excludes} until the next pivot. */
  void measure() {
    most = Long.MIN_VALUE;
    for (int node = 0; node < potential.length; node++) {
      if (entered[node]) {
        most = Math.max(most, rise(node));
      }
    }
  }

  private long rise(int node) {
    return basis.potential[node] - basis.potential[basis.root] - potential[node];
  }

  /** Whether it is sure, without a look at them, that no arc that leaves {@code tail} improves. */
  boolean excludes(int tail) {
    return full[tail] == 0 && basis.full[tail] == 0 && rise(tail) >= most;
  }
}
