package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The keys of the optimizer, with TRL's defaults. */
final class OptimizerKeys {
  static final Section SECTION =
      Section.of("optimizer", "The optimizer. Keys of other optimizers than optim have no effect.");

  private static final Map<String, Function<Config, OptimizerConfig>> BY_NAME = byName();

  static final Key<Function<Config, OptimizerConfig>> OPTIM =
      SECTION.add(
          "optim",
          ValueType.choice(BY_NAME),
          BY_NAME.get("adamw"),
          "Optimizer: adamw, adam or sgd, as in torch.optim.");
  static final Key<Double> LEARNING_RATE =
      SECTION.add(
          "learning-rate",
          ValueType.DOUBLE,
          1e-6,
          Range.above(0),
          "Learning rate, which the schedule scales.");
  static final Key<Double> WEIGHT_DECAY =
      SECTION.add(
          "weight-decay",
          ValueType.DOUBLE,
          0.0,
          Range.atLeast(0),
          "Weight decay: decoupled for adamw, an L2 penalty for adam and sgd.");
  static final Key<WeightDecayOn> WEIGHT_DECAY_ON =
      SECTION.add(
          "weight-decay-on",
          new ValueType<>(
              "TEXT",
              "matrices, all, or prefixes of parameter names, separated by commas",
              value -> WeightDecayOn.from(ValueType.TEXT.reader().apply(value)),
              WeightDecayOn::settingText),
          new WeightDecayOn.Matrices(),
          "Parameters with weight decay: matrices (no biases or norms), all, or those whose names"
              + " start with one of several prefixes, separated by commas.");
  static final Key<Double> MAX_GRAD_NORM =
      SECTION.add(
          "max-grad-norm",
          ValueType.DOUBLE,
          1.0,
          Range.atLeast(0),
          "Maximum norm of all gradients together; larger ones are scaled down. 0: no clipping.");
  static final Key<Double> ADAM_BETA1 =
      SECTION.add(
          "adam-beta1",
          ValueType.DOUBLE,
          0.9,
          Range.below(0, 1),
          "Decay of the running mean of the gradients, for adamw and adam.");
  static final Key<Double> ADAM_BETA2 =
      SECTION.add(
          "adam-beta2",
          ValueType.DOUBLE,
          0.999,
          Range.below(0, 1),
          "Decay of the running mean of the squared gradients, for adamw and adam.");
  static final Key<Double> ADAM_EPSILON =
      SECTION.add(
          "adam-epsilon",
          ValueType.DOUBLE,
          1e-8,
          Range.atLeast(0),
          "Added to the denominator for numerical stability, for adamw and adam.");
  static final Key<Double> MOMENTUM =
      SECTION.add(
          "momentum",
          ValueType.DOUBLE,
          0.0,
          Range.below(0, 1),
          "Decay of the running gradient, for sgd. 0: no momentum.");
  static final Key<Double> DAMPENING =
      SECTION.add(
          "dampening",
          ValueType.DOUBLE,
          0.0,
          Range.below(0, 1),
          "Dampening of each new gradient in the momentum, for sgd.");
  static final Key<Boolean> NESTEROV =
      SECTION.add(
          "nesterov",
          ValueType.BOOLEAN,
          false,
          "Use Nesterov momentum, for sgd. It requires momentum > 0 and dampening 0.");

  private OptimizerKeys() {}

  private static Map<String, Function<Config, OptimizerConfig>> byName() {
    Map<String, Function<Config, OptimizerConfig>> byName = new LinkedHashMap<>();
    byName.put("adamw", OptimizerKeys::adamW);
    byName.put("adam", OptimizerKeys::adam);
    byName.put("sgd", OptimizerKeys::sgd);
    return byName;
  }

  private static OptimizerConfig adamW(Config config) {
    return new OptimizerConfig.AdamW(
        LEARNING_RATE.read(config),
        ADAM_BETA1.read(config),
        ADAM_BETA2.read(config),
        ADAM_EPSILON.read(config),
        WEIGHT_DECAY.read(config),
        WEIGHT_DECAY_ON.read(config),
        MAX_GRAD_NORM.read(config));
  }

  private static OptimizerConfig adam(Config config) {
    return new OptimizerConfig.Adam(
        LEARNING_RATE.read(config),
        ADAM_BETA1.read(config),
        ADAM_BETA2.read(config),
        ADAM_EPSILON.read(config),
        WEIGHT_DECAY.read(config),
        WEIGHT_DECAY_ON.read(config),
        MAX_GRAD_NORM.read(config));
  }

  private static OptimizerConfig sgd(Config config) {
    return new OptimizerConfig.Sgd(
        LEARNING_RATE.read(config),
        MOMENTUM.read(config),
        DAMPENING.read(config),
        NESTEROV.read(config),
        WEIGHT_DECAY.read(config),
        WEIGHT_DECAY_ON.read(config),
        MAX_GRAD_NORM.read(config));
  }
}
