package io.troupe.actors.coordinator;

import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.ScoredGroup;

/**
 * A group that is issued, and neither trained nor dropped.
 *
 * @param spec of the samples
 * @param attempts number of rollout actors that it was assigned to
 * @param stage of its processing
 */
record OpenGroup(GroupSpec spec, int attempts, Stage stage) {

  /** The stage of a group. */
  sealed interface Stage {
    /** It waits for a rollout actor. */
    record Waiting() implements Stage {}

    /** A rollout actor decodes it. */
    record Decoding(int workerId) implements Stage {}

    /** It is being scored. */
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
