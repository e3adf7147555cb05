package dev.fairlead.balancer.pick;

import dev.fairlead.balancer.RandomSource;
import dev.fairlead.balancer.outcome.LoadWeighting;
import dev.fairlead.balancer.weight.WeightedSequence;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Smooth weighted round robin by what the endpoints report of their load, times the declared
 * weights. Reports are believed within bounds: an unknown one is the median, and none is below half
 * or above twice the median, so that one which lies gets no more than twice what it would.
 *
 * <p>A pick that finds the weights old computes them anew, and no more than one at a time; the
 * others go on with the old ones meanwhile. That one pick allocates, and takes O(n log n).
 */
final class ReportedWeights implements Choice {
  private static final double LEAST_OF_MEDIAN = 0.5;
  private static final double MOST_OF_MEDIAN = 2;

  private final Candidate[] candidates;
  private final WeightedDraw draw;
  private final @Nullable Warming warming;
  private final LoadWeighting weighting;
  private final long updateNanos;
  private final AtomicLong dueAt;
  private volatile WeightedSequence sequence;

  /** Of which the sequence was made; written by whoever computes them anew. */
  private volatile double[] weights;

  /**
   * @param candidates at least one, each with a weight above 0
   * @param warming null where all are warm
   */
  ReportedWeights(
      Candidate[] candidates,
      WeightedDraw draw,
      @Nullable Warming warming,
      LoadWeighting weighting,
      long now,
      RandomSource random) {
    this.candidates = candidates;
    this.draw = draw;
    this.warming = warming;
    this.weighting = weighting;
    this.updateNanos = weighting.update().toNanos();
    this.dueAt = new AtomicLong(now + updateNanos);
    this.weights = weightsAt(now);
    this.sequence = sequenceOf(weights, random);
  }

  @Override
  public int choose(
      Request request, Admission admission, long now, RandomSource random, @Nullable Trace trace) {
    if (trace != null) {
      trace.rule("next in the sequence weighted by reported load");
    }
    refresh(now, random);
    WeightedSequence current = sequence;
    for (int attempt = 0; attempt < WeightedDraw.REDRAWS; attempt++) {
      int index = current.next();
      if (admission.admits(index, request, now)
          && (warming == null || warming.accepts(index, random))) {
        return index;
      }
    }
    return draw.draw(request, admission, now, random);
  }

  private void refresh(long now, RandomSource random) {
    long due = dueAt.get();
    if (now < due || !dueAt.compareAndSet(due, now + updateNanos)) {
      return;
    }
    double[] fresh = weightsAt(now);
    if (!Arrays.equals(fresh, weights)) {
      weights = fresh;
      sequence = sequenceOf(fresh, random);
    }
  }

  /** From a random place, so that callers do not align. */
  private static WeightedSequence sequenceOf(double[] weights, RandomSource random) {
    return WeightedSequence.of(weights, random.nextLong() >>> 33);
  }

  /** Each above 0 and finite. */
  private double[] weightsAt(long now) {
    double[] found = new double[candidates.length];
    double[] known = new double[candidates.length];
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      found[i] = candidates[i].statistics().reportedLoad().weight(now, weighting);
      if (!Double.isNaN(found[i])) {
        known[count++] = found[i];
      }
    }
    double median = median(known, count);
    for (int i = 0; i < found.length; i++) {
      // In terms of the median, so that declared weights alone are what they were.
      double reported = Double.isNaN(found[i]) ? 1 : found[i] / median;
      double weight =
          candidates[i].weight()
              * Math.clamp(reported, LEAST_OF_MEDIAN, MOST_OF_MEDIAN)
              * believedAfterFailures(candidates[i], now);
      found[i] = Math.clamp(weight, Double.MIN_VALUE, Double.MAX_VALUE);
    }
    return found;
  }

  /**
   * What failures seen here leave of a weight, outside the bounds of what is reported: one that
   * fails fast would report that it is idle. The fourth power, so that it has a fiftieth after one
   * time constant of nothing but failures, and 96 % where 1 % fail. By the cube it had a tenth of
   * its share for good at five requests a second, since the ratio recovers between two picks.
   */
  private static double believedAfterFailures(Candidate candidate, long now) {
    double ratio = candidate.statistics().successRatio(now, candidate.estimation());
    return ratio * ratio * ratio * ratio;
  }

  /** The lower one of an even number; NaN of none. */
  private static double median(double[] values, int count) {
    Arrays.sort(values, 0, count);
    return count == 0 ? Double.NaN : values[(count - 1) / 2];
  }
}
