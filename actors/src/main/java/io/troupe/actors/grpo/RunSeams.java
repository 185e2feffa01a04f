package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.LedgerState;
import io.troupe.actors.learner.Training;
import io.troupe.actors.rollout.Decoding;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where tests stand between the actors of a run and their work, to make it fail.
 *
 * @param decoding around the work of each rollout actor
 * @param training around the work of the learner
 */
record RunSeams(
    UnaryOperator<Decoding> decoding,
    UnaryOperator<Training<List<ScoredGroup>, LedgerState>> training) {
  /** Nobody stands between. */
  static final RunSeams NONE = new RunSeams(UnaryOperator.identity(), UnaryOperator.identity());
}
