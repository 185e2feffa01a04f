package io.troupe.protocols.config;

import com.typesafe.config.Config;

/**
 * The simulated particles of {@code --data nbody}.
 *
 * @param particles number of particles of a system
 * @param trainSystems number of training examples
 * @param validationSystems number of validation examples
 * @param testSystems number of test examples
 * @param seed seed of the systems
 */
public record NbodyConfig(
    int particles, int trainSystems, int validationSystems, int testSystems, long seed) {
  private static final int MOST_PARTICLES = 1000;
  private static final int MOST_SYSTEMS = 1_000_000;

  static final Section SECTION =
      Section.qualified("nbody", "The simulated particles of --data nbody.");

  private static final Key<Integer> PARTICLES =
      SECTION.add(
          "particles",
          ValueType.INT,
          5,
          Range.between(2, MOST_PARTICLES),
          "Number of particles of a system.");
  private static final Key<Integer> TRAIN_SYSTEMS =
      SECTION.add(
          "train-systems",
          ValueType.INT,
          3000,
          Range.between(1, MOST_SYSTEMS),
          "Number of systems in the training set.");
  private static final Key<Integer> VALIDATION_SYSTEMS =
      SECTION.add(
          "validation-systems",
          ValueType.INT,
          2000,
          Range.between(1, MOST_SYSTEMS),
          "Number of systems in the validation set.");
  private static final Key<Integer> TEST_SYSTEMS =
      SECTION.add(
          "test-systems",
          ValueType.INT,
          2000,
          Range.between(1, MOST_SYSTEMS),
          "Number of systems in the test set.");
  private static final Key<Long> SEED =
      SECTION.add("seed", ValueType.LONG, 0L, "Seed of the systems.");

  /** Checks the ranges. */
  public NbodyConfig {
    PARTICLES.check(particles);
    TRAIN_SYSTEMS.check(trainSystems);
    VALIDATION_SYSTEMS.check(validationSystems);
    TEST_SYSTEMS.check(testSystems);
  }

  /** Reads the section {@code nbody}; a missing key has its default. */
  static NbodyConfig from(Config config) {
    return new NbodyConfig(
        PARTICLES.read(config),
        TRAIN_SYSTEMS.read(config),
        VALIDATION_SYSTEMS.read(config),
        TEST_SYSTEMS.read(config),
        SEED.read(config));
  }
}
