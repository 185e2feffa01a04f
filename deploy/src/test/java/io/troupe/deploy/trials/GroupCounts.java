package io.troupe.deploy.trials;

import io.troupe.log.record.LogRecord.Batch;
import io.troupe.log.record.LogRecord.Dropped;
import io.troupe.log.record.LoggedGroup;
import java.util.HashSet;
import java.util.Set;

/** How often the groups of a run were trained, by its log. */
public final class GroupCounts {
  private final Set<Long> trained = new HashSet<>();
  private long last = -1;
  private int numTwice;
  private int numDropped;
  private int numIssuedAgain;
  private long steps;

  void trained(Batch batch) {
    steps++;
    if (batch.step() != steps) {
      throw new IllegalStateException(
          "the batch of step %d must be next, got %d".formatted(steps, batch.step()));
    }
    for (LoggedGroup group : batch.groups()) {
      if (!trained.add(group.groupId())) {
        numTwice++;
      }
      if (group.attempts() > 1) {
        numIssuedAgain++;
      }
      last = Math.max(last, group.groupId());
    }
  }

  void dropped(Dropped dropped) {
    numDropped++;
    last = Math.max(last, dropped.groupId());
  }

  /** Groups in batches. */
  public int numTrained() {
    return trained.size();
  }

  /** Groups that are in more than one batch, or twice in one. */
  public int numTwice() {
    return numTwice;
  }

  /** Groups up to the last one that are neither trained nor dropped with a reason. */
  public long numLost() {
    return last + 1 - trained.size() - numDropped;
  }

  /** Groups that were dropped with a reason. */
  public int numDropped() {
    return numDropped;
  }

  /** Groups that were given to more than one rollout node. */
  public int numIssuedAgain() {
    return numIssuedAgain;
  }
}
