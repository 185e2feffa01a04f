package io.troupe.training.sft;

import io.troupe.nn.lm.CausalLM;
import io.troupe.training.optim.NonFiniteLossException;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.optim.TrainingGuard;
import io.troupe.training.packing.LogProbPass;
import io.troupe.training.packing.MicroBatchTokens;
import io.troupe.training.packing.PackedBatch;
import io.troupe.training.packing.PackedSample;
import io.troupe.training.schedule.LearningRateSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * Fine-tunes a model on demonstrations.
 *
 * <p>The loss is the mean cross-entropy over the completion tokens of a batch, as in TRL's {@code
 * SFTTrainer} with {@code completion_only_loss}; prompt tokens have no loss. A batch is packed
 * without padding and split into passes by a token budget. The result is a function of the model,
 * the demonstrations, the settings and the seed.
 *
 * <p>Used by one thread at a time; a second one is an error. The caller owns the model; closing the
 * trainer frees the optimizer's memory.
 */
public final class SftTrainer implements AutoCloseable {
  private final CausalLM model;
  private final SftConfig config;
  private final List<Demonstration> demonstrations;
  private final DemonstrationOrder order;
  private final Optimizer optimizer;
  private final LearningRateSchedule schedule;
  private final TrainingGuard guard = new TrainingGuard();

  /**
   * A trainer before its first step.
   *
   * @param model is trained; dropout acts when it {@linkplain CausalLM#isTraining is training}
   * @param demonstrations at least one
   * @param seed of their order
   */
  public SftTrainer(
      CausalLM model, SftConfig config, List<Demonstration> demonstrations, long seed) {
    if (demonstrations.isEmpty()) {
      throw new IllegalArgumentException(
          "warm-start.data must be a file with at least one demonstration, got none");
    }
    this.model = model;
    this.config = config;
    this.demonstrations = List.copyOf(demonstrations);
    this.order = new DemonstrationOrder(seed, demonstrations.size());
    this.schedule =
        new LearningRateSchedule(
            config.schedule(), config.optimizer().learningRate(), config.steps());
    this.optimizer = Optimizer.of(config.optimizer(), model.namedParameters());
  }

  /** Completed steps. */
  public long stepCount() {
    return optimizer.stepCount();
  }

  /**
   * Trains on the next batch.
   *
   * @return the loss of the batch before the update, in nats per completion token
   * @throws NonFiniteLossException if the loss or a gradient is NaN or infinite
   * @throws IllegalStateException if another thread is in a step
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public double step() {
    try (TrainingGuard.Entered _ = guard.enter("fine-tuning step " + (stepCount() + 1))) {
      return train();
    }
  }

  private double train() {
    List<PackedSample> batch = nextBatch();
    long tokens = batch.stream().mapToLong(sample -> sample.completionIds().length).sum();
    LossSum loss = new LossSum();
    LogProbPass pass = new LogProbPass(model, 1, config.logitsBytes());
    int tokensPerPass = MicroBatchTokens.of(config.microBatchTokens(), model);
    LogProbPass.TokenGradient gradient =
        LogProbPass.TokenGradient.ofPasses((sample, offset, logProb) -> -1.0 / tokens, tokens);
    for (PackedBatch part : PackedBatch.pack(batch, tokensPerPass)) {
      TrainingGuard.checkInterrupt("fine-tuning step " + (stepCount() + 1));
      pass.accumulate(part, loss, gradient);
    }
    optimizer.requireGradients(); // not before: activations may use their memory until then
    double mean = loss.sum / tokens;
    double gradNorm = optimizer.gradNorm();
    if (!Double.isFinite(mean) || !Double.isFinite(gradNorm)) {
      throw new NonFiniteLossException(
          "fine-tuning step %d: loss=%s".formatted(stepCount() + 1, mean),
          gradNorm,
          "the weights are unchanged since step %d; lower warm-start.learning-rate"
              .formatted(stepCount()));
    }
    optimizer.step(schedule.at(stepCount()), gradNorm);
    optimizer.zeroGrad();
    return mean;
  }

  private List<PackedSample> nextBatch() {
    List<PackedSample> batch = new ArrayList<>();
    for (int i = 0; i < config.batchSize(); i++) {
      Demonstration next = demonstrations.get(order.at(stepCount() * config.batchSize() + i));
      batch.add(new PackedSample(i, i, next.promptIds(), next.completionIds()));
    }
    return batch;
  }

  /** Sums the losses of tokens, in double precision. */
  private static final class LossSum implements LogProbPass.Sink {
    private double sum;

    @Override
    public void accept(int sample, int offset, double logProb, double entropy) {
      sum -= logProb;
    }
  }

  /** Frees the optimizer's memory. */
  @Override
  public void close() {
    optimizer.close();
  }
}
