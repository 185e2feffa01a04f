package io.troupe.actors.supervised;

/**
 * The state of a supervised run between two steps, except weights and optimizer. Checkpoints store
 * it as JSON.
 *
 * @param step completed steps
 * @param numExamples examples trained on; an example counts once per epoch
 * @param bestStep the step with the best evaluation so far; 0 before the first evaluation
 * @param bestValue the monitored metric of that evaluation; NaN before the first evaluation
 * @param numWorse evaluations since then
 * @param trainingSeconds wall time of the steps
 * @param wallSeconds wall time of the whole run
 */
record SupervisedState(
    long step,
    long numExamples,
    long bestStep,
    double bestValue,
    int numWorse,
    double trainingSeconds,
    double wallSeconds) {
  /** The state before the first step. */
  static final SupervisedState START = new SupervisedState(0, 0, 0, Double.NaN, 0, 0, 0);

  /** Checks that nothing is negative. */
  public SupervisedState {
    if (step < 0
        || numExamples < 0
        || bestStep < 0
        || bestStep > step
        || numWorse < 0
        || !(trainingSeconds >= 0 && wallSeconds >= 0)) {
      throw new IllegalArgumentException(
          "step, best_step, num_worse, num_examples, training_seconds and wall_seconds must not be"
              + " negative, and best_step must be <= step, got "
              + "%d, %d, %d, %d, %s and %s"
                  .formatted(step, bestStep, numWorse, numExamples, trainingSeconds, wallSeconds));
    }
  }

  /** The state after another step. */
  SupervisedState afterStep(long newStep, int examples, double seconds) {
    return new SupervisedState(
        newStep,
        numExamples + examples,
        bestStep,
        bestValue,
        numWorse,
        trainingSeconds + seconds,
        wallSeconds);
  }

  /** The state after an evaluation of the last step. */
  SupervisedState afterEvaluation(double value, boolean isBetter) {
    return new SupervisedState(
        step,
        numExamples,
        isBetter ? step : bestStep,
        isBetter ? value : bestValue,
        isBetter ? 0 : numWorse + 1,
        trainingSeconds,
        wallSeconds);
  }

  /** The state with the wall time of the run. */
  SupervisedState withWallSeconds(double seconds) {
    return new SupervisedState(
        step, numExamples, bestStep, bestValue, numWorse, trainingSeconds, seconds);
  }
}
