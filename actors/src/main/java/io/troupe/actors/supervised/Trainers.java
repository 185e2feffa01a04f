package io.troupe.actors.supervised;

import io.troupe.tensor.Engine;
import io.troupe.training.alternating.AlternatingTask;
import io.troupe.training.alternating.AlternatingTrainer;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.SupervisedTrainer;
import io.troupe.training.supervised.TaskTrainer;
import io.troupe.training.supervised.TrainerConfig;
import io.troupe.training.supervised.TrainingTask;
import java.util.List;

/** The trainer of each type of task. */
final class Trainers {
  private Trainers() {}

  /** A trainer before its first step. */
  static TaskTrainer of(TrainingTask task, TrainerConfig config, Engine engine) {
    return task instanceof AlternatingTask alternating
        ? new AlternatingTrainer(alternating, config, engine)
        : new SupervisedTrainer((SupervisedTask) task, config, engine);
  }

  /** The files of the state of a trainer, in the folder of a checkpoint. */
  static List<String> files(TrainingTask task) {
    return task instanceof AlternatingTask alternating
        ? AlternatingTrainer.files(alternating)
        : List.of(SupervisedTrainer.OPTIMIZER);
  }
}
