package io.troupe.training.checkpoint;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.tensor.Engine;
import io.troupe.training.optim.Optimizer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A whole checkpoint on disk, its files as they were written. The folder is a Hugging Face folder
 * too: transformers loads the policy from it.
 *
 * @param folder such as {@code checkpoints/checkpoint-40}
 * @param state where the run stood
 */
public record RunCheckpoint(Path folder, RunState state) {
  static final String STATE = "run_state.json";
  static final String OPTIMIZER = "optimizer.safetensors";

  /** The policy as it was; close it when done. */
  public CausalLM loadPolicy(Engine engine) {
    return PretrainedModel.load(folder, engine);
  }

  /**
   * Gives an optimizer the state that it had.
   *
   * @throws CheckpointFormatException if it is another kind of optimizer, or for another model
   */
  public void restore(Optimizer optimizer) {
    optimizer.load(folder.resolve(OPTIMIZER));
  }

  /** The folder of the frozen reference model, if the run has one. */
  public Optional<Path> referenceModel() {
    return state.referenceModel().isEmpty()
        ? Optional.empty()
        : Optional.of(folder.resolveSibling(state.referenceModel()));
  }
}
