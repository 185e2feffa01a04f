package io.troupe.training.grpo;

import io.troupe.tensor.GradientListener;
import io.troupe.training.optim.NonFiniteLossException;
import io.troupe.training.optim.TrainingGuard;
import io.troupe.training.shard.GradientLayout;
import io.troupe.training.shard.GradientSink;
import io.troupe.training.shard.ShardDifferenceException;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardSum;
import io.troupe.training.shard.ShardTree;
import io.troupe.training.shard.ShardedGradient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One training step whose gradient several learners may compute together. In each of its iterations
 * the caller computes the sums of some nodes of shards, provides those that peers have computed,
 * and calls {@link #finishIteration} when none is {@link #missing}; after the last one, {@link
 * #finish}. Weights, optimizer state and metrics have the same bits for every division of the work,
 * because everything else is computed from the whole batch in a fixed order.
 *
 * <p>A sum is a function of the weights and the batch, so that a caller who does not receive one
 * can compute it. A step that is closed before its first iteration has finished can begin again,
 * with the same result.
 *
 * <p>Used by one thread at a time; computing on a second one is an error.
 */
public final class ShardedStep implements AutoCloseable {
  private final GrpoTrainer trainer;
  private final TrainedPolicy trained;
  private final GrpoBatch batch;
  private final TokenNumbers numbers;
  private final BatchPasses passes;
  private final WeightUpdate weights;
  private final String work;
  private final Map<String, Double> values = new LinkedHashMap<>();
  private ShardedGradient gradient;
  private int iteration;
  private boolean closed;

  ShardedStep(GrpoTrainer trainer, TrainedPolicy trained, GrpoBatch batch) {
    long version = trainer.policyVersion();
    this.trainer = trainer;
    this.trained = trained;
    this.batch = batch;
    this.work = "training step " + (version + 1);
    this.numbers = new TokenNumbers(batch, version, trained.config().beta() > 0);
    this.passes = new BatchPasses(trained, batch, numbers, work);
    this.weights = new WeightUpdate(trained, trainer::runBeforeUpdate, version);
    this.gradient = noShards();
  }

  private ShardedGradient noShards() {
    trained.optimizer().zeroGrad();
    return new ShardedGradient(passes.tree(), passes, trainer.layout(), iteration);
  }

  /** The shards of the batch and the order in which they are added up. */
  public ShardTree tree() {
    return passes.tree();
  }

  /** The current iteration, from 0; {@link #numIterations} after the last one. */
  public int iteration() {
    return iteration;
  }

  /** Optimizer steps of the step. */
  public int numIterations() {
    return trained.config().numIterations();
  }

  /** The fewest nodes that together have the shards without a sum in this iteration. */
  public List<ShardRange> missing() {
    requireIteration();
    return gradient.missing();
  }

  /**
   * Computes the sum of a node; a sum that is present is not computed again.
   *
   * @return valid until the iteration is finished or the step closed; to use it longer, {@linkplain
   *     ShardSum#retain retain} it before
   * @throws IllegalArgumentException if the range is not a node of the {@link #tree}
   * @throws IllegalStateException if another thread computes
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public ShardSum compute(ShardRange range) {
    return compute(range, GradientSink.NONE);
  }

  /** As {@link #compute(ShardRange)}, handing out parts of the gradient as they become final. */
  public ShardSum compute(ShardRange range, GradientSink sink) {
    requireIteration();
    try (TrainingGuard.Entered _ = trainer.guard().enter(work)) {
      return gradient.compute(range, sink);
    }
  }

  /**
   * Takes a peer's sum, and closes it when it is no longer needed, also when it is rejected.
   *
   * @param sum of {@link GradientLayout#allocateSum} of the trainer's layout, filled with the
   *     contents of the peer's
   * @return whether it was missing; sums of shards that are present are dropped
   * @throws IllegalArgumentException if it is of another iteration, of no node, of other sizes than
   *     those of the batch, or contains NaN or infinity
   * @throws ShardDifferenceException if the sum of the same node is present and differs
   */
  public boolean provide(ShardSum sum) {
    requireIteration();
    return gradient.provide(sum);
  }

  /**
   * Adds up the shards and makes the optimizer step of this iteration.
   *
   * @throws IllegalStateException if a shard is missing, or another thread computes
   * @throws NonFiniteLossException if the loss or a gradient is NaN or infinite
   */
  public void finishIteration() {
    requireIteration();
    try (TrainingGuard.Entered _ = trainer.guard().enter(work)) {
      update();
    }
  }

  private void update() {
    gradient.take();
    optimize();
    gradient.close();
    iteration++;
    gradient = noShards();
  }

  private void optimize() {
    trained.optimizer().requireGradients();
    if (iteration == 0) {
      numbers.keepOldLogps();
      numbers.putLogProbGap(values);
    }
    Map<String, Double> figures = weights.optimize(numbers.evaluate(passes.objective()));
    double share = 1.0 / numIterations();
    figures.forEach((name, value) -> values.merge(name, value * share, Double::sum));
  }

  /**
   * Computes every shard and makes all optimizer steps. One shard needs no sum: the parameters
   * collect its gradient, which they keep.
   */
  StepMetrics computeAndFinish() {
    while (iteration < numIterations()) {
      if (tree().numShards() > 1) {
        gradient.compute(tree().root(), GradientSink.NONE);
        update();
      } else {
        trained.optimizer().zeroGrad();
        passes.accumulate(0, GradientListener.NONE);
        optimize();
        iteration++;
      }
    }
    return finish();
  }

  /**
   * Ends the step and increments the policy version.
   *
   * @throws IllegalStateException if an iteration is not finished
   */
  public StepMetrics finish() {
    if (closed || iteration < numIterations()) {
      throw new IllegalStateException(
          "%s must have %d finished iterations, got %d"
              .formatted(work, numIterations(), iteration));
    }
    values.put("learning_rate", weights.learningRate());
    StepMetrics metrics = trainer.finished(batch, values);
    closed = true;
    trainer.closed(false);
    return metrics;
  }

  boolean hasChangedWeights() {
    return weights.done() > 0;
  }

  private void requireIteration() {
    if (closed || iteration == numIterations()) {
      throw new IllegalStateException(work + " must be in one of its iterations, but it has ended");
    }
  }

  /** Abandons the step, unless it is finished. Closing twice has no effect. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      gradient.close();
      trainer.closed(hasChangedWeights());
    }
  }
}
