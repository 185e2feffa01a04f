package io.troupe.actors.coordinator;

import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.ScoredGroup;

/**
 * A group that has been issued and has not ended yet.
 *
 * @param spec what is sampled
 * @param attempts how often it has been given to a rollout actor
 * @param stage where it is
 */
record OpenGroup(GroupSpec spec, int attempts, Stage stage) {

  /** Where a group is. */
  sealed interface Stage {
    /** No rollout actor has it. */
    record Waiting() implements Stage {}

    /** A rollout actor decodes it. */
    record Decoding(int workerId) implements Stage {}

    /** It has its samples and is being scored. */
    record Scoring(SampledGroup group) implements Stage {}

    /** It waits for the learner. */
    record Scored(ScoredGroup group) implements Stage {}

    /** The learner trains on it. */
    record Training(ScoredGroup group) implements Stage {}
  }

  OpenGroup at(Stage newStage) {
    return new OpenGroup(spec, attempts, newStage);
  }

  OpenGroup givenTo(int workerId) {
    return new OpenGroup(spec, attempts + 1, new Stage.Decoding(workerId));
  }
}
