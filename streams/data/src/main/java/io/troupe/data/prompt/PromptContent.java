package io.troupe.data.prompt;

import io.troupe.data.DataFormatException;
import io.troupe.data.rows.Row;
import io.troupe.rollout.chat.Conversation;
import io.troupe.rollout.chat.ConversationRenderer;

/** The prompt of a row before tokenization. */
sealed interface PromptContent {
  /** Text, which is tokenized with the special tokens that the model expects. */
  record Text(String text) implements PromptContent {}

  /** Messages, which the model's chat template turns into text. */
  record Messages(Conversation conversation) implements PromptContent {
    /**
     * The text that the model completes.
     *
     * @throws DataFormatException naming the row, if the template refuses the messages
     */
    String render(ConversationRenderer renderer, Row row) {
      try {
        return renderer.render(conversation, conversation.endOfPrompt());
      } catch (IllegalArgumentException e) {
        throw new DataFormatException(row.where() + ": " + e.getMessage(), e);
      }
    }
  }
}
