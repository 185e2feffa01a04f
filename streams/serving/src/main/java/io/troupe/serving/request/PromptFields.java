package io.troupe.serving.request;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.protocols.config.LoadConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.chat.Conversation;
import io.troupe.serving.model.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The prompts of a request: {@code prompt} (a text, a list of texts, a list of token ids, or a list
 * of lists of token ids) or {@code messages} (a conversation). Texts are encoded with the special
 * tokens that the model expects; conversations have them from the chat template.
 */
public final class PromptFields {
  private static final String MESSAGES = "messages";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> MESSAGE = new TypeReference<>() {};

  private PromptFields() {}

  /**
   * Reads the prompts out of a request.
   *
   * @return at least one; their ids count from 0
   * @throws InvalidFieldException if neither or both fields are present, or one has another form
   */
  public static List<Prompt> read(JsonFields fields, ServedModel model, LoadConfig limits) {
    boolean isText = fields.has(PromptField.NAME);
    if (isText == fields.has(MESSAGES)) {
      throw fields.invalid(
          PromptField.NAME,
          "present if and only if messages is absent",
          isText ? "both" : "neither");
    }
    return isText
        ? PromptField.read(fields, model, limits, true)
        : List.of(conversation(fields, model));
  }

  private static Prompt conversation(JsonFields fields, ServedModel model) {
    JsonNode value = fields.node(MESSAGES).orElseThrow();
    if (!value.isArray()) {
      throw fields.invalid(MESSAGES, "a list of messages", value);
    }
    List<Map<String, Object>> messages = new ArrayList<>();
    for (JsonNode message : value) {
      if (!message.isObject()) {
        throw fields.invalid(MESSAGES, "a list of objects", message);
      }
      messages.add(JSON.convertValue(message, MESSAGE));
    }
    return ofConversation(model, 0, messages);
  }

  /**
   * The prompt of a conversation.
   *
   * @param id of the prompt
   * @throws InvalidFieldException if the model has no chat template, or it refuses the conversation
   */
  public static Prompt ofConversation(
      ServedModel model, long id, List<Map<String, Object>> messages) {
    String text;
    try {
      Conversation conversation = new Conversation(messages, List.of());
      text = model.renderer().render(conversation, conversation.endOfPrompt());
    } catch (IllegalArgumentException | NullPointerException e) { // copies refuse null
      throw new InvalidFieldException(MESSAGES, "messages: " + e.getMessage());
    }
    return PromptField.ofText(model, id, text, false, MESSAGES);
  }
}
