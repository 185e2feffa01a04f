package io.troupe.streams.http.request;

import io.troupe.serving.model.ServedModel;
import io.troupe.serving.request.JsonFields;
import io.troupe.serving.request.PromptField;

/**
 * The body of {@code /tokenize}: a text in {@code prompt}, or {@code messages} of a chat.
 *
 * @param tokenIds the tokens; may be none
 * @param returnsTokenTexts whether the response has the text of each token
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never changed
public record TokenizeRequest(int[] tokenIds, boolean returnsTokenTexts) {
  /**
   * Reads a body.
   *
   * @throws io.troupe.serving.request.InvalidFieldException naming the field that is not accepted
   */
  public static TokenizeRequest read(JsonFields fields, ServedModel model) {
    ModelField.check(fields, model);
    boolean returnsTokenTexts = fields.flag("return_token_strs").orElse(false);
    int[] tokenIds =
        fields.has("messages")
            ? ChatRequest.prompt(fields, model, ToolFields.read(fields)).tokenIds()
            : text(fields, model);
    fields.requireNoOthers();
    return new TokenizeRequest(tokenIds, returnsTokenTexts);
  }

  private static int[] text(JsonFields fields, ServedModel model) {
    String text =
        fields.text("prompt").orElseThrow(() -> fields.invalid("prompt", "a text", "none"));
    boolean addSpecialTokens = fields.flag("add_special_tokens").orElse(true);
    return PromptField.encode(model, text, addSpecialTokens, "prompt");
  }
}
