package io.troupe.protocols.sample;

import java.util.Map;
import java.util.Objects;

/** What a reward made of a completion. */
public sealed interface Score {

  /**
   * A reward.
   *
   * @param value the weighted sum that training uses; finite
   * @param parts each reward by its name, unweighted, for metrics; a part may be missing where that
   *     reward does not apply
   */
  record Scored(double value, Map<String, Double> parts) implements Score {

    /** Checks that the value is a number. */
    public Scored {
      parts = Map.copyOf(parts);
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a reward must be finite, got " + value);
      }
    }
  }

  /**
   * No reward could be found: the sample is left out of training, never counted as zero.
   *
   * @param reason what went wrong, short and countable, such as "timeout: numeric-match"
   */
  record Unscorable(String reason) implements Score {

    /** Checks that there is a reason. */
    public Unscorable {
      Objects.requireNonNull(reason, "reason");
    }
  }
}
