package io.troupe.training.supervised;

import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.random.Philox;
import io.troupe.training.optim.TrainingGuard;
import java.util.Iterator;

/**
 * Evaluates a task, in evaluation mode and with the current weights.
 *
 * @param task with the network
 * @param seed of the random numbers of an evaluation, such as noise: the same in each
 * @param engine that owns the memory of the weights
 */
public record TaskEvaluation(TrainingTask task, long seed, Engine engine) {
  private static final long EVALUATION = 2;

  /**
   * The metrics on some batches.
   *
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public Tally of(Iterator<MiniBatch> batches) {
    Tally tally = new Tally();
    task.module().eval();
    Philox random = Philox.of(seed).derive(EVALUATION);
    for (long place = 0; batches.hasNext(); place++) {
      TrainingGuard.checkInterrupt("the evaluation");
      try (Scope _ = engine.open("evaluation");
          GradMode.NoGrad _ = GradMode.noGrad()) {
        task.evaluate(batches.next(), random.derive(place), tally);
      }
    }
    return tally;
  }
}
