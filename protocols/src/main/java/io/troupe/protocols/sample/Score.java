package io.troupe.protocols.sample;

import java.util.Map;
import java.util.Objects;

/** The result of scoring a completion. */
public sealed interface Score {

  /**
   * The rewards of a completion.
   *
   * @param value the weighted sum that training uses; finite
   * @param parts unweighted rewards by name, for metrics; a reward that does not apply may be
   *     missing
   */
  record Scored(double value, Map<String, Double> parts) implements Score {

    /** Checks that the value is finite. */
    public Scored {
      parts = Map.copyOf(parts);
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("reward must be finite, got " + value);
      }
    }
  }

  /**
   * The completion cannot be scored: it is excluded from training and never counts as 0.
   *
   * @param reason short and countable, such as "timeout: numeric-match"
   */
  record Unscorable(String reason) implements Score {

    /** Checks that the reason is set. */
    public Unscorable {
      Objects.requireNonNull(reason, "reason");
    }
  }
}
