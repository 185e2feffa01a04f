package io.troupe.actors.ledger;

/** A group that is issued, and neither trained nor dropped. */
final class OpenGroup {

  /** The stage of a group. */
  sealed interface Stage {
    /** It waits for a rollout worker. */
    record Waiting() implements Stage {}

    /** A rollout worker decodes it. */
    record Decoding(int workerId) implements Stage {}

    /** It is being scored. */
    record Scoring() implements Stage {}

    /** It waits for the learner. */
    record Scored(GroupDigest digest) implements Stage {}

    /** The learner trains on it. */
    record Training() implements Stage {}
  }

  final long groupId;

  /** Number of workers that it was assigned to. */
  int assignments;

  /** Number of workers that failed with it. */
  int failures;

  Stage stage;

  OpenGroup(long groupId, Stage stage) {
    this.groupId = groupId;
    this.stage = stage;
  }
}
