package io.troupe.log.record;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A record of a run's log. The store keeps its index and the epoch of the coordinator that appended
 * it. The order of {@link Batch} records is the order of training; everything else counts, marks
 * and explains.
 */
public sealed interface LogRecord {

  /**
   * The first record of a run.
   *
   * @param runId identifies the run
   * @param fingerprint checksum of the configuration and the inputs; nodes with another one cannot
   *     take part
   * @param troupe version of Troupe that began the run
   */
  record RunStarted(String runId, String fingerprint, String troupe) implements LogRecord {

    /** Checks that the texts are set. */
    public RunStarted {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(fingerprint, "fingerprint");
      Objects.requireNonNull(troupe, "troupe");
    }
  }

  /**
   * A coordinator has taken over: the first record of its epoch.
   *
   * @param node name of the coordinator
   */
  record Epoch(String node) implements LogRecord {

    /** Checks that the name is set. */
    public Epoch {
      Objects.requireNonNull(node, "node");
    }
  }

  /**
   * The groups of a training step, in the order of training.
   *
   * @param step from 1
   * @param groups at least one
   */
  record Batch(long step, List<LoggedGroup> groups) implements LogRecord {

    /** Copies the list. */
    public Batch {
      groups = List.copyOf(groups);
      if (step < 1 || groups.isEmpty()) {
        throw new IllegalArgumentException(
            "a batch must have a step >= 1 and groups, got step %d and %d groups"
                .formatted(step, groups.size()));
      }
    }
  }

  /**
   * A group that is not trained.
   *
   * @param groupId id of the group
   * @param reason label of the reason, such as {@code stale}
   * @param attempts number of times that it was given to a rollout node
   * @param sampledBy name of the last rollout node; empty if none
   * @param tokens tokens of its samples; 0 if it has none
   * @param samplesUnscorable its completions without a score by reason
   * @param issuedMillis when it was issued first, as in {@link LoggedGroup}
   */
  record Dropped(
      long groupId,
      String reason,
      int attempts,
      String sampledBy,
      long tokens,
      Map<String, Long> samplesUnscorable,
      long issuedMillis)
      implements LogRecord {

    /** Copies the map. */
    public Dropped {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(sampledBy, "sampledBy");
      samplesUnscorable = Map.copyOf(samplesUnscorable);
      if (groupId < 0 || attempts < 0 || tokens < 0) {
        throw new IllegalArgumentException(
            "a dropped group must have id, attempts and tokens >= 0, got %d, %d and %d"
                .formatted(groupId, attempts, tokens));
      }
    }
  }

  /**
   * A step has been trained: the weights of this version are final.
   *
   * @param step from 1; also the version of the weights
   * @param checksum of the weights
   * @param samplesTrained completions of the step that had a score
   */
  record Committed(long step, long checksum, int samplesTrained) implements LogRecord {}

  /**
   * A checkpoint has been saved: records below {@code purgeBelow} are no longer needed to continue
   * the run.
   *
   * @param step of the checkpoint
   * @param position index after the record that committed the step; {@code counts} include all
   *     records below it, except batches of later steps
   * @param purgeBelow index of the first record that is still needed, at most {@code position}: a
   *     batch of a later step may be in front of it
   * @param counts the ledger at that position
   */
  record Checkpointed(long step, long position, long purgeBelow, LedgerCounts counts)
      implements LogRecord {

    /** Checks the order of the positions. */
    public Checkpointed {
      Objects.requireNonNull(counts, "counts");
      if (step < 0 || purgeBelow < 0 || position < purgeBelow) {
        throw new IllegalArgumentException(
            "a checkpoint must have step >= 0 and 0 <= purgeBelow <= position, got %d, %d and %d"
                .formatted(step, purgeBelow, position));
      }
    }
  }
}
