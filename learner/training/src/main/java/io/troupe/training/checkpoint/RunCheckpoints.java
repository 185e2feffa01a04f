package io.troupe.training.checkpoint;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.training.optim.Optimizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The checkpoints of a GRPO run: folders {@code checkpoint-N}, N the step after which each was
 * written, there whole or not at all. Each holds {@code config.json}, {@code model.safetensors},
 * {@code optimizer.safetensors}, {@code run_state.json} and {@code manifest.json}.
 *
 * <p>Used by one process and thread at a time: the run's folder is locked by whoever opened it.
 */
public final class RunCheckpoints {
  private static final List<String> REQUIRED =
      List.of("config.json", RunCheckpoint.OPTIMIZER, RunCheckpoint.STATE);

  private final StepFolders folders;

  /**
   * Checkpoints in a folder.
   *
   * @param folder holds them; made when the first one is written
   * @param keep how many are kept, at least 1: older ones go when a new one is there
   */
  public RunCheckpoints(Path folder, int keep) {
    folders = new StepFolders(folder, keep, REQUIRED);
  }

  /** Keeps two, so that one that is lost costs no more than the steps since the one before. */
  public RunCheckpoints(Path folder) {
    this(folder, 2);
  }

  /**
   * Writes a checkpoint of the step that {@code state} names and removes older ones. One of the
   * same or a later step, left by a part of the run that is being done again, is replaced.
   *
   * @throws IOException in one line, if the disk is full or cannot be written; what was there
   *     before is still there, and no part of the new one
   */
  public RunCheckpoint save(CausalLM policy, Optimizer optimizer, RunState state)
      throws IOException {
    return save(
        state,
        beside -> {
          PretrainedModel.save(policy, beside);
          optimizer.save(beside.resolve(RunCheckpoint.OPTIMIZER));
        });
  }

  RunCheckpoint save(RunState state, StepFolders.Content model) throws IOException {
    Path written =
        folders.save(
            state.progress().step(),
            beside -> {
              model.writeTo(beside);
              RunStateJson.write(beside.resolve(RunCheckpoint.STATE), state);
            });
    return new RunCheckpoint(written, state);
  }

  /**
   * The newest checkpoint whose files are as they were written.
   *
   * @param warning takes a line for each newer one that is damaged and passed over
   * @return empty when there are none at all
   * @throws CheckpointFormatException in one line, if there are some but each is damaged
   */
  public Optional<RunCheckpoint> latest(Consumer<String> warning) {
    return folders.latest(RunCheckpoints::open, warning);
  }

  private static RunCheckpoint open(Path checkpoint, long step) throws IOException {
    RunState state = RunStateJson.read(checkpoint.resolve(RunCheckpoint.STATE), RunState.class);
    if (state.progress().step() != step) {
      throw new CheckpointFormatException(
          checkpoint + " holds the state of step " + state.progress().step());
    }
    return new RunCheckpoint(checkpoint, state);
  }
}
