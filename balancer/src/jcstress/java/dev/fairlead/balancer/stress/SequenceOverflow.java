package dev.fairlead.balancer.stress;

import dev.fairlead.balancer.weight.WeightedSequence;
import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Where the sequence number overflows, threads get what one thread would have got: no element is
 * lost, none comes twice, and none is out of range.
 *
 * <p>Results: whether that holds of a stride, and of a table.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "the sequence goes on")
@Outcome(expect = Expect.FORBIDDEN, desc = "an element was lost or came twice")
@State
public class SequenceOverflow {
  /** The second number taken is the one after the largest. */
  private static final long START = Long.MAX_VALUE;

  private static final double[] EVEN_ENOUGH = {1, 2, 3};

  /** The largest is over ten times the mean, for which a table is written out. */
  private static final double[] UNEVEN = new double[20];

  static {
    Arrays.fill(UNEVEN, 1);
    UNEVEN[0] = 100;
  }

  private static final int[] BY_STRIDE = alone(EVEN_ENOUGH);
  private static final int[] BY_TABLE = alone(UNEVEN);

  private final WeightedSequence stride = WeightedSequence.of(EVEN_ENOUGH, START);
  private final WeightedSequence table = WeightedSequence.of(UNEVEN, START);
  private final int[] fromStride = new int[2];
  private final int[] fromTable = new int[2];

  @Actor
  public void one() {
    fromStride[0] = stride.next();
    fromTable[0] = table.next();
  }

  @Actor
  public void other() {
    fromStride[1] = stride.next();
    fromTable[1] = table.next();
  }

  @Arbiter
  public void look(ZZ_Result result) {
    result.r1 = Arrays.equals(sorted(fromStride), BY_STRIDE);
    result.r2 = Arrays.equals(sorted(fromTable), BY_TABLE);
  }

  private static int[] alone(double[] weights) {
    WeightedSequence sequence = WeightedSequence.of(weights, START);
    return sorted(new int[] {sequence.next(), sequence.next()});
  }

  private static int[] sorted(int[] elements) {
    Arrays.sort(elements);
    return elements;
  }
}
