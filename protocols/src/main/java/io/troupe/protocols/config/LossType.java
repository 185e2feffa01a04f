package io.troupe.protocols.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the losses of tokens become the loss of a batch: TRL's {@code loss_type}. */
public sealed interface LossType {

  /** The mean over samples of the mean over a sample's tokens (DeepSeekMath, arXiv:2402.03300). */
  record Grpo() implements LossType {}

  /** The sum over tokens divided by the number of tokens that count (batch-normalised). */
  record Bnpo() implements LossType {}

  /**
   * The sum over tokens divided by samples times {@code max-completion-length}: a constant, free of
   * length bias (Dr. GRPO, arXiv:2503.20783).
   */
  record DrGrpo() implements LossType {}

  /**
   * The sum over tokens divided by the number of tokens that count in the whole generation batch
   * (DAPO, arXiv:2503.14476); TRL's default. Equal to {@link Bnpo} here, whose batches are whole.
   */
  record Dapo() implements LossType {}

  /** The name in settings, such as {@code dr_grpo}. */
  default String settingName() {
    return switch (this) {
      case Grpo() -> "grpo";
      case Bnpo() -> "bnpo";
      case DrGrpo() -> "dr_grpo";
      case Dapo() -> "dapo";
    };
  }

  /**
   * The loss type of a name.
   *
   * @throws IllegalArgumentException if there is none, listing those there are
   */
  static LossType named(String name) {
    Map<String, LossType> known = new LinkedHashMap<>();
    List.of(new Grpo(), new Bnpo(), new DrGrpo(), new Dapo())
        .forEach(type -> known.put(type.settingName(), type));
    return Settings.choose("loss-type", name, known);
  }
}
