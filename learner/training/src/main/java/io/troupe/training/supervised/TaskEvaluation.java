package io.troupe.training.supervised;

import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.random.Philox;
import io.troupe.training.optim.TrainingGuard;
import java.util.Iterator;
import java.util.function.Consumer;

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
    Philox random = Philox.of(seed).derive(EVALUATION);
    long[] place = {0};
    forEach(batches, batch -> task.evaluate(batch, random.derive(place[0]++), tally));
    return tally;
  }

  /**
   * The metrics of the final weights on some batches.
   *
   * @param measured batches for the metrics of {@link TrainingTask#evaluateResult}
   */
  public Tally ofResult(Iterator<MiniBatch> batches, Iterator<MiniBatch> measured) {
    Tally tally = of(batches);
    int[] numExamples = {0};
    forEach(
        measured,
        batch -> {
          task.evaluateResult(batch, numExamples[0], tally);
          numExamples[0] += batch.size();
        });
    return tally;
  }

  private void forEach(Iterator<MiniBatch> batches, Consumer<MiniBatch> work) {
    task.module().eval();
    while (batches.hasNext()) {
      TrainingGuard.checkInterrupt("the evaluation");
      try (Scope _ = engine.open("evaluation");
          GradMode.NoGrad _ = GradMode.noGrad()) {
        work.accept(batches.next());
      }
    }
  }
}
