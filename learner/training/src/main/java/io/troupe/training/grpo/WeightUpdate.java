package io.troupe.training.grpo;

import io.troupe.training.optim.NonFiniteLossException;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.schedule.LearningRateSchedule;
import java.util.LinkedHashMap;
import java.util.Map;

/** The optimizer steps of one training step, with their metrics. */
final class WeightUpdate {
  private final Optimizer optimizer;
  private final LearningRateSchedule schedule;
  private final int iterations;
  private final Runnable beforeUpdate;
  private final long step;
  private int done;

  /**
   * Updates that have not begun.
   *
   * @param beforeUpdate runs before each change of the weights
   * @param step completed training steps
   */
  WeightUpdate(TrainedPolicy trained, Runnable beforeUpdate, long step) {
    this.optimizer = trained.optimizer();
    this.schedule = trained.schedule();
    this.iterations = trained.config().numIterations();
    this.beforeUpdate = beforeUpdate;
    this.step = step;
  }

  /** Optimizer steps that have begun to change the weights. */
  int done() {
    return done;
  }

  /** The learning rate of the last optimizer step. */
  double learningRate() {
    return schedule.at(optimizer.stepCount() - 1);
  }

  /** Makes one optimizer step from the gradients of the parameters. Returns its metrics. */
  Map<String, Double> optimize(GrpoObjective.Evaluation evaluation) {
    double gradNorm = optimizer.gradNorm();
    if (!Double.isFinite(evaluation.loss()) || !Double.isFinite(gradNorm)) {
      throw notFinite(evaluation, gradNorm);
    }
    beforeUpdate.run();
    done++;
    optimizer.step(schedule.at(optimizer.stepCount()), gradNorm);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", evaluation.loss());
    figures.put("grad_norm", gradNorm);
    figures.putAll(evaluation.metrics());
    return figures;
  }

  private NonFiniteLossException notFinite(GrpoObjective.Evaluation evaluation, double gradNorm) {
    String position = iterations == 1 ? "" : ", iteration %d of %d".formatted(done + 1, iterations);
    String weights =
        done == 0
            ? "the weights are unchanged since step " + step
            : "the weights have changed since step %d, in %d of the %d iterations"
                .formatted(step, done, iterations);
    return new NonFiniteLossException(
        "step %d (policy version %d)%s: loss=%s (policy=%s, kl=%s)"
            .formatted(
                step + 1,
                step,
                position,
                evaluation.loss(),
                evaluation.policyLoss(),
                evaluation.klLoss()),
        gradNorm,
        weights + "; lower learning-rate or max-grad-norm and resume from the last checkpoint");
  }
}
