package io.troupe.actors.grpo;

import io.troupe.actors.run.RunDirectory;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.RunConfig;
import io.troupe.training.grpo.GrpoTrainer;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.state.TrainingState;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The policy with what trains it: the optimizer, the reference model if there is one, and the
 * trainer. Used by the learner's thread. The owner must close it before the inputs.
 */
public final class PolicyTrainer implements AutoCloseable {
  private final GrpoInputs inputs;
  private final Optimizer optimizer;
  private final CausalLM reference; // null with beta 0
  private final GrpoTrainer trainer;

  /**
   * A policy at step 0.
   *
   * @param startModel directory of the policy before the first step, which is the reference model
   */
  public PolicyTrainer(GrpoInputs inputs, Path startModel) {
    this.inputs = inputs;
    RunConfig config = inputs.config();
    this.optimizer = Optimizer.of(config.optimizer(), inputs.policy().namedParameters());
    try {
      this.reference = hasReference(config) ? load(startModel) : null;
    } catch (RuntimeException | Error e) {
      optimizer.close();
      throw e;
    }
    GrpoConfig grpo = config.grpo();
    this.trainer =
        new GrpoTrainer(
            inputs.policy(),
            reference,
            grpo,
            optimizer,
            new LearningRateSchedule(
                config.schedule(),
                config.optimizer().learningRate(),
                (long) config.steps() * grpo.numIterations()));
  }

  private CausalLM load(Path startModel) {
    CausalLM model = PretrainedModel.load(startModel, inputs.engine());
    model.requiresGrad(false);
    return model;
  }

  private static boolean hasReference(RunConfig config) {
    return config.grpo().beta() > 0;
  }

  /** Name of the reference model's directory below {@code checkpoints}; empty without one. */
  static String referenceName(RunConfig config, RunDirectory directory) {
    return hasReference(config) ? directory.startModel().getFileName().toString() : "";
  }

  /** Continues from a checkpoint. */
  void restore(GrpoCheckpoint saved) {
    try (CausalLM policy = saved.loadPolicy(inputs.engine())) {
      policy.copyTo(inputs.policy());
    }
    saved.restore(optimizer);
    trainer.resume(saved.state().progress());
  }

  /**
   * Continues from the newest undamaged checkpoint of a run, if there is one.
   *
   * @param checkpoints the directory of all checkpoints
   * @param warning receives a line for each newer checkpoint that is damaged and skipped
   * @return step of the checkpoint; 0 if there is none
   */
  public long restoreNewest(Path checkpoints, Consumer<String> warning) {
    Optional<GrpoCheckpoint> newest =
        GrpoCheckpoint.latest(GrpoCheckpoint.in(checkpoints), warning);
    newest.ifPresent(this::restore);
    return trainer.policyVersion();
  }

  /** Trains the policy. */
  public GrpoTrainer trainer() {
    return trainer;
  }

  /** The optimizer of the policy. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /** The tensors of the state, with any contents; also after a step that was abandoned. */
  TrainingState shapes() {
    return TrainingState.view(0, 0, inputs.policy(), optimizer);
  }

  @Override
  public void close() {
    if (reference != null) {
      reference.close();
    }
    optimizer.close();
  }
}
