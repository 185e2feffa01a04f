package io.troupe.data.prompt;

import io.troupe.rollout.chat.Conversation;

/** The prompt of a row before tokenization. */
sealed interface PromptContent {
  /** Text, which is tokenized with the special tokens that the model expects. */
  record Text(String text) implements PromptContent {}

  /** Messages, which the model's chat template turns into text. */
  record Messages(Conversation conversation) implements PromptContent {}
}
