package io.troupe.actors.cluster.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A part that a node takes in a clustered run. A node may have several. */
public enum Role {
  /** Issues groups, and appends to the experience log. One coordinator is active at a time. */
  COORDINATOR,
  /** Follows the log and trains. */
  LEARNER,
  /** Samples groups. */
  ROLLOUT,
  /** Scores groups. */
  REWARD;

  /** The name in messages and options, such as {@code rollout}. */
  @JsonValue
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The role with a label.
   *
   * @throws IllegalArgumentException if there is none
   */
  @JsonCreator
  public static Role of(String label) {
    for (Role role : values()) {
      if (role.label().equals(label)) {
        return role;
      }
    }
    String labels = Arrays.stream(values()).map(Role::label).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("role must be one of " + labels + ", got " + label);
  }
}
