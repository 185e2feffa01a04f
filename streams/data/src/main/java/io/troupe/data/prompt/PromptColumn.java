package io.troupe.data.prompt;

import io.troupe.data.DataFormatException;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.Value;
import io.troupe.protocols.config.DataConfig;
import io.troupe.rollout.chat.Conversation;
import java.util.List;

/**
 * Finds the prompt of a row: the column that the settings name, else the first of {@code prompt},
 * {@code messages}, {@code question} and {@code text}; or the template, filled with columns.
 */
record PromptColumn(DataConfig config) {
  private static final List<String> DEFAULT_COLUMNS =
      List.of("prompt", "messages", "question", "text");

  /**
   * The column of the prompt; empty if the row has none and the settings have a template.
   *
   * @throws DataFormatException if there is neither
   */
  String name(Row row) {
    if (!config.promptColumn().isEmpty()) {
      return config.promptColumn();
    }
    for (String column : DEFAULT_COLUMNS) {
      if (row.columns().containsKey(column)) {
        return column;
      }
    }
    if (!config.promptTemplate().isEmpty()) {
      return "";
    }
    throw new DataFormatException(
        row.where()
            + " must have a column prompt, messages, question or text, got "
            + row.columnNames()
            + "; name one by prompt-column");
  }

  /**
   * The prompt. A list in the column {@code messages} that ends with an assistant's message is a
   * whole conversation, whose last message is not part of the prompt.
   *
   * @throws DataFormatException if a column is missing, or is neither text nor a list of messages
   */
  PromptContent content(Row row) {
    if (!config.promptTemplate().isEmpty()) {
      return new PromptContent.Text(fill(row));
    }
    String column = name(row);
    Value value = row.require(column);
    if (MessageList.isOne(value)) {
      Conversation conversation = MessageList.read(row, value);
      return new PromptContent.Messages(
          holdsAnswer(column, conversation) ? conversation.withoutLast() : conversation);
    }
    if (value instanceof Value.Items || value instanceof Value.Struct) {
      throw new DataFormatException(
          "%s: column %s must be text or a list of messages with role and content, got %s"
              .formatted(row.where(), column, MessageList.shorten(value.asText())));
    }
    return new PromptContent.Text(row.requireText(column));
  }

  /** Returns whether the last message of a column is the completion that belongs to the prompt. */
  static boolean holdsAnswer(String column, Conversation conversation) {
    return column.equals("messages")
        && conversation.lastRole().equals("assistant")
        && conversation.messages().size() > 1;
  }

  private String fill(Row row) {
    return PromptTemplate.parse(config.promptTemplate()).fill(column -> text(row, column));
  }

  private static String text(Row row, String column) {
    if (MessageList.isOne(row.require(column))) {
      throw new DataFormatException(
          ("%s: column %s in prompt-template must be text, got a list of messages; remove the"
                  + " template, so that the model's chat template is applied")
              .formatted(row.where(), column));
    }
    return row.requireText(column);
  }
}
