package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.learner.Training;
import io.troupe.actors.rollout.Decoding;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Decorates the work of actors, so that tests can inject failures.
 *
 * @param decoding decorates the work of each rollout actor
 * @param training decorates the work of the learner
 */
record WorkDecorators(
    UnaryOperator<Decoding> decoding, UnaryOperator<Training<List<ScoredGroup>, Ledger>> training) {
  /** Changes nothing. */
  static final WorkDecorators NONE =
      new WorkDecorators(UnaryOperator.identity(), UnaryOperator.identity());
}
