package io.troupe.rollout.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Messages in the form that chat templates read. Values are {@code String}, {@code Long}, {@code
 * BigInteger}, {@code Double}, {@code Boolean}, {@code List}, {@code Map} or null, and are not
 * changed after construction.
 *
 * @param messages at least one, each with a {@code role} and usually {@code content}
 * @param tools JSON schemas of the functions that the model may call; may be empty
 */
public record Conversation(List<Map<String, Object>> messages, List<Map<String, Object>> tools) {

  /** Copies the lists and checks the roles. */
  public Conversation {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("a conversation must have at least one message, got none");
    }
    for (int i = 0; i < messages.size(); i++) {
      if (!(messages.get(i).get("role") instanceof String)) {
        throw new IllegalArgumentException(
            "message %d must have a role that is text, got %s"
                .formatted(i + 1, messages.get(i).get("role")));
      }
    }
  }

  /** The role of the last message, such as {@code user}. */
  public String lastRole() {
    return (String) messages.getLast().get("role");
  }

  /**
   * How the text of this conversation ends if it is a prompt, as in TRL: a completion follows a
   * message of {@code user} or {@code tool}, and continues a message of {@code assistant}.
   *
   * @throws IllegalArgumentException if the last message has another role
   */
  public ConversationEnd endOfPrompt() {
    return switch (lastRole()) {
      case "user", "tool" -> ConversationEnd.GENERATION_PROMPT;
      case "assistant" -> ConversationEnd.CONTINUE_FINAL_MESSAGE;
      default ->
          throw new IllegalArgumentException(
              "the last message of a prompt must have the role user, tool or assistant, got "
                  + lastRole());
    };
  }

  /** This conversation followed by more messages. */
  public Conversation append(List<Map<String, Object>> more) {
    List<Map<String, Object>> all = new ArrayList<>(messages);
    all.addAll(more);
    return new Conversation(all, tools);
  }

  /** This conversation without its last message. */
  public Conversation withoutLast() {
    return new Conversation(messages.subList(0, messages.size() - 1), tools);
  }
}
