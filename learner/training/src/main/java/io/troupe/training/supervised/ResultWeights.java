package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.tensor.Engine;
import io.troupe.training.optim.TrainingGuard;
import io.troupe.training.optim.WeightAverage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The weights that a training results in: those of the module or, if the configuration has a decay,
 * their running average. Used by one thread at a time; closing frees the memory of the average.
 */
public final class ResultWeights implements AutoCloseable {
  private static final String FILE = "average.safetensors";

  private final Optional<WeightAverage> average;
  private final TrainingGuard guard;

  /**
   * The weights before the first step.
   *
   * @param guard of the trainer's steps, which no work may overlap
   * @param engine that owns the memory of the module
   */
  public ResultWeights(Module module, TrainerConfig config, TrainingGuard guard, Engine engine) {
    this.average =
        config.emaDecay() > 0
            ? Optional.of(new WeightAverage(module, config.emaDecay(), true, engine))
            : Optional.empty();
    this.guard = guard;
  }

  /** A step has changed the weights of the module. */
  public void update() {
    average.ifPresent(WeightAverage::update);
  }

  /** Runs some work while the module has these weights. */
  public <T> T during(TaskTrainer.ResultWork<T> work) throws IOException {
    if (average.isEmpty()) {
      return work.run();
    }
    try (TrainingGuard.Entered _ = guard.enter("work with averaged weights")) {
      average.get().swap();
      try {
        return work.run();
      } finally {
        average.get().swap();
      }
    }
  }

  /**
   * Writes the average, if there is one, for {@link #load}.
   *
   * @param folder of a checkpoint
   */
  public void save(Path folder) throws IOException {
    if (average.isPresent()) {
      average.get().save(folder.resolve(FILE));
    }
  }

  /** Restores what {@link #save} has written. */
  public void load(Path folder) {
    average.ifPresent(present -> present.load(folder.resolve(FILE)));
  }

  @Override
  public void close() {
    average.ifPresent(WeightAverage::close);
  }
}
