package io.troupe.actors.grpo;

import io.troupe.data.prompt.PromptReader;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.reward.RewardException;
import io.troupe.reward.RewardSum;
import io.troupe.reward.Rewards;
import io.troupe.rollout.chat.ConversationRenderer;
import io.troupe.rollout.engine.DecodingEngine;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.sft.Demonstration;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a run reads, opened and checked before anything is written: model, tokenizer,
 * prompts, held-out questions, demonstrations, rewards.
 *
 * <p>Whoever loads inputs closes them, after the run; closing twice is harmless.
 */
public final class GrpoInputs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GrpoInputs.class);

  private final RunConfig config;
  private final RewardSum rewards;
  private final Engine engine;
  private CausalLM policy;
  private Tokenizer tokenizer;
  private List<Prompt> prompts = List.of();
  private List<Prompt> heldOut = List.of();
  private List<Demonstration> demonstrations = List.of();
  private DecodingLimits decodingLimits;
  private boolean leftOpen;
  private boolean closed;

  private GrpoInputs(RunConfig config) {
    this.config = config;
    this.rewards = Rewards.sum(config.rewards());
    this.engine = Engine.of(CpuBackend.create(config.threads()));
  }

  /**
   * Opens and checks what a run reads.
   *
   * @throws IllegalArgumentException if something cannot be used, in one line that says what; also
   *     {@link io.troupe.nn.checkpoint.CheckpointFormatException} for a model, {@link
   *     io.troupe.rollout.tokenizer.TokenizerFormatException} for its tokenizer and {@link
   *     io.troupe.data.DataFormatException} for a data file
   */
  public static GrpoInputs load(RunConfig config) {
    GrpoInputs inputs = new GrpoInputs(config);
    try {
      inputs.open();
      return inputs;
    } catch (RuntimeException | Error e) {
      inputs.close();
      throw e;
    }
  }

  private void open() {
    require(!config.model().isEmpty(), "model is not set: name a Hugging Face model folder");
    require(
        !config.data().train().isEmpty(),
        "data.train is not set: name a .jsonl, .json or .parquet file of prompts");
    Path folder = Path.of(config.model());
    policy = PretrainedModel.load(folder, engine);
    tokenizer = AutoTokenizer.load(folder);
    require(
        tokenizer.vocabSize() <= policy.config().vocabSize(),
        "the tokenizer of %s has %d tokens, but the model's vocab_size is %d: use the tokenizer"
                .formatted(folder, tokenizer.vocabSize(), policy.config().vocabSize())
            + " that belongs to the model");
    readData();
    decodingLimits = DecodingSizes.limits(config, policy.config(), longestPrompt());
  }

  private void readData() {
    PromptReader reader =
        new PromptReader(
            config.data(),
            tokenizer,
            policy.config().maxPositionEmbeddings(),
            ConversationRenderer.NONE);
    prompts = reader.prompts(Path.of(config.data().train()), config.data().maxPrompts());
    if (!config.data().heldOut().isEmpty()) {
      heldOut = reader.prompts(Path.of(config.data().heldOut()), config.data().maxHeldOut());
    }
    if (config.warmStart().steps() > 0) {
      demonstrations =
          reader.demonstrations(Path.of(config.warmStart().data())).stream()
              .map(read -> new Demonstration(read.promptIds(), read.completionIds()))
              .toList();
    }
    requireScorable(prompts);
    requireScorable(heldOut);
    prompts.forEach(prompt -> DecodingEngine.requireDecodable(policy.config(), prompt));
    heldOut.forEach(prompt -> DecodingEngine.requireDecodable(policy.config(), prompt));
  }

  /** A completion without a score trains nothing, so that a missing answer ends the start. */
  private void requireScorable(List<Prompt> prompts) {
    for (Prompt prompt : prompts) {
      try {
        rewards.check(prompt);
      } catch (RewardException e) {
        throw new IllegalArgumentException(prompt.source() + ": " + e.getMessage(), e);
      }
    }
  }

  private int longestPrompt() {
    return java.util.stream.Stream.concat(prompts.stream(), heldOut.stream())
        .mapToInt(prompt -> prompt.tokenIds().length)
        .max()
        .orElse(1);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** What the run is told. */
  public RunConfig config() {
    return config;
  }

  /** What is learned. */
  RewardSum rewards() {
    return rewards;
  }

  /** Computes; the weights of every model of the run live in its memory. */
  Engine engine() {
    return engine;
  }

  /** The model that is trained. */
  CausalLM policy() {
    return policy;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  /** What is trained on; at least one. */
  List<Prompt> prompts() {
    return prompts;
  }

  /** What accuracy is measured on; may be empty. */
  List<Prompt> heldOut() {
    return heldOut;
  }

  /** What the warm start learns from; empty when there is none. */
  List<Demonstration> demonstrations() {
    return demonstrations;
  }

  /** How much one decoder takes on. */
  DecodingLimits decodingLimits() {
    return decodingLimits;
  }

  /** Says that a thread that hangs still uses the engine: its memory must not be given back. */
  void leaveOpen(String why) {
    LOG.warn("memory of the run is not given back: {}", why);
    leftOpen = true;
  }

  @Override
  public void close() {
    if (closed || leftOpen) {
      return;
    }
    closed = true;
    if (tokenizer != null) {
      tokenizer.close();
    }
    if (policy != null) {
      policy.close();
    }
    engine.close();
  }
}
