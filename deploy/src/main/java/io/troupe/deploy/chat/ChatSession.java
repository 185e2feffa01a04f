package io.troupe.deploy.chat;

import io.troupe.deploy.generate.TextGeneration;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.chat.Conversation;
import io.troupe.rollout.chat.ConversationEnd;
import io.troupe.rollout.chat.ConversationRenderer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A conversation with a model. Each answer is decoded from all messages before it, which the chat
 * template renders. Not thread-safe.
 */
public final class ChatSession {
  private final TextGeneration generation;
  private final ConversationRenderer renderer;
  private final GenerationConfig config;
  private final Optional<String> system;
  private final List<Map<String, Object>> messages = new ArrayList<>();

  /**
   * A conversation without messages.
   *
   * @param generation the model; the caller closes it
   * @param system the first message, if there is one
   */
  public ChatSession(
      TextGeneration generation,
      ConversationRenderer renderer,
      GenerationConfig config,
      Optional<String> system) {
    this.generation = generation;
    this.renderer = renderer;
    this.config = config;
    this.system = system;
    clear();
  }

  /** Removes all messages but the one of the system. */
  public void clear() {
    messages.clear();
    system.ifPresent(text -> messages.add(message("system", text)));
  }

  /** The messages so far. */
  public List<Map<String, Object>> messages() {
    return List.copyOf(messages);
  }

  private static Map<String, Object> message(String role, String content) {
    return Map.of("role", role, "content", content);
  }

  /**
   * The prompt that a message makes.
   *
   * @param system the first message, if there is one
   * @throws IllegalArgumentException if the chat template does not accept it
   */
  public static Prompt prompt(
      Optional<String> system, String user, ConversationRenderer renderer, Tokenizer tokenizer) {
    List<Map<String, Object>> messages = new ArrayList<>();
    system.ifPresent(text -> messages.add(message("system", text)));
    messages.add(message("user", user));
    return prompt(messages, renderer, tokenizer);
  }

  private static Prompt prompt(
      List<Map<String, Object>> messages, ConversationRenderer renderer, Tokenizer tokenizer) {
    Conversation conversation = new Conversation(messages, List.of());
    String text = renderer.render(conversation, ConversationEnd.GENERATION_PROMPT);
    // the text has its special tokens already
    return new Prompt(0, text, tokenizer.encode(text, false), Map.of());
  }

  /**
   * Adds a message of the user and decodes the answer.
   *
   * @param deltas gets the text of the answer as it is decoded
   * @throws IllegalArgumentException if the conversation does not fit the model's context or the
   *     chat template does not accept it; the message is not added
   * @throws InterruptedException if the calling thread is interrupted; the part of the answer that
   *     has been decoded is added
   */
  public void answer(String user, Consumer<String> deltas) throws InterruptedException {
    messages.add(message("user", user));
    StringBuilder answer = new StringBuilder();
    try {
      Prompt prompt = prompt(messages, renderer, generation.tokenizer());
      generation.generate(
          List.of(prompt),
          config,
          delta -> {
            answer.append(delta);
            deltas.accept(delta);
          },
          sequence -> {});
    } catch (IllegalArgumentException e) {
      messages.removeLast();
      throw e;
    } catch (InterruptedException e) {
      messages.add(message("assistant", answer.toString()));
      throw e;
    }
    messages.add(message("assistant", answer.toString()));
  }
}
