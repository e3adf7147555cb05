package dev.fairlead.simulator.run;

import dev.fairlead.simulator.world.Routine;
import java.util.function.ObjLongConsumer;

/** Steering as a contender does it: who observes, who decides, and how plans reach the sources. */
interface SlowLoop {
  /** No plan: locality decides. */
  SlowLoop NONE = at -> {};

  /** Hands on what to run, and when first. */
  void schedule(ObjLongConsumer<Routine> at);

  /** Bytes that clusters and broker exchanged so far. */
  default long bytesShared() {
    return 0;
  }
}
