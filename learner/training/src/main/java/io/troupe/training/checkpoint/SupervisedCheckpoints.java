package io.troupe.training.checkpoint;

import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.training.supervised.SupervisedTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The checkpoints of a supervised run: folders {@code checkpoint-N}, N the step after which each
 * was written, there whole or not at all. Each holds {@code model.safetensors}, {@code
 * optimizer.safetensors}, {@code average.safetensors} where weights are averaged, {@code
 * state.json} and {@code manifest.json}.
 *
 * <p>Used by one process and thread at a time: the run's folder is locked by whoever opened it.
 */
public final class SupervisedCheckpoints {
  private static final String MODEL = "model.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String AVERAGE = "average.safetensors";
  private static final String STATE = "state.json";
  private static final int KEEP = 2;

  private final StepFolders folders;

  /** Checkpoints in a folder, which is made when the first one is written. */
  public SupervisedCheckpoints(Path folder) {
    folders = new StepFolders(folder, KEEP, List.of(MODEL, OPTIMIZER, STATE));
  }

  /**
   * A checkpoint on disk, its files as they were written.
   *
   * @param folder such as {@code checkpoints/checkpoint-40}
   * @param state where the run stood
   */
  public record Saved(Path folder, SupervisedState state) {
    /**
     * Gives a network and its trainer what they had.
     *
     * @throws CheckpointFormatException if they are others
     */
    public void restore(Module module, SupervisedTrainer trainer) {
      StateDictFile.load(folder.resolve(MODEL), module);
      trainer.optimizer().load(folder.resolve(OPTIMIZER));
      trainer.average().ifPresent(average -> average.load(folder.resolve(AVERAGE)));
    }
  }

  /**
   * Writes a checkpoint and removes older ones.
   *
   * @throws IOException in one line, if it cannot be written; what was there before is still there
   */
  public void save(Module module, SupervisedTrainer trainer, SupervisedState state)
      throws IOException {
    folders.save(
        state.step(),
        beside -> {
          StateDictFile.save(beside.resolve(MODEL), module, StorageType.F32);
          trainer.optimizer().save(beside.resolve(OPTIMIZER));
          if (trainer.average().isPresent()) {
            trainer.average().get().save(beside.resolve(AVERAGE));
          }
          RunStateJson.write(beside.resolve(STATE), state);
        });
  }

  /**
   * The newest checkpoint whose files are as they were written.
   *
   * @param warning takes a line for each newer one that is damaged and passed over
   * @return empty when there are none at all
   * @throws CheckpointFormatException in one line, if there are some but each is damaged
   */
  public Optional<Saved> latest(Consumer<String> warning) {
    return folders.latest(SupervisedCheckpoints::open, warning);
  }

  private static Saved open(Path checkpoint, long step) throws IOException {
    SupervisedState state = RunStateJson.read(checkpoint.resolve(STATE), SupervisedState.class);
    if (state.step() != step) {
      throw new CheckpointFormatException(checkpoint + " holds the state of step " + state.step());
    }
    return new Saved(checkpoint, state);
  }
}
