package io.troupe.nn.schedulers;

import java.util.stream.IntStream;

/** How the timesteps of inference are spread over those of training (arXiv:2305.08891, table 2). */
public enum TimestepSpacing implements NamedSetting {
  /** From the last to the first, both included. */
  LINSPACE("linspace"),
  /** Multiples of the distance, from 0 on. */
  LEADING("leading"),
  /** Multiples of the distance, from the last on. */
  TRAILING("trailing");

  private final String text;

  TimestepSpacing(String text) {
    this.text = text;
  }

  @Override
  public String text() {
    return text;
  }

  /**
   * Whole timesteps in descending order.
   *
   * @param offset added to those of {@link #LEADING}
   */
  double[] rounded(int numTrain, int numSteps, int offset) {
    double[] exact = exact(numTrain, numSteps, offset);
    return IntStream.range(0, numSteps).mapToDouble(i -> Math.rint(exact[i])).toArray();
  }

  /** Timesteps in descending order; only those of {@link #LINSPACE} are fractions. */
  double[] exact(int numTrain, int numSteps, int offset) {
    return IntStream.range(0, numSteps)
        .mapToDouble(
            i ->
                switch (this) {
                  case LINSPACE ->
                      numSteps == 1 ? 0 : (numTrain - 1.0) * (numSteps - 1 - i) / (numSteps - 1);
                  case LEADING -> (double) (numSteps - 1 - i) * (numTrain / numSteps) + offset;
                  case TRAILING -> Math.rint(numTrain - i * ((double) numTrain / numSteps)) - 1;
                })
        .toArray();
  }
}
