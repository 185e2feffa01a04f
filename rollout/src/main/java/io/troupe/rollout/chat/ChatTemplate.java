package io.troupe.rollout.chat;

import io.troupe.rollout.jinja.Template;
import io.troupe.rollout.jinja.value.RenderLimits;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chat template of a model: renders conversations as {@code apply_chat_template} of
 * transformers does. Immutable and thread-safe.
 *
 * <p>The text contains the special tokens, the beginning-of-text token included where the template
 * has one. It must be tokenized without adding special tokens, so that there is never a second one.
 */
public final class ChatTemplate implements ConversationRenderer {
  private static final String TOOL_USE = "tool_use";
  private static final String DEFAULT = "default";

  private final String source;
  private final Map<String, NamedTemplate> templates;
  private final Map<String, Value> specialTokens;
  private final Clock clock;

  /** A template and its text, which {@code continue_final_message} looks at. */
  private record NamedTemplate(Template template, String text) {}

  private ChatTemplate(
      String source,
      Map<String, NamedTemplate> templates,
      Map<String, Value> specialTokens,
      Clock clock) {
    this.source = source;
    this.templates = templates;
    this.specialTokens = specialTokens;
    this.clock = clock;
  }

  /**
   * The renderer of a model folder: its chat template, or {@link ConversationRenderer#NONE} if it
   * has none.
   *
   * @throws io.troupe.rollout.tokenizer.TokenizerFormatException if its files cannot be used
   */
  public static ConversationRenderer rendererOf(Path folder) {
    Optional<ChatTemplate> template = find(folder, Clock.systemDefaultZone());
    return template.isPresent() ? template.get() : NONE;
  }

  /**
   * The chat template of a model folder, if it has one.
   *
   * @param clock for templates that print the date
   * @throws io.troupe.rollout.tokenizer.TokenizerFormatException if its files cannot be used
   */
  public static Optional<ChatTemplate> find(Path folder, Clock clock) {
    Map<String, String> texts = ChatTemplateFiles.find(folder);
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    Map<String, NamedTemplate> templates = new HashMap<>();
    texts.forEach(
        (name, text) -> templates.put(name, new NamedTemplate(compile(folder, name, text), text)));
    return Optional.of(
        new ChatTemplate(folder.toString(), templates, SpecialTokenVariables.read(folder), clock));
  }

  private static Template compile(Path folder, String name, String text) {
    try {
      return Template.compile(text);
    } catch (TemplateException e) {
      throw new IllegalArgumentException(
          "the chat template '%s' of %s must be a Jinja template of the supported subset, got %s"
              .formatted(name, folder, e.getMessage()),
          e);
    }
  }

  @Override
  public String render(Conversation conversation, ConversationEnd end) {
    NamedTemplate template = choose(conversation);
    return switch (end) {
      case COMPLETE -> render(template, conversation, false);
      case GENERATION_PROMPT -> render(template, conversation, true);
      case CONTINUE_FINAL_MESSAGE -> {
        FinalMessage message = FinalMessage.of(conversation, template.text());
        yield message.cut(render(template, message.tagged(), false));
      }
    };
  }

  private NamedTemplate choose(Conversation conversation) {
    if (!conversation.tools().isEmpty() && templates.containsKey(TOOL_USE)) {
      return templates.get(TOOL_USE);
    }
    if (!templates.containsKey(DEFAULT)) {
      throw new IllegalArgumentException(
          "the chat templates of %s must include one named 'default', got %s"
              .formatted(source, templates.keySet().stream().sorted().toList()));
    }
    return templates.get(DEFAULT);
  }

  private String render(
      NamedTemplate template, Conversation conversation, boolean addGenerationPrompt) {
    try {
      Map<String, Value> variables = variables(conversation);
      variables.put("add_generation_prompt", Value.bool(addGenerationPrompt));
      return template.template().render(variables, RenderLimits.DEFAULT, clock);
    } catch (TemplateException e) {
      throw new IllegalArgumentException(refusal(e), e);
    }
  }

  private Map<String, Value> variables(Conversation conversation) {
    Map<String, Value> variables = new HashMap<>(specialTokens);
    variables.put("messages", ConversationValues.of(conversation.messages()));
    List<Map<String, Object>> tools = conversation.tools();
    variables.put("tools", tools.isEmpty() ? Value.NONE : ConversationValues.of(tools));
    variables.put("documents", Value.NONE);
    return variables;
  }

  private String refusal(TemplateException e) {
    return e.kind() == TemplateException.Kind.RAISED
        ? "the chat template of %s does not accept the conversation: %s"
            .formatted(source, e.detail())
        : "the chat template of %s cannot render the conversation: %s"
            .formatted(source, e.getMessage());
  }
}
