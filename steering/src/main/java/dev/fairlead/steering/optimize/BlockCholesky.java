package dev.fairlead.steering.optimize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A symmetric positive definite system of equations, L·Lᵀ·x = b, of square blocks of one size, most
 * of which are zero. What gets filled while it is factored is found once, from the pattern; the
 * order of the blocks is the caller's.
 */
final class BlockCholesky {
  // A pivot this much smaller than its diagonal was is rounding: its variable stays where it is.
  private static final double ROUNDING = 1e-14;

  private final int blocks;
  private final int size;

  /** Rows of the blocks below the diagonal that are not zero, by column, rising. */
  private final int[][] below;

  /** Number of a block in {@code parts}, by row × blocks + column; −1 for a zero one. */
  private final int[] numbers;

  /** Each block's numbers, column by column. */
  private final List<double[]> parts = new ArrayList<>();

  /** The diagonal before anything was subtracted from it. */
  private final double[] whole;

  /**
   * @param filled which blocks below the diagonal are not zero, by row and column
   */
  BlockCholesky(int blocks, int size, boolean[][] filled) {
    this.blocks = blocks;
    this.size = size;
    below = new int[blocks][];
    numbers = new int[blocks * blocks];
    whole = new double[blocks * size];
    Arrays.fill(numbers, -1);
    boolean[][] fill = new boolean[blocks][];
    for (int row = 0; row < blocks; row++) {
      fill[row] = filled[row].clone();
    }
    for (int column = 0; column < blocks; column++) {
      int[] rows = new int[blocks];
      int n = 0;
      make(column, column);
      for (int row = column + 1; row < blocks; row++) {
        if (fill[row][column]) {
          make(row, column);
          for (int i = 0; i < n; i++) {
            fill[row][rows[i]] = true;
          }
          rows[n++] = row;
        }
      }
      below[column] = Arrays.copyOf(rows, n);
    }
  }

  private void make(int row, int column) {
    numbers[row * blocks + column] = parts.size();
    parts.add(new double[size * size]);
  }

  private double[] part(int row, int column) {
    return parts.get(numbers[row * blocks + column]);
  }

  void clear() {
    for (double[] part : parts) {
      Arrays.fill(part, 0);
    }
  }

  /** Adds to one number, which must be in a block of the pattern, and to its mirror image. */
  void add(int rowBlock, int row, int columnBlock, int column, double value) {
    if (rowBlock >= columnBlock) {
      part(rowBlock, columnBlock)[column * size + row] += value;
    } else {
      part(columnBlock, rowBlock)[row * size + column] += value;
    }
  }

  boolean isEmpty(int block, int row) {
    return part(block, block)[row * size + row] == 0;
  }

  void factor() {
    for (int block = 0; block < blocks; block++) {
      double[] part = part(block, block);
      for (int i = 0; i < size; i++) {
        whole[block * size + i] = part[i * size + i];
      }
    }
    for (int column = 0; column < blocks; column++) {
      double[] pivot = part(column, column);
      factor(pivot, column * size);
      int[] rows = below[column];
      for (int row : rows) {
        divide(part(row, column), pivot);
      }
      for (int i = 0; i < rows.length; i++) {
        double[] left = part(rows[i], column);
        for (int j = i; j < rows.length; j++) {
          subtract(part(rows[j], rows[i]), left, part(rows[j], column));
        }
      }
    }
  }

  private void factor(double[] a, int at) {
    for (int k = 0; k < size; k++) {
      double pivot = a[k * size + k];
      double root = Math.sqrt(pivot > ROUNDING * whole[at + k] ? pivot : Double.MAX_VALUE);
      a[k * size + k] = root;
      for (int i = k + 1; i < size; i++) {
        a[k * size + i] /= root;
      }
      for (int j = k + 1; j < size; j++) {
        double factor = a[k * size + j];
        for (int i = j; i < size; i++) {
          a[j * size + i] -= factor * a[k * size + i];
        }
      }
    }
  }

  private void divide(double[] a, double[] pivot) {
    for (int k = 0; k < size; k++) {
      double root = pivot[k * size + k];
      for (int i = 0; i < size; i++) {
        a[k * size + i] /= root;
      }
      for (int j = k + 1; j < size; j++) {
        double factor = pivot[k * size + j];
        for (int i = 0; i < size; i++) {
          a[j * size + i] -= factor * a[k * size + i];
        }
      }
    }
  }

  // The inner loop is contiguous and carries no sum: the compiler makes vector instructions of it.
  // Two columns at a time halve what goes to and from memory.
  private void subtract(double[] from, double[] left, double[] right) {
    int k = 0;
    for (; k + 1 < size; k += 2) {
      int one = k * size;
      int other = one + size;
      for (int i = 0; i < size; i++) {
        double factor = left[one + i];
        double second = left[other + i];
        int to = i * size;
        for (int j = 0; j < size; j++) {
          from[to + j] -= factor * right[one + j] + second * right[other + j];
        }
      }
    }
    for (; k < size; k++) {
      int one = k * size;
      for (int i = 0; i < size; i++) {
        double factor = left[one + i];
        int to = i * size;
        for (int j = 0; j < size; j++) {
          from[to + j] -= factor * right[one + j];
        }
      }
    }
  }

  /** Solves for {@code b}, in place; after {@link #factor}. */
  void solve(double[] b) {
    for (int column = 0; column < blocks; column++) {
      double[] pivot = part(column, column);
      int at = column * size;
      for (int k = 0; k < size; k++) {
        b[at + k] /= pivot[k * size + k];
        for (int i = k + 1; i < size; i++) {
          b[at + i] -= pivot[k * size + i] * b[at + k];
        }
      }
      for (int row : below[column]) {
        double[] part = part(row, column);
        for (int k = 0; k < size; k++) {
          for (int i = 0; i < size; i++) {
            b[row * size + i] -= part[k * size + i] * b[at + k];
          }
        }
      }
    }
    for (int column = blocks - 1; column >= 0; column--) {
      solveBack(column, b);
    }
  }

  private void solveBack(int column, double[] b) {
    double[] pivot = part(column, column);
    int at = column * size;
    for (int k = size - 1; k >= 0; k--) {
      double sum = b[at + k];
      for (int row : below[column]) {
        double[] part = part(row, column);
        for (int i = 0; i < size; i++) {
          sum -= part[k * size + i] * b[row * size + i];
        }
      }
      for (int i = k + 1; i < size; i++) {
        sum -= pivot[k * size + i] * b[at + i];
      }
      b[at + k] = sum / pivot[k * size + k];
    }
  }
}
