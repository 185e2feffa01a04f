package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.learner.Training;
import io.troupe.actors.rollout.Decoding;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Decorates the work of actors, so that tests can inject failures.
 *
 * @param decoding decorates the work of each rollout actor
 * @param training decorates the work of the learner
 * @param backend decorates the operations of an attempt
 */
record WorkDecorators(
    UnaryOperator<Decoding> decoding,
    UnaryOperator<Training<List<ScoredGroup>, Ledger>> training,
    UnaryOperator<CpuBackend> backend) {
  /** Changes nothing. */
  static final WorkDecorators NONE =
      new WorkDecorators(
          UnaryOperator.identity(), UnaryOperator.identity(), UnaryOperator.identity());
}
