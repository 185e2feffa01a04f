package io.troupe.protocols.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Divisor of the difference from the group's mean reward: TRL's {@code scale_rewards}. */
public sealed interface ScaleRewards {

  /** The standard deviation of the group; the default. */
  record ByGroup() implements ScaleRewards {}

  /** The standard deviation of all rewards of the batch (arXiv:2508.08221). */
  record ByBatch() implements ScaleRewards {}

  /** Nothing (Dr. GRPO, arXiv:2503.20783). */
  record Unscaled() implements ScaleRewards {}

  /** The divisors by their names in settings. */
  Map<String, ScaleRewards> BY_NAME = byName();

  private static Map<String, ScaleRewards> byName() {
    Map<String, ScaleRewards> byName = new LinkedHashMap<>();
    byName.put("group", new ByGroup());
    byName.put("batch", new ByBatch());
    byName.put("none", new Unscaled());
    return Collections.unmodifiableMap(byName);
  }
}
