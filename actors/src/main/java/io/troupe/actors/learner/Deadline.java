package io.troupe.actors.learner;

import java.time.Duration;

/**
 * The maximum duration of a wait.
 *
 * @param setting that defines it, for error messages
 * @param limit the duration
 */
public record Deadline(String setting, Duration limit) {
  /** The limit and its setting, such as {@code PT10M (deadlines.step)}. */
  @Override
  public String toString() {
    return limit + " (" + setting + ")";
  }
}
