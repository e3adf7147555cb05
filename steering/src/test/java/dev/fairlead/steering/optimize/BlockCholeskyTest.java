package dev.fairlead.steering.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.steering.plan.Seeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockCholeskyTest {
  @Test
  void solvesWhatItsPatternAllows() {
    for (int round = 0; round < 200; round++) {
      long seed = Seeds.base() + round;
      SplittableRandom random = new SplittableRandom(seed);
      int blocks = random.nextInt(1, 8);
      int size = random.nextInt(1, 6);
      boolean[][] filled = pattern(random, blocks);
      BlockCholesky system = new BlockCholesky(blocks, size, filled);
      for (int again = 0; again < 2; again++) {
        system.clear();
        double[][] matrix = fill(random, system, blocks, size, filled);
        double[] wanted = random.doubles(blocks * size, -1, 1).toArray();
        double[] right = times(matrix, wanted);
        system.factor();
        system.solve(right);
        for (int i = 0; i < wanted.length; i++) {
          assertThat(right[i]).as("seed %d, x%d", seed, i).isCloseTo(wanted[i], within(1e-9));
        }
      }
    }
  }

  @Test
  void leavesWhatHasNoPivotWhereItIs() {
    BlockCholesky system = new BlockCholesky(1, 2, new boolean[][] {{true}});
    system.add(0, 0, 0, 0, 1);
    system.add(0, 1, 0, 0, 1);
    system.add(0, 1, 0, 1, 1);
    double[] b = {1, 1};
    system.factor();
    system.solve(b);
    assertThat(b[0] + b[1]).isCloseTo(1, within(1e-9));
  }

  private static boolean[][] pattern(SplittableRandom random, int blocks) {
    boolean[][] filled = new boolean[blocks][blocks];
    for (int row = 0; row < blocks; row++) {
      filled[row][row] = true;
      for (int column = 0; column < row; column++) {
        filled[row][column] = random.nextInt(3) == 0;
      }
    }
    return filled;
  }

  /** Diagonally dominant, so positive definite. */
  private static double[][] fill(
      SplittableRandom random, BlockCholesky system, int blocks, int size, boolean[][] filled) {
    double[][] matrix = new double[blocks * size][blocks * size];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < i; j++) {
        if (filled[i / size][j / size]) {
          double value = random.nextDouble(-1, 1);
          matrix[i][j] = value;
          matrix[j][i] = value;
          // Either order means the same number.
          boolean turned = i / size != j / size && random.nextBoolean();
          if (turned) {
            system.add(j / size, j % size, i / size, i % size, value);
          } else {
            system.add(i / size, i % size, j / size, j % size, value);
          }
        }
      }
      matrix[i][i] = matrix.length + 1;
      system.add(i / size, i % size, i / size, i % size, matrix[i][i]);
    }
    return matrix;
  }

  private static double[] times(double[][] matrix, double[] x) {
    double[] sum = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        sum[i] += matrix[i][j] * x[j];
      }
    }
    return sum;
  }
}
