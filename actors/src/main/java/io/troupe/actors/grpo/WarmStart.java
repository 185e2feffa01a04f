package io.troupe.actors.grpo;

import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunListener;
import io.troupe.training.sft.SftConfig;
import io.troupe.training.sft.SftTrainer;

/**
 * The supervised fine-tuning before the first step, step by step. A function of the configuration:
 * every learner of a cluster gets the same weights from it. The caller must close it; repeated
 * calls have no effect.
 */
final class WarmStart implements AutoCloseable {
  private final GrpoInputs inputs;
  private final RunListener listener;
  private final SftTrainer trainer;
  private int step;

  WarmStart(GrpoInputs inputs, RunListener listener) {
    this.inputs = inputs;
    this.listener = listener;
    this.trainer =
        new SftTrainer(
            inputs.policy(),
            SftConfig.of(inputs.config().warmStart(), inputs.config().grpo()),
            inputs.demonstrations(),
            inputs.config().seed());
    listener.onEvent(new RunEvent.PhaseStarted("warm start"));
  }

  /** The next step, from 1. */
  int nextStep() {
    return step + 1;
  }

  boolean isDone() {
    return step == inputs.config().warmStart().steps();
  }

  /** Trains a step; returns its loss. */
  double step() {
    double loss = trainer.step();
    step++;
    return loss;
  }

  /** Reports the last step. */
  void report(double loss) {
    listener.onEvent(new RunEvent.WarmStartStep(step, inputs.config().warmStart().steps(), loss));
  }

  @Override
  public void close() {
    trainer.close();
    inputs.engine().memory().trim();
  }
}
