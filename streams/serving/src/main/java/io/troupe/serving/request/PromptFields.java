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
  private static final String PROMPT = "prompt";
  private static final String MESSAGES = "messages";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> MESSAGE = new TypeReference<>() {};

  private final JsonFields fields;
  private final ServedModel model;
  private final LoadConfig limits;

  private PromptFields(JsonFields fields, ServedModel model, LoadConfig limits) {
    this.fields = fields;
    this.model = model;
    this.limits = limits;
  }

  /**
   * Reads the prompts out of a request.
   *
   * @return at least one; their ids count from 0
   * @throws InvalidFieldException if neither or both fields are present, or one has another form
   */
  public static List<Prompt> read(JsonFields fields, ServedModel model, LoadConfig limits) {
    if (fields.has(PROMPT) == fields.has(MESSAGES)) {
      throw fields.invalid(
          PROMPT,
          "present if and only if messages is absent",
          fields.has(PROMPT) ? "both" : "neither");
    }
    PromptFields prompts = new PromptFields(fields, model, limits);
    return fields.has(PROMPT)
        ? prompts.prompts(fields.node(PROMPT).orElseThrow())
        : List.of(prompts.conversation(fields.node(MESSAGES).orElseThrow()));
  }

  private List<Prompt> prompts(JsonNode value) {
    if (value.isTextual()) {
      return List.of(ofText(model, 0, value.textValue()));
    }
    if (!value.isArray() || value.isEmpty()) {
      throw invalid(value);
    }
    if (value.get(0).isNumber()) {
      return List.of(ofIds(model, 0, ids(value)));
    }
    if (value.size() > limits.maxPrompts()) {
      throw fields.invalid(
          PROMPT, "at most max-prompts=" + limits.maxPrompts() + " prompts", value.size());
    }
    List<Prompt> prompts = new ArrayList<>();
    for (JsonNode item : value) {
      int id = prompts.size();
      prompts.add(
          item.isTextual() ? ofText(model, id, item.textValue()) : ofIds(model, id, ids(item)));
    }
    return prompts;
  }

  private int[] ids(JsonNode list) {
    if (!list.isArray() || list.isEmpty()) {
      throw invalid(list);
    }
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = list.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw invalid(id);
      }
      ids[i] = id.intValue();
    }
    return ids;
  }

  private InvalidFieldException invalid(JsonNode value) {
    return fields.invalid(PROMPT, "a text, token ids, or a list of these, not empty", value);
  }

  private Prompt conversation(JsonNode value) {
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
   * The prompt of a text.
   *
   * @param id of the prompt
   * @throws InvalidFieldException if the text has no tokens
   */
  public static Prompt ofText(ServedModel model, long id, String text) {
    return encoded(model, PROMPT, id, text, true);
  }

  /**
   * The prompt of token ids.
   *
   * @param id of the prompt
   * @throws InvalidFieldException if there is none, or one is outside the vocabulary
   */
  public static Prompt ofIds(ServedModel model, long id, int[] tokenIds) {
    int vocabSize = model.config().vocabSize();
    for (int tokenId : tokenIds) {
      if (tokenId < 0 || tokenId >= vocabSize) {
        throw InvalidFieldException.of(
            PROMPT, "token ids in [0, " + (vocabSize - 1) + "]", tokenId);
      }
    }
    if (tokenIds.length == 0) {
      throw InvalidFieldException.of(PROMPT, "at least one token", "none");
    }
    return new Prompt(id, model.tokenizer().decode(tokenIds, false), tokenIds, Map.of());
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
    return encoded(model, MESSAGES, id, text, false);
  }

  private static Prompt encoded(
      ServedModel model, String field, long id, String text, boolean addSpecialTokens) {
    int[] tokenIds;
    try {
      tokenIds = model.tokenizer().encode(text, addSpecialTokens);
    } catch (IllegalArgumentException e) { // a character without a token
      throw new InvalidFieldException(field, field + ": " + e.getMessage());
    }
    if (tokenIds.length == 0) {
      throw InvalidFieldException.of(field, "at least one token", "none");
    }
    return new Prompt(id, text, tokenIds, Map.of());
  }
}
