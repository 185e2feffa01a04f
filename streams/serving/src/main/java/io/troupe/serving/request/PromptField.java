package io.troupe.serving.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.protocols.config.LoadConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.serving.model.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The field {@code prompt}: a text, texts, token ids, or lists of token ids. */
public final class PromptField {
  static final String NAME = "prompt";

  private final ServedModel model;
  private final boolean addSpecialTokens;

  private PromptField(ServedModel model, boolean addSpecialTokens) {
    this.model = model;
    this.addSpecialTokens = addSpecialTokens;
  }

  /**
   * Reads the field.
   *
   * @param addSpecialTokens whether texts get the special tokens that the model expects around them
   * @return at least one; their ids count from 0
   * @throws InvalidFieldException if the field is absent or has another form
   */
  public static List<Prompt> read(
      JsonFields fields, ServedModel model, LoadConfig limits, boolean addSpecialTokens) {
    JsonNode value =
        fields
            .node(NAME)
            .orElseThrow(() -> fields.invalid(NAME, "a text or a list of token ids", "none"));
    return new PromptField(model, addSpecialTokens).prompts(value, limits.maxPrompts());
  }

  private List<Prompt> prompts(JsonNode value, int maxPrompts) {
    if (value.isTextual() || isIds(value)) {
      return List.of(prompt(0, value));
    }
    if (!value.isArray() || value.isEmpty()) {
      throw InvalidFieldException.of(
          NAME, "a text, a list of texts, token ids or lists of token ids", shortened(value));
    }
    if (value.size() > maxPrompts) {
      throw InvalidFieldException.of(
          NAME, "at most max-prompts=" + maxPrompts + " prompts", value.size());
    }
    List<Prompt> prompts = new ArrayList<>(value.size());
    for (JsonNode item : value) {
      prompts.add(prompt(prompts.size(), item));
    }
    return prompts;
  }

  private static boolean isIds(JsonNode value) {
    return value.isArray() && !value.isEmpty() && value.get(0).isNumber();
  }

  private Prompt prompt(int index, JsonNode value) {
    String source = NAME + "[" + index + "]";
    if (value.isTextual()) {
      return ofText(model, index, value.textValue(), addSpecialTokens, source);
    }
    if (!value.isArray()) {
      throw InvalidFieldException.of(NAME, "texts or lists of token ids", shortened(value));
    }
    int[] ids = new int[value.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = value.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw unknownId(model, shortened(id));
      }
      ids[i] = id.intValue();
    }
    return ofIds(model, index, ids, source);
  }

  /**
   * The prompt of token ids.
   *
   * @param id of the prompt
   * @param source names the prompt in messages
   * @throws InvalidFieldException if there is none, or one is outside the vocabulary
   */
  public static Prompt ofIds(ServedModel model, long id, int[] tokenIds, String source) {
    for (int tokenId : tokenIds) {
      if (tokenId < 0 || tokenId >= model.config().vocabSize()) {
        throw unknownId(model, tokenId);
      }
    }
    requireTokens(tokenIds, source);
    return new Prompt(id, model.tokenizer().decode(tokenIds), tokenIds, Map.of(), source);
  }

  private static InvalidFieldException unknownId(ServedModel model, Object got) {
    return InvalidFieldException.of(
        NAME, "token ids in [0, " + (model.config().vocabSize() - 1) + "]", got);
  }

  /**
   * The prompt of a text.
   *
   * @param id of the prompt
   * @param source names the prompt in messages
   * @throws InvalidFieldException if the text has no tokens, or a character without a token
   */
  public static Prompt ofText(
      ServedModel model, long id, String text, boolean addSpecialTokens, String source) {
    int[] tokenIds = encode(model, text, addSpecialTokens, source);
    requireTokens(tokenIds, source);
    return new Prompt(id, text, tokenIds, Map.of(), source);
  }

  private static void requireTokens(int[] tokenIds, String source) {
    if (tokenIds.length == 0) {
      throw InvalidFieldException.of(NAME, "at least one token", source + " without tokens");
    }
  }

  /**
   * The tokens of a text; may be none.
   *
   * @param source names the text in messages
   * @throws InvalidFieldException if the text has a character without a token
   */
  public static int[] encode(
      ServedModel model, String text, boolean addSpecialTokens, String source) {
    try {
      return model.tokenizer().encode(text, addSpecialTokens);
    } catch (IllegalArgumentException e) { // a character without a token
      throw new InvalidFieldException(NAME, source + ": " + e.getMessage());
    }
  }

  private static String shortened(JsonNode value) {
    return value.isContainerNode() ? "a JSON " + value.getNodeType() : value.toString();
  }
}
