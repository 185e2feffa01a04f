package io.troupe.deploy.report;

/**
 * The first two principal components, by power iteration on the covariance matrix. The largest
 * component of each direction is positive, so that the same points give the same plot.
 */
final class PrincipalComponents {
  private static final int ITERATIONS = 300;
  private static final double CONVERGED = 1e-12;

  private PrincipalComponents() {}

  /**
   * Projects points onto a plane.
   *
   * @param rows the points, (points, features); the mean is subtracted in place
   * @return (points, 2)
   */
  static double[][] project(double[][] rows) {
    centre(rows);
    double[] first = component(rows, null);
    double[] second = component(rows, first);
    double[][] placed = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      placed[i] = new double[] {dot(rows[i], first), dot(rows[i], second)};
    }
    return placed;
  }

  private static void centre(double[][] rows) {
    for (int feature = 0; feature < rows[0].length; feature++) {
      double sum = 0;
      for (double[] row : rows) {
        sum += row[feature];
      }
      for (double[] row : rows) {
        row[feature] -= sum / rows.length;
      }
    }
  }

  /** Returns the direction of the highest variance that is orthogonal to another, if given. */
  private static double[] component(double[][] rows, double[] other) {
    double[] direction = new double[rows[0].length];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = 1 + i * 0.37 % 1; // not orthogonal to any axis
    }
    orthonormalize(direction, other);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      double[] next = new double[direction.length];
      for (double[] row : rows) {
        double along = dot(row, direction);
        for (int i = 0; i < next.length; i++) {
          next[i] += along * row[i];
        }
      }
      if (!orthonormalize(next, other)) {
        break; // no variance is left
      }
      boolean converged = 1 - Math.abs(dot(next, direction)) < CONVERGED;
      direction = next;
      if (converged) {
        break;
      }
    }
    turnPositive(direction);
    return direction;
  }

  /** Removes the component along {@code other} and normalizes; false if the rest is zero. */
  private static boolean orthonormalize(double[] direction, double[] other) {
    if (other != null) {
      double along = dot(direction, other);
      for (int i = 0; i < direction.length; i++) {
        direction[i] -= along * other[i];
      }
    }
    double length = Math.sqrt(dot(direction, direction));
    if (length < 1e-150) {
      return false;
    }
    for (int i = 0; i < direction.length; i++) {
      direction[i] /= length;
    }
    return true;
  }

  private static void turnPositive(double[] direction) {
    double largest = 0;
    for (double part : direction) {
      largest = Math.abs(part) > Math.abs(largest) ? part : largest;
    }
    for (int i = 0; largest < 0 && i < direction.length; i++) {
      direction[i] = -direction[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
