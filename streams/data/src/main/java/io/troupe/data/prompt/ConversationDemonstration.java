package io.troupe.data.prompt;

import io.troupe.data.DataFormatException;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.Value;
import io.troupe.rollout.chat.Conversation;
import io.troupe.rollout.chat.ConversationEnd;
import io.troupe.rollout.chat.ConversationRenderer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A demonstration of a row with messages: the column {@code messages} that ends with an assistant's
 * message, or a prompt of messages and the column {@code completion} with messages or text.
 *
 * @param prompt the messages that come before
 * @param whole the same messages and those that are learned
 */
record ConversationDemonstration(Conversation prompt, Conversation whole) {
  private static final String COMPLETION = "completion";

  /**
   * The demonstration of a row; empty if its prompt is text.
   *
   * @throws DataFormatException if the row has no completion
   */
  static Optional<ConversationDemonstration> find(Row row, PromptColumn column) {
    if (!(column.content(row) instanceof PromptContent.Messages(Conversation prompt))) {
      return Optional.empty();
    }
    if (row.columns().containsKey(COMPLETION)) {
      return Optional.of(new ConversationDemonstration(prompt, prompt.append(completion(row))));
    }
    Conversation all = MessageList.read(row, row.require(column.name(row)));
    if (all.messages().size() == prompt.messages().size()) {
      throw new DataFormatException(
          row.where()
              + ": a demonstration must have the column completion, or messages that end with an"
              + " assistant's message");
    }
    return Optional.of(new ConversationDemonstration(prompt, all));
  }

  private static List<Map<String, Object>> completion(Row row) {
    Value value = row.require(COMPLETION);
    return MessageList.isOne(value)
        ? MessageList.messages(row, value)
        : List.of(Map.of("role", "assistant", "content", row.requireText(COMPLETION)));
  }

  /**
   * Renders both conversations.
   *
   * @throws IllegalArgumentException if the rendered prompt is not the start of the whole text
   */
  DemonstrationText render(ConversationRenderer renderer) {
    String start = renderer.render(prompt, prompt.endOfPrompt());
    String text = renderer.render(whole, ConversationEnd.COMPLETE);
    if (!text.startsWith(start) || text.length() == start.length()) {
      throw new IllegalArgumentException(
          "the chat template must render the prompt as the start of the whole conversation, and"
              + " the completion after it");
    }
    return new DemonstrationText(start, text, /* addSpecialTokens= */ false);
  }
}
