package io.troupe.deploy.report;

/**
 * The smallest and the largest of some values.
 *
 * @param least the smallest value
 * @param most the largest value
 */
record ValueRange(float least, float most) {
  /** The range of {@code count} values from an index. */
  static ValueRange of(float[] values, int from, int count) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
    return new ValueRange(least, most);
  }

  /** Where a value is: 0 at the smallest and 1 at the largest; 0 if all values are equal. */
  float share(float value) {
    return most > least ? (value - least) / (most - least) : 0;
  }
}
