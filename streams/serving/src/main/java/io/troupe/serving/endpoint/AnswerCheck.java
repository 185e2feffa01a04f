package io.troupe.serving.endpoint;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
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

  /** What is wrong with a complete answer of an event, if anything is; others may be cut off. */
  Optional<String> violation(GenerationEvent event) {
    return switch (event) {
      case GenerationEvent.PromptScored _ -> Optional.empty();
      case GenerationEvent.Token token -> token.token().ended().flatMap(this::violation);
      case GenerationEvent.Completed completed ->
          completed.result().group().completions().stream()
              .flatMap(completion -> violation(completion).stream())
              .findFirst();
    };
  }

  private Optional<String> violation(Completion completion) {
    return isComplete(completion.finishReason())
        ? validator.violation(completion.text())
        : Optional.empty();
  }

  private static boolean isComplete(FinishReason reason) {
    return reason instanceof FinishReason.EndOfText || reason instanceof FinishReason.ConstraintMet;
  }
}
