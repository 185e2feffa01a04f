package io.troupe.training.grpo;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.optim.NonFiniteLossException;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.optim.TrainingGuard;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.shard.GradientLayout;
import io.troupe.training.state.TrainingState;
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
 * <p>The gradient is summed in {@code gradient-shards} parts of the batch. {@link #step} computes
 * all of them; {@link #begin} lets several learners divide them among themselves, with the same
 * result bit for bit.
 *
 * <p>Used by one thread at a time; a second one is an error. The caller owns the models and the
 * optimizer.
 */
public final class GrpoTrainer {
  private final TrainedPolicy trained;
  private final GradientLayout layout;
  private final TrainingGuard guard = new TrainingGuard();
  private Runnable beforeUpdate = () -> {};
  private long step;
  private long numTokens;
  private ShardedStep open;
  private boolean isBetweenVersions;

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
    this.trained = new TrainedPolicy(policy, referenceOrNull, config, optimizer, schedule);
    this.layout = new GradientLayout(policy.namedParameters().values());
  }

  /** Runs an action before each change of the weights, such as waiting for readers of them. */
  public void beforeUpdate(Runnable action) {
    beforeUpdate = action;
  }

  void runBeforeUpdate() {
    beforeUpdate.run();
  }

  /** Continues from the progress of another trainer; the caller loads weights and optimizer. */
  public void resume(Progress progress) {
    step = progress.step();
    numTokens = progress.numTokens();
    isBetweenVersions = false;
  }

  /** The progress of training. */
  public Progress progress() {
    return new Progress(step, numTokens);
  }

  /** The version of the policy's weights: the number of completed training steps. */
  public long policyVersion() {
    return step;
  }

  /** The places of the gradients of all parameters in one buffer. */
  public GradientLayout layout() {
    return layout;
  }

  /**
   * The state to transfer to another learner: the memory of policy and optimizer itself, which
   * changes with the next optimizer step.
   *
   * @throws IllegalStateException if an unfinished step has changed the weights
   */
  public TrainingState state() {
    requireVersion();
    return TrainingState.view(step, numTokens, trained.policy(), trained.optimizer());
  }

  /**
   * Overwrites policy and optimizer with the state of another learner, and continues from there.
   *
   * @throws IllegalArgumentException if the state does not belong to this model and optimizer; the
   *     weights are undefined then, until the next {@link #restore} or {@link #resume}
   * @throws IllegalStateException if another thread is in a step, or a step that has begun is not
   *     closed
   */
  public void restore(TrainingState state) {
    try (TrainingGuard.Entered _ = guard.enter("restoring step " + state.step())) {
      requireNoStep();
      isBetweenVersions = true;
      state.restore(trained.policy(), trained.optimizer());
      resume(new Progress(state.step(), state.numTokens()));
    }
  }

  TrainingGuard guard() {
    return guard;
  }

  /**
   * Trains on a batch of groups.
   *
   * @throws NonFiniteLossException if the loss or a gradient is NaN or infinite
   * @throws IllegalArgumentException if there are no groups
   * @throws IllegalStateException if another thread is in a step, or a step that has begun is not
   *     closed
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public StepMetrics step(List<ScoredGroup> groups) {
    requireGroups(groups);
    try (TrainingGuard.Entered _ = guard.enter("training step " + (step + 1));
        ShardedStep all = open(groups)) {
      return all.computeAndFinish();
    }
  }

  /**
   * Begins a step on a batch of groups, whose shards the caller computes or provides. The caller
   * must close it.
   *
   * @throws IllegalArgumentException if there are no groups
   * @throws IllegalStateException if a step that has begun is not closed, or was closed between two
   *     of its iterations: restore the weights and the optimizer and call {@link #resume}
   */
  public ShardedStep begin(List<ScoredGroup> groups) {
    requireGroups(groups);
    try (TrainingGuard.Entered _ = guard.enter("training step " + (step + 1))) {
      return open(groups);
    }
  }

  private static void requireGroups(List<ScoredGroup> groups) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("a training step must have at least one group, got none");
    }
  }

  private void requireNoStep() {
    if (open != null) {
      throw new IllegalStateException(
          "training step %d must be finished or closed first".formatted(step + 1));
    }
  }

  private void requireVersion() {
    if (isBetweenVersions || (open != null && open.hasChangedWeights())) {
      throw new IllegalStateException(
          "weights must be those of step %d, got those of an unfinished step %d; restore the state"
              .formatted(step, step + 1));
    }
  }

  private ShardedStep open(List<ScoredGroup> groups) {
    requireNoStep();
    requireVersion();
    if (trained.config().gradientShards() > 1 && trained.policy().isTraining()) {
      throw new IllegalStateException(
          "policy must be in evaluation mode with gradient-shards > 1, as dropout depends on the"
              + " order of passes; call eval()");
    }
    open = new ShardedStep(this, trained, new GrpoBatch(groups, trained.config()));
    return open;
  }

  /** Counts a step whose optimizer steps are done. */
  StepMetrics finished(GrpoBatch batch, Map<String, Double> values) {
    values.putAll(SampleMetrics.of(batch));
    step++;
    numTokens += batch.numTokens();
    values.put("num_tokens", (double) numTokens);
    values.values().removeIf(value -> value.isNaN());
    return new StepMetrics(
        step,
        step,
        values,
        batch.groups().stream().map(group -> group.group().spec().groupId()).toList(),
        batch.samplesTrained());
  }

  /** Frees the trainer for the next step. */
  void closed(boolean weightsHaveChanged) {
    open = null;
    isBetweenVersions = weightsHaveChanged;
  }
}
