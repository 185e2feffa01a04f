package io.troupe.training.checkpoint;

/**
 * Where a supervised run stood.
 *
 * @param step steps made
 * @param numExamples examples learned from, each as often as it came
 * @param bestStep the step whose evaluation was the best so far; 0 before the first one
 * @param bestValue its figure; NaN before the first one
 * @param numWorse evaluations since then
 * @param trainingSeconds wall time of the steps
 * @param wallSeconds wall time of the whole run
 */
public record SupervisedState(
    long step,
    long numExamples,
    long bestStep,
    double bestValue,
    int numWorse,
    double trainingSeconds,
    double wallSeconds) {
  /** Before the first step. */
  public static final SupervisedState START = new SupervisedState(0, 0, 0, Double.NaN, 0, 0, 0);

  /** Checks that nothing is negative. */
  public SupervisedState {
    if (step < 0
        || numExamples < 0
        || bestStep < 0
        || bestStep > step
        || numWorse < 0
        || !(trainingSeconds >= 0 && wallSeconds >= 0)) {
      throw new IllegalArgumentException(
          "a run at step %d, best at %d, with %d examples in %s of %s s: expected no negative number"
              .formatted(step, bestStep, numExamples, trainingSeconds, wallSeconds));
    }
  }

  /** After another step. */
  public SupervisedState afterStep(long newStep, int examples, double seconds) {
    return new SupervisedState(
        newStep,
        numExamples + examples,
        bestStep,
        bestValue,
        numWorse,
        trainingSeconds + seconds,
        wallSeconds);
  }

  /** After an evaluation of the last step. */
  public SupervisedState afterEvaluation(double value, boolean isBetter) {
    return new SupervisedState(
        step,
        numExamples,
        isBetter ? step : bestStep,
        isBetter ? value : bestValue,
        isBetter ? 0 : numWorse + 1,
        trainingSeconds,
        wallSeconds);
  }

  /** With more wall time. */
  public SupervisedState afterSeconds(double seconds) {
    return new SupervisedState(
        step, numExamples, bestStep, bestValue, numWorse, trainingSeconds, wallSeconds + seconds);
  }
}
