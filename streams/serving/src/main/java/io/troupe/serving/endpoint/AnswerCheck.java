package io.troupe.serving.endpoint;

import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.constraint.validation.OutputValidator;
import java.util.Optional;

/**
 * Checks completed answers against the constraint of their request, independently of the automaton
 * that has restricted their tokens: a client never gets an answer that is called complete and
 * breaks its schema.
 *
 * @param validator of the constraint
 */
record AnswerCheck(OutputValidator validator) {

  /**
   * The check of a constraint.
   *
   * @throws IllegalArgumentException if the constraint cannot be read
   */
  static AnswerCheck of(OutputConstraint constraint) {
    return new AnswerCheck(OutputValidator.of(constraint));
  }

  /** What is wrong with an answer of a group, if anything is; answers that were cut off may be. */
  Optional<String> violation(SampledGroup group) {
    return group.completions().stream()
        .filter(completion -> isComplete(completion.finishReason()))
        .map(Completion::text)
        .flatMap(text -> validator.violation(text).stream())
        .findFirst();
  }

  private static boolean isComplete(FinishReason reason) {
    return reason instanceof FinishReason.EndOfText || reason instanceof FinishReason.ConstraintMet;
  }
}
