package io.troupe.training.supervised;

import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.random.Philox;
import java.util.Iterator;

/**
 * Measures a task, in evaluation mode and with the weights as they are.
 *
 * @param task its network is measured
 * @param seed of what an evaluation draws, such as noise: the same in every one
 * @param engine in whose memory the weights live
 */
public record TaskEvaluation(SupervisedTask task, long seed, Engine engine) {
  private static final long EVALUATION = 2;

  /** What is counted on some batches. */
  public Tally of(Iterator<MiniBatch> batches) {
    Tally tally = new Tally();
    task.module().eval();
    Philox random = Philox.of(seed).derive(EVALUATION);
    for (long place = 0; batches.hasNext(); place++) {
      try (Scope _ = engine.open("evaluation");
          GradMode.NoGrad _ = GradMode.noGrad()) {
        task.evaluate(batches.next(), random.derive(place), tally);
      }
    }
    return tally;
  }
}
