package io.troupe.rollout.chat;

/** Renders conversations to text. The text contains the special tokens that the model expects. */
@FunctionalInterface
public interface ConversationRenderer {
  /** For models without a chat template: every conversation is an error. */
  ConversationRenderer NONE =
      (conversation, end) -> {
        throw new IllegalArgumentException(
            "a list of messages needs a chat template, and the model folder has none; use a model"
                + " with chat_template.jinja, or a column of text");
      };

  /**
   * The text of a conversation. It is tokenized without adding special tokens.
   *
   * @throws IllegalArgumentException if the template refuses the conversation
   */
  String render(Conversation conversation, ConversationEnd end);
}
