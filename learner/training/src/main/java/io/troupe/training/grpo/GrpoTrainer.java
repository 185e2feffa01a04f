package io.troupe.training.grpo;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.optim.NonFiniteLossException;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.optim.TrainingGuard;
import io.troupe.training.packing.LogProbPass;
import io.troupe.training.packing.MicroBatchTokens;
import io.troupe.training.packing.PackedBatch;
import io.troupe.training.packing.PackedSample;
import io.troupe.training.schedule.LearningRateSchedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a policy with GRPO (Shao et al. 2024, arXiv:2402.03300).
 *
 * <p>A step takes a batch of scored groups, makes {@code num-iterations} optimizer steps on it, and
 * increments the policy version. If the current policy sampled every token of a sample, the
 * log-probabilities of the first pass are its old ones, so its ratio is exactly 1 there; a sample
 * of an older policy has the log-probabilities that the rollout recorded. Samples without a
 * gradient (advantage 0 and no KL term) have a forward pass only.
 *
 * <p>As in TRL, a sample without a score has advantage 0, but its tokens count in the normalizer,
 * and in the KL term if there is one.
 *
 * <p>Used by one thread at a time; a second one is an error. The caller owns the models and the
 * optimizer.
 */
public final class GrpoTrainer {
  private final CausalLM policy;
  private final CausalLM reference;
  private final GrpoConfig config;
  private final Optimizer optimizer;
  private final LearningRateSchedule schedule;
  private final TrainingGuard guard = new TrainingGuard();
  private Runnable beforeUpdate = () -> {};
  private long step;
  private long numTokens;

  /**
   * The progress of training, for {@link #resume}.
   *
   * @param step completed training steps; the version of the policy
   * @param numTokens tokens trained on
   */
  public record Progress(long step, long numTokens) {}

  /**
   * A trainer at step 0.
   *
   * @param policy is trained; dropout acts when it {@linkplain CausalLM#isTraining is training}
   * @param referenceOrNull a frozen copy of the policy at the start; null when beta is 0
   * @param optimizer made for the policy's parameters
   * @param schedule over all optimizer steps: training steps times {@code num-iterations}
   * @throws IllegalArgumentException if beta is above 0 without a reference model
   */
  public GrpoTrainer(
      CausalLM policy,
      CausalLM referenceOrNull,
      GrpoConfig config,
      Optimizer optimizer,
      LearningRateSchedule schedule) {
    if (config.beta() > 0 && referenceOrNull == null) {
      throw new IllegalArgumentException(
          "beta must be 0 without a reference model, got " + config.beta());
    }
    this.policy = policy;
    this.reference = referenceOrNull;
    this.config = config;
    this.optimizer = optimizer;
    this.schedule = schedule;
  }

  /** Runs an action before each change of the weights, such as waiting for readers of them. */
  public void beforeUpdate(Runnable action) {
    beforeUpdate = action;
  }

  /** Continues from the progress of another trainer; the caller loads the optimizer. */
  public void resume(Progress progress) {
    step = progress.step();
    numTokens = progress.numTokens();
  }

  /** The progress of training. */
  public Progress progress() {
    return new Progress(step, numTokens);
  }

  /** The version of the policy's weights: the number of completed training steps. */
  public long policyVersion() {
    return step;
  }

  /**
   * Trains on a batch of groups.
   *
   * @throws NonFiniteLossException if the loss or a gradient is NaN or infinite
   * @throws IllegalArgumentException if there are no groups
   * @throws IllegalStateException if another thread is in a step
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public StepMetrics step(List<ScoredGroup> groups) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("a training step must have at least one group, got none");
    }
    try (TrainingGuard.Entered _ = guard.enter("training step " + (step + 1))) {
      return train(groups);
    }
  }

  private StepMetrics train(List<ScoredGroup> groups) {
    GrpoBatch batch = new GrpoBatch(groups, config);
    Map<String, Double> values = new LinkedHashMap<>();
    new Update(batch).run(values);
    values.putAll(SampleMetrics.of(batch));
    step++;
    numTokens += batch.numTokens();
    values.put("num_tokens", (double) numTokens);
    values.values().removeIf(value -> value.isNaN());
    return new StepMetrics(
        step,
        step,
        values,
        groups.stream().map(group -> group.group().spec().groupId()).toList(),
        batch.samplesTrained());
  }

  /** The optimizer steps of one batch. */
  private final class Update {
    private final GrpoBatch batch;
    private final GrpoObjective objective;
    private final LogProbPass pass;
    private final double[][] logps;
    private final double[][] entropies;
    private final double[][] oldLogps;
    private final double[][] refLogps;

    Update(GrpoBatch batch) {
      this.batch = batch;
      this.objective = new GrpoObjective(config, batch.advantages().values(), batch.lengths());
      this.pass = new LogProbPass(policy, config.temperature(), config.logitsBytes());
      this.logps = batch.perToken();
      this.entropies = batch.perToken();
      this.oldLogps = new double[logps.length][];
      for (int s = 0; s < oldLogps.length; s++) {
        oldLogps[s] = batch.isOnPolicy(s, step) ? null : batch.recordedLogps(s);
      }
      this.refLogps = config.beta() > 0 ? batch.perToken() : null;
    }

    void run(Map<String, Double> values) {
      if (refLogps != null) {
        readReference();
      }
      for (int iteration = 0; iteration < config.numIterations(); iteration++) {
        accumulateGradients();
        if (iteration == 0) {
          keepOldLogps();
          putLogProbGap(values);
        }
        GrpoObjective.Evaluation evaluation =
            objective.evaluate(logps, oldLogps, refLogps, entropies);
        Map<String, Double> figures = optimize(evaluation, iteration);
        double share = 1.0 / config.numIterations();
        figures.forEach((name, value) -> values.merge(name, value * share, Double::sum));
      }
      values.put("learning_rate", schedule.at(optimizer.stepCount() - 1));
    }

    private void readReference() {
      LogProbPass frozen = new LogProbPass(reference, config.temperature(), config.logitsBytes());
      for (PackedBatch part : pack(batch.samples())) {
        frozen.read(part, (sample, offset, logp, entropy) -> refLogps[sample][offset] = logp);
      }
    }

    private void accumulateGradients() {
      optimizer.zeroGrad();
      for (PackedBatch part : pack(batch.samplesOf(objective, true))) {
        TrainingGuard.checkInterrupt("training step " + (step + 1));
        pass.accumulate(part, this::keep, this::gradient);
      }
      for (PackedBatch part : pack(batch.samplesOf(objective, false))) {
        TrainingGuard.checkInterrupt("training step " + (step + 1));
        pass.read(part, this::keep);
      }
      optimizer.requireGradients(); // not before: activations may use their memory until then
    }

    private List<PackedBatch> pack(List<PackedSample> samples) {
      return PackedBatch.pack(samples, MicroBatchTokens.of(config.microBatchTokens(), policy));
    }

    private void keep(int sample, int offset, double logp, double entropy) {
      logps[sample][offset] = logp;
      entropies[sample][offset] = entropy;
    }

    private double gradient(int sample, int offset, double logp) {
      double oldLogp = oldLogps[sample] == null ? logp : oldLogps[sample][offset];
      double refLogp = refLogps == null ? 0 : refLogps[sample][offset];
      return objective.gradient(sample, logp, oldLogp, refLogp);
    }

    private void keepOldLogps() {
      for (int s = 0; s < oldLogps.length; s++) {
        if (oldLogps[s] == null) {
          oldLogps[s] = logps[s].clone();
        }
      }
    }

    /** Compares with the rollout where both had the same weights. */
    private void putLogProbGap(Map<String, Double> values) {
      double max = 0;
      double sum = 0;
      long tokens = 0;
      for (int s = 0; s < logps.length; s++) {
        Completion completion = batch.completions().get(s);
        for (int t = 0; t < logps[s].length; t++) {
          if (completion.policyVersions()[t] == step) {
            double gap = Math.abs(completion.logProbs()[t] - logps[s][t]);
            max = Math.max(max, gap);
            sum += gap;
            tokens++;
          }
        }
      }
      if (tokens > 0) {
        values.put("logprob_gap_max", max);
        values.put("sampling/sampling_logp_difference/mean", sum / tokens);
        values.put("sampling/sampling_logp_difference/max", max);
      }
    }

    private Map<String, Double> optimize(GrpoObjective.Evaluation evaluation, int iteration) {
      double gradNorm = optimizer.gradNorm();
      if (!Double.isFinite(evaluation.loss()) || !Double.isFinite(gradNorm)) {
        throw notFinite(evaluation, iteration, gradNorm);
      }
      beforeUpdate.run();
      optimizer.step(schedule.at(optimizer.stepCount()), gradNorm);
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("loss", evaluation.loss());
      figures.put("grad_norm", gradNorm);
      figures.putAll(evaluation.metrics());
      return figures;
    }

    private NonFiniteLossException notFinite(
        GrpoObjective.Evaluation evaluation, int iteration, double gradNorm) {
      int iterations = config.numIterations();
      String position =
          iterations == 1 ? "" : ", iteration %d of %d".formatted(iteration + 1, iterations);
      String weights =
          iteration == 0
              ? "the weights are unchanged since step " + step
              : "the weights have changed since step %d, in %d of the %d iterations"
                  .formatted(step, iteration, iterations);
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
}
