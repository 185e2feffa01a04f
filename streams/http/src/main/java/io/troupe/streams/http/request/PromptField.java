package io.troupe.streams.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.serving.request.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The field {@code prompt}: a text, texts, token ids, or lists of token ids. */
final class PromptField {
  private static final String NAME = "prompt";

  private final ServedModel model;
  private final boolean addSpecialTokens;

  private PromptField(ServedModel model, boolean addSpecialTokens) {
    this.model = model;
    this.addSpecialTokens = addSpecialTokens;
  }

  /**
   * Reads the field.
   *
   * @param maxPrompts maximum number of prompts
   */
  static List<Prompt> read(JsonFields fields, ServedModel model, int maxPrompts) {
    boolean addSpecialTokens = fields.flag("add_special_tokens").orElse(true);
    JsonNode value =
        fields
            .node(NAME)
            .orElseThrow(() -> fields.invalid(NAME, "a text or a list of token ids", "none"));
    return new PromptField(model, addSpecialTokens).prompts(value, maxPrompts);
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
      throw InvalidFieldException.of(NAME, "at most " + maxPrompts + " prompts", value.size());
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
      return ofText(index, value.textValue(), model.tokenizer(), addSpecialTokens, source);
    }
    if (!value.isArray()) {
      throw InvalidFieldException.of(NAME, "texts or lists of token ids", shortened(value));
    }
    int[] ids = new int[value.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = id(value.get(i));
    }
    if (ids.length == 0) {
      throw InvalidFieldException.of(NAME, "at least one token", source + " without tokens");
    }
    return new Prompt(index, model.tokenizer().decode(ids), ids, Map.of(), source);
  }

  private int id(JsonNode value) {
    int vocabSize = model.config().vocabSize();
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 0
        || value.intValue() >= vocabSize) {
      throw InvalidFieldException.of(NAME, "token ids in [0, " + vocabSize + ")", shortened(value));
    }
    return value.intValue();
  }

  /** A prompt that is text. */
  static Prompt ofText(
      int index, String text, Tokenizer tokenizer, boolean addSpecialTokens, String source) {
    int[] ids = encode(text, tokenizer, addSpecialTokens, source);
    if (ids.length == 0) {
      throw InvalidFieldException.of(NAME, "at least one token", source + " without tokens");
    }
    return new Prompt(index, text, ids, Map.of(), source);
  }

  /** The tokens of a text. */
  static int[] encode(String text, Tokenizer tokenizer, boolean addSpecialTokens, String source) {
    try {
      return tokenizer.encode(text, addSpecialTokens);
    } catch (IllegalArgumentException e) { // a character without a token
      throw new InvalidFieldException(NAME, source + ": " + e.getMessage());
    }
  }

  private static String shortened(JsonNode value) {
    return value.isContainerNode() ? "a JSON " + value.getNodeType() : value.toString();
  }
}
