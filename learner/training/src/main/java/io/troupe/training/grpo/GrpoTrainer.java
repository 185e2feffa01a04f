package io.troupe.training.grpo;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.optim.NonFiniteLossException;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.packing.LogProbPass;
import io.troupe.training.packing.PackedBatch;
import io.troupe.training.packing.PackedSample;
import io.troupe.training.schedule.LearningRateSchedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves a policy towards the samples that did better than their group.
 *
 * <p>A step takes a batch of scored groups, makes {@code num-iterations} optimizer steps on it, and
 * raises the policy version by one. Samples whose every token the current policy sampled have the
 * log-probabilities of the first pass as their old ones, so their ratio is exactly 1 there; samples
 * of an older policy have those that the rollout recorded. Samples that cannot teach (every
 * advantage of their group 0, and no KL term) go through a forward pass alone.
 *
 * <p>As in TRL, a sample that could not be scored has advantage 0 but its tokens count in the
 * normaliser, and in the KL term if there is one.
 *
 * <p>Used by one thread. The models and the optimizer belong to the caller.
 */
public final class GrpoTrainer {
  private final CausalLM policy;
  private final CausalLM reference;
  private final GrpoConfig config;
  private final Optimizer optimizer;
  private final LearningRateSchedule schedule;
  private long step;
  private long numTokens;

  /**
   * How far training has come: what {@link #resume} needs.
   *
   * @param step training steps made, which is the policy's version
   * @param numTokens tokens seen
   */
  public record Progress(long step, long numTokens) {}

  /**
   * A trainer at step 0.
   *
   * @param policy is trained; dropout acts when it {@linkplain CausalLM#isTraining is training}
   * @param referenceOrNull a frozen copy of the policy at the start; null when beta is 0
   * @param optimizer made for the policy's parameters
   * @param schedule over all optimizer steps: training steps times {@code num-iterations}
   * @throws IllegalArgumentException if beta asks for a reference model and there is none
   */
  public GrpoTrainer(
      CausalLM policy,
      CausalLM referenceOrNull,
      GrpoConfig config,
      Optimizer optimizer,
      LearningRateSchedule schedule) {
    if (config.beta() > 0 && referenceOrNull == null) {
      throw new IllegalArgumentException(
          "beta=" + config.beta() + " compares with a reference model, but none was given");
    }
    this.policy = policy;
    this.reference = referenceOrNull;
    this.config = config;
    this.optimizer = optimizer;
    this.schedule = schedule;
  }

  /** Goes on from where another trainer was; the optimizer is loaded by the caller. */
  public void resume(Progress progress) {
    step = progress.step();
    numTokens = progress.numTokens();
  }

  /** How far training has come. */
  public Progress progress() {
    return new Progress(step, numTokens);
  }

  /** The version of the policy's weights: training steps made. */
  public long policyVersion() {
    return step;
  }

  /**
   * Trains on a batch of groups.
   *
   * @throws NonFiniteLossException if the loss or a gradient is NaN or infinite
   * @throws IllegalArgumentException if there are no groups
   */
  public StepMetrics step(List<ScoredGroup> groups) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("a training step wants at least one group");
    }
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

  /** One batch's optimizer steps. */
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
        Map<String, Double> said = optimize(evaluation);
        double share = 1.0 / config.numIterations();
        said.forEach((name, value) -> values.merge(name, value * share, Double::sum));
      }
      values.put("learning_rate", schedule.at(optimizer.stepCount() - 1));
    }

    private void readReference() {
      LogProbPass frozen = new LogProbPass(reference, config.temperature(), config.logitsBytes());
      for (PackedBatch part : PackedBatch.pack(batch.samples(), config.microBatchTokens())) {
        frozen.read(part, (sample, offset, logp, entropy) -> refLogps[sample][offset] = logp);
      }
    }

    private void accumulateGradients() {
      optimizer.zeroGrad();
      optimizer.requireGradients();
      for (PackedBatch part : pack(batch.samplesOf(objective, true))) {
        pass.accumulate(part, this::keep, this::gradient);
      }
      for (PackedBatch part : pack(batch.samplesOf(objective, false))) {
        pass.read(part, this::keep);
      }
    }

    private List<PackedBatch> pack(List<PackedSample> samples) {
      return PackedBatch.pack(samples, config.microBatchTokens());
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

    private Map<String, Double> optimize(GrpoObjective.Evaluation evaluation) {
      double gradNorm = optimizer.gradNorm();
      if (!Double.isFinite(evaluation.loss()) || !Double.isFinite(gradNorm)) {
        throw new NonFiniteLossException(
            "step %d (policy version %d): loss=%s (policy=%s, kl=%s)"
                .formatted(
                    step + 1,
                    step,
                    evaluation.loss(),
                    evaluation.policyLoss(),
                    evaluation.klLoss()),
            gradNorm,
            "the weights are unchanged; lower learning-rate or max-grad-norm and resume");
      }
      optimizer.step(schedule.at(optimizer.stepCount()), gradNorm);
      Map<String, Double> said = new LinkedHashMap<>();
      said.put("loss", evaluation.loss());
      said.put("grad_norm", gradNorm);
      said.putAll(evaluation.metrics());
      return said;
    }
  }
}
