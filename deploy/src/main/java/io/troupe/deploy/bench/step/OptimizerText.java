package io.troupe.deploy.bench.step;

import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.supervised.TrainerConfig;

/**
 * An optimizer with a constant learning rate, as PyTorch's with the same arguments: no limit of the
 * gradient norm, weight decay on all parameters.
 *
 * @param settings in the keys of reference.conf
 */
record OptimizerText(String settings) {
  static final OptimizerText SGD =
      new OptimizerText("optim = sgd, learning-rate = 0.01, momentum = 0.9");
  static final OptimizerText ADAM = new OptimizerText("optim = adam, learning-rate = 1e-3");
  static final OptimizerText ADAMW = new OptimizerText("optim = adamw, learning-rate = 1e-4");

  TrainerConfig config() {
    OptimizerConfig optimizer =
        OptimizerConfig.from(
            ConfigFactory.parseString(settings + ", max-grad-norm = 0, weight-decay-on = all"));
    LearningRateSchedule schedule =
        new LearningRateSchedule(
            new ScheduleConfig.Constant(0), optimizer.learningRate(), Long.MAX_VALUE);
    return new TrainerConfig(1, optimizer, schedule, 0);
  }
}
