package io.troupe.training.generated;

/**
 * Eigenvalues of symmetric matrices by Jacobi's rotations (Golub and Van Loan, Matrix Computations,
 * section 8.5).
 */
final class SymmetricMatrix {
  private static final int MAX_SWEEPS = 100;
  private static final double PRECISION = 1e-14;

  private final double[][] rotated; // diagonal at the end
  private final double[][] vectors; // in columns

  /** Decomposes a matrix, which is not changed. */
  SymmetricMatrix(double[][] matrix) {
    int size = matrix.length;
    this.rotated = new double[size][];
    this.vectors = new double[size][size];
    for (int i = 0; i < size; i++) {
      rotated[i] = matrix[i].clone();
      vectors[i][i] = 1;
    }
    for (int sweep = 0; sweep < MAX_SWEEPS && !isDiagonal(); sweep++) {
      for (int p = 0; p < size; p++) {
        for (int q = p + 1; q < size; q++) {
          rotate(p, q);
        }
      }
    }
  }

  private boolean isDiagonal() {
    double off = 0;
    double all = 0;
    for (int i = 0; i < rotated.length; i++) {
      for (int j = 0; j < rotated.length; j++) {
        double square = rotated[i][j] * rotated[i][j];
        all += square;
        off += i == j ? 0 : square;
      }
    }
    return off <= PRECISION * PRECISION * all;
  }

  /** Makes the element (p, q) zero. */
  private void rotate(int p, int q) {
    if (rotated[p][q] == 0) {
      return;
    }
    double tau = (rotated[q][q] - rotated[p][p]) / (2 * rotated[p][q]);
    double tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
    double cosine = 1 / Math.sqrt(1 + tangent * tangent);
    double sine = tangent * cosine;
    for (int k = 0; k < rotated.length; k++) {
      double kp = rotated[k][p];
      double kq = rotated[k][q];
      rotated[k][p] = cosine * kp - sine * kq;
      rotated[k][q] = sine * kp + cosine * kq;
      double vp = vectors[k][p];
      double vq = vectors[k][q];
      vectors[k][p] = cosine * vp - sine * vq;
      vectors[k][q] = sine * vp + cosine * vq;
    }
    for (int k = 0; k < rotated.length; k++) {
      double pk = rotated[p][k];
      double qk = rotated[q][k];
      rotated[p][k] = cosine * pk - sine * qk;
      rotated[q][k] = sine * pk + cosine * qk;
    }
  }

  /** The sum of the square roots of the eigenvalues; negative ones, of rounding, count as 0. */
  double traceOfRoot() {
    double sum = 0;
    for (int i = 0; i < rotated.length; i++) {
      sum += Math.sqrt(Math.max(0, rotated[i][i]));
    }
    return sum;
  }

  /** The symmetric square root; negative eigenvalues, of rounding, count as 0. */
  double[][] root() {
    int size = rotated.length;
    double[][] root = new double[size][size];
    for (int k = 0; k < size; k++) {
      double scale = Math.sqrt(Math.max(0, rotated[k][k]));
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          root[i][j] += scale * vectors[i][k] * vectors[j][k];
        }
      }
    }
    return root;
  }
}
