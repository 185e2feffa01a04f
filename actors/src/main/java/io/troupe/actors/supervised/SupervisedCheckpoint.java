package io.troupe.actors.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.training.checkpoint.Checkpoints;
import io.troupe.training.checkpoint.StateFile;
import io.troupe.training.supervised.TaskTrainer;
import io.troupe.training.supervised.TrainingTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A checkpoint of a supervised run on disk: {@code model.safetensors}, the states of the
 * optimizers, {@code average.safetensors} if weights are averaged, and {@code state.json}.
 *
 * @param path such as {@code checkpoints/checkpoint-40}
 * @param state of the run
 */
record SupervisedCheckpoint(Path path, SupervisedState state) {
  private static final String MODEL = "model.safetensors";
  private static final String STATE = "state.json";
  private static final StateFile JSON = new StateFile(Map.of());

  /** The checkpoints of a task below a directory. */
  static Checkpoints in(Path directory, TrainingTask task) {
    List<String> files = new ArrayList<>(List.of(MODEL, STATE));
    files.addAll(1, task.trainerFiles());
    return new Checkpoints(directory, files);
  }

  /**
   * Writes a checkpoint.
   *
   * @throws IOException with a one-line message, if it cannot be written
   */
  static void save(
      Checkpoints checkpoints, Module module, TaskTrainer trainer, SupervisedState state)
      throws IOException {
    checkpoints.save(
        state.step(),
        directory -> {
          StateDictFile.save(directory.resolve(MODEL), module, StorageType.F32);
          trainer.save(directory);
          JSON.write(directory.resolve(STATE), state);
        });
  }

  /** Opens the newest undamaged checkpoint; see {@link Checkpoints#latest}. */
  static Optional<SupervisedCheckpoint> latest(Checkpoints checkpoints, Consumer<String> warning) {
    return checkpoints.latest(SupervisedCheckpoint::open, warning);
  }

  private static SupervisedCheckpoint open(Path checkpoint, long step) throws IOException {
    SupervisedState state = JSON.read(checkpoint.resolve(STATE), SupervisedState.class);
    if (state.step() != step) {
      throw new CheckpointFormatException(
          checkpoint + " must contain the state of step " + step + ", got step " + state.step());
    }
    return new SupervisedCheckpoint(checkpoint, state);
  }

  /**
   * Restores a network and its trainer.
   *
   * @throws CheckpointFormatException if the checkpoint is of another network or optimizer
   */
  void restore(Module module, TaskTrainer trainer) {
    StateDictFile.load(path.resolve(MODEL), module);
    trainer.load(path);
  }
}
