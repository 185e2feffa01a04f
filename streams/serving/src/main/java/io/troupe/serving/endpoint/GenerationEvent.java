package io.troupe.serving.endpoint;

import io.troupe.rollout.service.DecodingEvent;

/** An event of a {@link Generation}. */
public sealed interface GenerationEvent {
  /** The index of the prompt in its request. */
  int promptIndex();

  /** The log-probabilities of a prompt, before its first token. */
  record PromptScored(int promptIndex, DecodingEvent.PromptScored scored)
      implements GenerationEvent {}

  /** A token of a completion. */
  record Token(int promptIndex, DecodingEvent.TokenDecoded token) implements GenerationEvent {}

  /** All completions of a prompt have ended. The last one of these ends the generation. */
  record Completed(int promptIndex, DecodingEvent.RequestCompleted result)
      implements GenerationEvent {}

  /** The event of one prompt's stream. */
  static GenerationEvent of(int promptIndex, DecodingEvent event) {
    return switch (event) {
      case DecodingEvent.PromptScored scored -> new PromptScored(promptIndex, scored);
      case DecodingEvent.TokenDecoded token -> new Token(promptIndex, token);
      case DecodingEvent.RequestCompleted result -> new Completed(promptIndex, result);
    };
  }
}
