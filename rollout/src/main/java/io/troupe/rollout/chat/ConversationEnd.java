package io.troupe.rollout.chat;

/** How the text of a conversation ends; the arguments of transformers' apply_chat_template. */
public enum ConversationEnd {
  /** After the last message, as for training on the whole conversation. */
  COMPLETE,
  /** With the start of a new message of the assistant ({@code add_generation_prompt}). */
  GENERATION_PROMPT,
  /** Inside the last message, which the model continues ({@code continue_final_message}). */
  CONTINUE_FINAL_MESSAGE
}
