package io.troupe.streams.http.request;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.chat.Conversation;
import io.troupe.rollout.chat.ConversationEnd;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.request.GenerationFields;
import io.troupe.serving.request.GenerationRequest;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.serving.request.JsonFields;
import io.troupe.serving.request.PromptField;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads the body of {@code /v1/chat/completions}. */
public final class ChatRequest {
  private ChatRequest() {}

  /**
   * Reads a body.
   *
   * @param id of the request
   * @param owner name of the caller
   * @throws InvalidFieldException naming the field that is not accepted
   */
  public static ApiRequest read(
      JsonFields fields, RequestContext context, String id, String owner) {
    ModelField.check(fields, context.model());
    OutputFields output = OutputFields.ofChat(fields);
    GenerationFields settings =
        GenerationFields.read(fields, context.defaults(), OptionalInt.empty(), context.limits());
    if (settings.scoresPrompt()) {
      throw fields.invalid("max_tokens", "at least 1", 0);
    }
    fields.text("user"); // for the client's own records
    ToolFields tools = ToolFields.read(fields);
    Prompt prompt = prompt(fields, context.model(), tools);
    fields.requireNoOthers();
    GenerationRequest generation =
        new GenerationRequest(
            id,
            owner,
            List.of(prompt),
            constrained(fields, settings.config(), tools),
            Events.TOKENS,
            settings.specialTokens(),
            output.decoded(true));
    return new ApiRequest(generation, output, tools.use());
  }

  private static GenerationConfig constrained(
      JsonFields fields, GenerationConfig config, ToolFields tools) {
    if (tools.constraint().isEmpty()) {
      return config;
    }
    if (!(config.constraint() instanceof OutputConstraint.None)) {
      throw fields.invalid(
          "response_format", "absent if tool_choice requires a call", "another constraint");
    }
    return config.withConstraint(tools.constraint().get());
  }

  /**
   * Reads messages and renders them.
   *
   * @param fields of a chat, or of {@code /tokenize}
   */
  static Prompt prompt(JsonFields fields, ServedModel model, ToolFields tools) {
    List<Map<String, Object>> messages = Messages.read(fields);
    ConversationEnd end = end(fields);
    boolean addSpecialTokens = fields.flag("add_special_tokens").orElse(false);
    Conversation plain = new Conversation(messages, List.of());
    String text = render(model, plain, end);
    if (!tools.rendered().isEmpty()) {
      String withTools = render(model, new Conversation(messages, tools.rendered()), end);
      if (withTools.equals(text)) {
        throw fields.invalid(
            "tools", "absent: the model's chat template does not use them", "tools");
      }
      text = withTools;
    }
    return PromptField.ofText(model, 0, text, addSpecialTokens, "messages");
  }

  private static String render(ServedModel model, Conversation conversation, ConversationEnd end) {
    try {
      return model.renderer().render(conversation, end);
    } catch (IllegalArgumentException e) {
      throw new InvalidFieldException("messages", e.getMessage());
    }
  }

  private static ConversationEnd end(JsonFields fields) {
    boolean continues = fields.flag("continue_final_message").orElse(false);
    boolean begins = fields.flag("add_generation_prompt").orElse(!continues);
    if (continues && begins) {
      throw fields.invalid(
          "add_generation_prompt", "false if continue_final_message is true", true);
    }
    if (continues) {
      return ConversationEnd.CONTINUE_FINAL_MESSAGE;
    }
    return begins ? ConversationEnd.GENERATION_PROMPT : ConversationEnd.COMPLETE;
  }
}
