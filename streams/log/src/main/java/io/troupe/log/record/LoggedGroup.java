package io.troupe.log.record;

import io.troupe.protocols.sample.ScoredGroup;
import java.util.Objects;

/**
 * A group as it is trained, and where it comes from. Times are for people; nothing depends on them.
 *
 * @param group samples and scores
 * @param attempts number of times that it was given to a rollout node, at least 1
 * @param sampledBy name of the rollout node
 * @param scoredBy name of the reward node
 * @param issuedMillis when it was issued first, in milliseconds since 1970 by the clock of the
 *     coordinator
 * @param sampledMillis when its samples were complete
 * @param scoredMillis when its scores arrived
 */
public record LoggedGroup(
    ScoredGroup group,
    int attempts,
    String sampledBy,
    String scoredBy,
    long issuedMillis,
    long sampledMillis,
    long scoredMillis) {

  /** Checks the number of attempts. */
  public LoggedGroup {
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(sampledBy, "sampledBy");
    Objects.requireNonNull(scoredBy, "scoredBy");
    if (attempts < 1) {
      throw new IllegalArgumentException(
          "a logged group must have at least 1 attempt, got " + attempts);
    }
  }

  /** Id of the group. */
  public long groupId() {
    return group.group().spec().groupId();
  }
}
