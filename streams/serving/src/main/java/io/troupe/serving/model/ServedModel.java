package io.troupe.serving.model;

import io.troupe.nn.lm.LMConfig;
import io.troupe.rollout.chat.ChatTemplate;
import io.troupe.rollout.chat.ConversationRenderer;
import io.troupe.rollout.pretrained.PretrainedPolicy;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model of an endpoint, with the identity of its weights. Thread-safe, except that one thread
 * at a time computes with {@link #policy}. The caller closes it after the decoder.
 */
public final class ServedModel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);

  private final String name;
  private final PretrainedPolicy policy;
  private final ConversationRenderer renderer;
  private final AtomicReference<Weights> weights;

  private ServedModel(
      String name, PretrainedPolicy policy, ConversationRenderer renderer, Weights weights) {
    this.name = name;
    this.policy = policy;
    this.renderer = renderer;
    this.weights = new AtomicReference<>(weights);
  }

  /**
   * Loads a model directory; its weights are version 0.
   *
   * @param name in the APIs
   * @param threads of the compute pool; 0 for one per core
   * @throws IllegalArgumentException if the folder has no model with a tokenizer that fits it
   */
  public static ServedModel load(Path folder, String name, int threads) {
    PretrainedPolicy policy = PretrainedPolicy.load(folder, threads);
    String checksum = Weights.checksum(policy.model());
    return new ServedModel(
        name, policy, renderer(folder), new Weights(0, checksum, folder.toString()));
  }

  /** A chat template that cannot be used is an error of each chat, not of the endpoint. */
  private static ConversationRenderer renderer(Path folder) {
    try {
      return ChatTemplate.rendererOf(folder);
    } catch (IllegalArgumentException e) {
      LOG.warn("chats will be refused: {}", e.getMessage());
      return (conversation, end) -> {
        throw new IllegalArgumentException(e.getMessage(), e);
      };
    }
  }

  /** The name of the model in the APIs. */
  public String name() {
    return name;
  }

  /** Sizes and special tokens. */
  public LMConfig config() {
    return policy.model().config();
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return policy.tokenizer();
  }

  /** Renders conversations with the model's chat template. */
  public ConversationRenderer renderer() {
    return renderer;
  }

  /** The text of {@code generation_config.json}, if the model has one. */
  public Optional<String> generationConfigJson() {
    return policy.model().pretrainedConfig().generationConfigJson();
  }

  /** The weights that the next token is decoded with. */
  public Weights weights() {
    return weights.get();
  }

  /** Sets the identity of the weights after an update. */
  public void weightsChanged(Weights newWeights) {
    weights.set(newWeights);
  }

  /** Model and tokenizer. */
  public PretrainedPolicy policy() {
    return policy;
  }

  @Override
  public void close() {
    policy.close();
  }
}
