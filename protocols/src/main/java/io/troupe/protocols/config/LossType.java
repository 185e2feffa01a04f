package io.troupe.protocols.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the losses of tokens are combined into the loss of a batch: TRL's {@code loss_type}. */
public sealed interface LossType {

  /** The mean over samples of the mean over a sample's tokens (DeepSeekMath, arXiv:2402.03300). */
  record Grpo() implements LossType {}

  /** The sum over tokens divided by the number of tokens that count (batch-normalized). */
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

  /** The loss types by their names in settings. */
  Map<String, LossType> BY_NAME = byName();

  private static Map<String, LossType> byName() {
    Map<String, LossType> byName = new LinkedHashMap<>();
    byName.put("grpo", new Grpo());
    byName.put("bnpo", new Bnpo());
    byName.put("dr_grpo", new DrGrpo());
    byName.put("dapo", new Dapo());
    return Collections.unmodifiableMap(byName);
  }
}
