package io.troupe.training.sft;

import io.troupe.nn.lm.CausalLM;
import io.troupe.training.optim.NonFiniteLossException;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.packing.LogProbPass;
import io.troupe.training.packing.PackedBatch;
import io.troupe.training.packing.PackedSample;
import io.troupe.training.schedule.LearningRateSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * Teaches a model to continue prompts as demonstrations do.
 *
 * <p>The loss is the mean cross-entropy over the completion tokens of a batch, as TRL's {@code
 * SFTTrainer} has it with {@code completion_only_loss}; prompts are read, not learned. A batch is
 * packed without padding and cut into passes by a token budget. What is learned is a function of
 * the model, the demonstrations, the settings and the seed.
 *
 * <p>Used by one thread. The model belongs to the caller; closing the trainer gives back the
 * optimizer's memory.
 */
public final class SftTrainer implements AutoCloseable {
  private final CausalLM model;
  private final SftConfig config;
  private final List<Demonstration> demonstrations;
  private final DemonstrationOrder order;
  private final Optimizer optimizer;
  private final LearningRateSchedule schedule;

  /**
   * A trainer before its first step.
   *
   * @param model is trained; dropout acts when it {@linkplain CausalLM#isTraining is training}
   * @param demonstrations at least one
   * @param seed of the order in which they come
   */
  public SftTrainer(
      CausalLM model, SftConfig config, List<Demonstration> demonstrations, long seed) {
    if (demonstrations.isEmpty()) {
      throw new IllegalArgumentException(
          "there are no demonstrations to learn from: set warm-start.data to a file that has some");
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

  /** Steps made so far. */
  public long stepCount() {
    return optimizer.stepCount();
  }

  /**
   * Learns from the next batch.
   *
   * @return the loss of the batch before the update, in nats per completion token
   * @throws NonFiniteLossException if the loss or a gradient is NaN or infinite
   */
  public double step() {
    List<PackedSample> batch = nextBatch();
    long tokens = batch.stream().mapToLong(sample -> sample.completionIds().length).sum();
    LossSum loss = new LossSum();
    optimizer.zeroGrad();
    optimizer.requireGradients();
    LogProbPass pass = new LogProbPass(model, 1, config.logitsBytes());
    for (PackedBatch part : PackedBatch.pack(batch, config.microBatchTokens())) {
      pass.accumulate(part, loss, (sample, offset, logProb) -> -1.0 / tokens);
    }
    double mean = loss.sum / tokens;
    double gradNorm = optimizer.gradNorm();
    if (!Double.isFinite(mean) || !Double.isFinite(gradNorm)) {
      throw new NonFiniteLossException(
          "fine-tuning step %d: loss=%s".formatted(stepCount() + 1, mean),
          gradNorm,
          "the weights are unchanged; lower the learning rate");
    }
    optimizer.step(schedule.at(stepCount()), gradNorm);
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

  /** Gives the optimizer's memory back. */
  @Override
  public void close() {
    optimizer.close();
  }
}
