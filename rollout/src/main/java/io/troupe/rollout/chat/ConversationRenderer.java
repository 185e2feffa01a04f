package io.troupe.rollout.chat;

/** Renders conversations to text. The text contains the special tokens that the model expects. */
@FunctionalInterface
public interface ConversationRenderer {
  /** For models without a chat template: every conversation is an error. */
  ConversationRenderer NONE =
      (conversation, end) -> {
        throw new IllegalArgumentException(
            "the model folder must have chat_template.jinja (or chat_template in"
                + " tokenizer_config.json) for lists of messages, got neither; use a model with a"
                + " chat template, or prompts that are text");
      };

  /**
   * The text of a conversation. It is tokenized without adding special tokens.
   *
   * @throws IllegalArgumentException if the template refuses the conversation
   */
  String render(Conversation conversation, ConversationEnd end);
}
