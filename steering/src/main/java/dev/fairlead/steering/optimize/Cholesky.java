package dev.fairlead.steering.optimize;

/** A dense symmetric positive definite system of equations, factored in place: A = L·Lᵀ. */
final class Cholesky {
  // A pivot this much smaller than its diagonal was is rounding: its variable stays where it is.
  private static final double ROUNDING = 1e-13;

  private final int n;
  private final double[][] rows;
  private final double[] column;

  Cholesky(int n) {
    this.n = n;
    rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = new double[i + 1];
    }
    column = new double[n];
  }

  /** The lower triangle, to be filled before {@link #factor}: row i has i + 1 numbers. */
  double[][] rows() {
    return rows;
  }

  void factor() {
    for (int i = 0; i < n; i++) {
      column[i] = rows[i][i];
    }
    double[] before = column.clone();
    for (int k = 0; k < n; k++) {
      double pivot = rows[k][k];
      if (!(pivot > ROUNDING * before[k])) {
        pivot = Double.MAX_VALUE;
      }
      double root = Math.sqrt(pivot);
      rows[k][k] = root;
      for (int i = k + 1; i < n; i++) {
        column[i] = rows[i][k] / root;
        rows[i][k] = column[i];
      }
      for (int i = k + 1; i < n; i++) {
        if (column[i] != 0) {
          subtract(rows[i], column[i], k + 1, i);
        }
      }
    }
  }

  // Contiguous, without a sum to carry: the compiler makes vector instructions of it.
  private void subtract(double[] row, double factor, int from, int to) {
    for (int j = from; j <= to; j++) {
      row[j] -= factor * column[j];
    }
  }

  /** Solves for {@code b}, in place. */
  void solve(double[] b) {
    for (int i = 0; i < n; i++) {
      double[] row = rows[i];
      double sum = b[i];
      for (int j = 0; j < i; j++) {
        sum -= row[j] * b[j];
      }
      b[i] = sum / row[i];
    }
    for (int i = n - 1; i >= 0; i--) {
      double[] row = rows[i];
      double x = b[i] / row[i];
      b[i] = x;
      for (int j = 0; j < i; j++) {
        b[j] -= row[j] * x;
      }
    }
  }
}
