package dev.fairlead.simulator.run;

import dev.fairlead.simulator.world.Routine;
import java.util.function.ObjLongConsumer;

/** Steering as a contender does it: who observes, who decides, and how plans reach the callers. */
interface SlowLoop {
  /** No plan: locality decides. */
  SlowLoop NONE =
      new SlowLoop() {
        @Override
        public void schedule(ObjLongConsumer<Routine> at) {
          // Nothing ever happens.
        }

        @Override
        public double planned(Caller caller, String destination) {
          return Double.NaN;
        }

        @Override
        public double oscillationIndex() {
          return 0;
        }

        @Override
        public long bytesShared() {
          return 0;
        }
      };

  /** Hands on what to run, and when first. */
  void schedule(ObjLongConsumer<Routine> at);

  /** A destination's share in the plan that a caller has now; NaN without one. */
  double planned(Caller caller, String destination);

  /** Of the plan that moved most. */
  double oscillationIndex();

  /** Bytes that clusters and broker exchanged so far. */
  long bytesShared();
}
