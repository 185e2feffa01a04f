package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Learning from a classifier that was trained before (arXiv:2012.12877).
 *
 * @param teacher weights of the teacher, with a model.json beside them; empty for no teacher
 * @param type what of the teacher's prediction is learned
 * @param alpha weight of the teacher's part of the loss; that of the labels has the rest
 * @param tau temperature of the distributions of {@link Type#SOFT}
 */
public record DistillationConfig(String teacher, Type type, double alpha, double tau) {
  /** What of the teacher's prediction is learned. */
  public enum Type {
    /** Its most probable class. */
    HARD,
    /** Its distribution over the classes. */
    SOFT;

    private static Map<String, Type> byName() {
      Map<String, Type> byName = new LinkedHashMap<>();
      byName.put("hard", HARD);
      byName.put("soft", SOFT);
      return byName;
    }
  }

  static final Section SECTION =
      Section.of("distillation", "Learning from a classifier that was trained before.");

  private static final Key<String> TEACHER =
      SECTION.add(
          "teacher",
          ValueType.PATH,
          "",
          "Weights of the teacher, with the model.json of its run beside them. Empty: no teacher.");
  private static final Key<Type> TYPE =
      SECTION.add(
          "distillation-type",
          ValueType.choice(Type.byName()),
          Type.HARD,
          "What is learned from the teacher: hard (its decisions) or soft (its distributions).");
  private static final Key<Double> ALPHA =
      SECTION.add(
          "distillation-alpha",
          ValueType.DOUBLE,
          0.5,
          Range.between(0, 1),
          "Weight of the teacher's part of the loss; the labels have the rest.");
  private static final Key<Double> TAU =
      SECTION.add(
          "distillation-tau",
          ValueType.DOUBLE,
          1.0,
          Range.above(0),
          "Temperature of the distributions in soft distillation.");

  /** Checks the ranges. */
  public DistillationConfig {
    ALPHA.check(alpha);
    TAU.check(tau);
  }

  /** Reads the section {@code distillation}; a missing key has its default. */
  static DistillationConfig from(Config config) {
    return new DistillationConfig(
        TEACHER.read(config), TYPE.read(config), ALPHA.read(config), TAU.read(config));
  }
}
