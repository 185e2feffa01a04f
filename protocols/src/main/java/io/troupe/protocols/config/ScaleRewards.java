package io.troupe.protocols.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the difference from the group's mean reward is divided by: TRL's {@code scale_rewards}. */
public sealed interface ScaleRewards {

  /** The standard deviation of the group; the default. */
  record ByGroup() implements ScaleRewards {}

  /** The standard deviation of all rewards of the batch (arXiv:2508.08221). */
  record ByBatch() implements ScaleRewards {}

  /** Nothing (Dr. GRPO, arXiv:2503.20783). */
  record Unscaled() implements ScaleRewards {}

  /** The name in settings, such as {@code group}. */
  default String settingName() {
    return switch (this) {
      case ByGroup() -> "group";
      case ByBatch() -> "batch";
      case Unscaled() -> "none";
    };
  }

  /**
   * The scaling of a name.
   *
   * @throws IllegalArgumentException if there is none, listing those there are
   */
  static ScaleRewards named(String name) {
    Map<String, ScaleRewards> known = new LinkedHashMap<>();
    List.of(new ByGroup(), new ByBatch(), new Unscaled())
        .forEach(scale -> known.put(scale.settingName(), scale));
    return Settings.choose("scale-rewards", name, known);
  }
}
