package dev.fairlead.simulator.world;

import dev.fairlead.simulator.law.Quantiles;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What faults make of a pod at present. */
public final class Condition {
  private double factor = 1;
  private final List<Drift> drifts = new ArrayList<>();
  @Nullable Quantiles law;
  double errors;
  long errorNanos;
  boolean hangs;
  boolean down;
  boolean silent;

  /** A factor that grows from 1. */
  private record Drift(double factor, long from, long lasting) {
    double at(long now) {
      return 1 + (factor - 1) * Math.clamp((double) (now - from) / lasting, 0.0, 1.0);
    }
  }

  void reset() {
    factor = 1;
    drifts.clear();
    law = null;
    errors = 0;
    errorNanos = 0;
    hangs = false;
    down = false;
    silent = false;
  }

  void slow(double by) {
    factor *= by;
  }

  void drift(double to, long from, long lasting) {
    drifts.add(new Drift(to, from, lasting));
  }

  /** How much longer a request takes now. */
  double factor(long now) {
    double all = factor;
    for (int at = 0; at < drifts.size(); at++) {
      all *= drifts.get(at).at(now);
    }
    return all;
  }

  /** It takes no connections. */
  public boolean isDown() {
    return down;
  }

  /** It does not refuse them either. */
  public boolean isSilent() {
    return silent;
  }

  /** It accepts requests and never answers. */
  public boolean hangs() {
    return hangs;
  }

  /** Share of requests that fail. */
  public double errors() {
    return errors;
  }

  /** How long they take to. */
  public long errorNanos() {
    return errorNanos;
  }
}
