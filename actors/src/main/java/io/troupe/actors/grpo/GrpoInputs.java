package io.troupe.actors.grpo;

import io.troupe.data.prompt.DemonstrationReader;
import io.troupe.data.prompt.DemonstrationSet;
import io.troupe.data.prompt.PromptOrder;
import io.troupe.data.prompt.PromptReader;
import io.troupe.data.prompt.PromptSet;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.reward.RewardException;
import io.troupe.reward.RewardSum;
import io.troupe.reward.Rewards;
import io.troupe.rollout.chat.ChatTemplate;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.RequestChecks;
import io.troupe.rollout.engine.StopTokens;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.rollout.tokenizer.VocabularyCheck;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.sft.Demonstration;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inputs of a GRPO run, loaded and checked before anything is written: model, tokenizer,
 * prompts, held-out questions, demonstrations and rewards, with the engine in whose memory the
 * model lives.
 *
 * <p>The caller must close the inputs after the run; repeated calls have no effect.
 */
public final class GrpoInputs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GrpoInputs.class);

  private final RunConfig config;
  private final RewardSum rewards;
  private final Engine engine;
  private CausalLM policy;
  private Tokenizer tokenizer;
  private PromptSet prompts = PromptSet.EMPTY;
  private PromptSet heldOut = PromptSet.EMPTY;
  private List<Demonstration> demonstrations = List.of();
  private DecodingLimits decodingLimits;
  private volatile boolean retained;
  private boolean closed;

  private GrpoInputs(RunConfig config, UnaryOperator<CpuBackend> backend) {
    this.config = config;
    this.rewards = Rewards.sum(config.rewards());
    this.engine =
        Engine.of(backend.apply(CpuBackend.create(config.threads())), config.memoryLimit());
  }

  /**
   * Loads and checks the inputs of a run.
   *
   * @throws IllegalArgumentException with a one-line message, if an input cannot be used; also
   *     {@link io.troupe.nn.checkpoint.CheckpointFormatException} for a model, {@link
   *     io.troupe.rollout.tokenizer.TokenizerFormatException} for its tokenizer and {@link
   *     io.troupe.data.DataFormatException} for a data file
   */
  public static GrpoInputs load(RunConfig config) {
    return load(config, UnaryOperator.identity());
  }

  /** Loads the inputs of a run on a decorated backend. */
  static GrpoInputs load(RunConfig config, UnaryOperator<CpuBackend> backend) {
    GrpoInputs inputs = new GrpoInputs(config, backend);
    try {
      inputs.open();
      return inputs;
    } catch (RuntimeException | Error e) {
      inputs.close();
      throw e;
    }
  }

  private void open() {
    require(!config.model().isEmpty(), "model must be a Hugging Face model directory, got nothing");
    require(
        !config.data().train().isEmpty(),
        "data.train must be a .jsonl, .json, .csv, .tsv or .parquet file of prompts, got nothing");
    Path folder = Path.of(config.model());
    policy = PretrainedModel.load(folder, engine);
    policy.gradientCheckpointing(config.grpo().gradientCheckpointing());
    tokenizer = AutoTokenizer.load(folder);
    VocabularyCheck.warn(folder, policy.config(), tokenizer);
    readData();
    decodingLimits = DecodingSizes.limits(config, policy.config(), longestPrompt());
  }

  private void readData() {
    PromptReader reader =
        new PromptReader(
            config.data(),
            tokenizer,
            policy.config().maxPositionEmbeddings(),
            ChatTemplate.rendererOf(Path.of(config.model())));
    prompts = read(reader, "data.train", config.data().train(), config.data().maxPrompts());
    if (!config.data().heldOut().isEmpty()) {
      heldOut = read(reader, "data.held-out", config.data().heldOut(), config.data().maxHeldOut());
    }
    if (config.warmStart().steps() > 0) {
      demonstrations = readDemonstrations(reader);
    }
    requireScorable(prompts());
    requireScorable(heldOut());
    requireDecodable(prompts());
    requireDecodable(heldOut());
    for (int i = 0; i < demonstrations.size(); i++) {
      String source = "%s row %d".formatted(config.warmStart().data(), i + 1);
      requireKnown(demonstrations.get(i).promptIds(), source);
      requireKnown(demonstrations.get(i).completionIds(), source);
    }
  }

  private void requireDecodable(List<Prompt> prompts) {
    for (Prompt prompt : prompts) {
      requireKnown(prompt.tokenIds(), prompt.source());
      RequestChecks.requireDecodable(policy.config(), prompt);
    }
  }

  private void requireKnown(int[] ids, String source) {
    VocabularyCheck.requireKnown(policy.config(), tokenizer, ids, source);
  }

  private static PromptSet read(PromptReader reader, String key, String file, int maxRows) {
    PromptSet set = reader.prompts(Path.of(file), maxRows);
    if (set.numSkipped() > 0) {
      LOG.warn(
          "{}: {} of {} prompts are skipped, as they have more than {} tokens",
          key,
          set.numSkipped(),
          set.numSkipped() + set.prompts().size(),
          reader.maxLength());
    }
    if (set.numTruncated() > 0) {
      LOG.warn(
          "{}: {} of {} prompts are cut at their start to {} tokens",
          key,
          set.numTruncated(),
          set.prompts().size(),
          reader.maxLength());
    }
    return set;
  }

  /** Demonstrations end with a token at which decoding stops. */
  private List<Demonstration> readDemonstrations(PromptReader reader) {
    StopTokens stopTokens = StopTokens.of(config.grpo().generation(), policy.config(), tokenizer);
    DemonstrationSet set =
        new DemonstrationReader(reader, stopTokens.endTokenIds())
            .read(Path.of(config.warmStart().data()));
    set.warning().ifPresent(warning -> LOG.warn("warm-start.data: {}", warning));
    return set.demonstrations().stream()
        .map(read -> new Demonstration(read.promptIds(), read.completionIds()))
        .toList();
  }

  /** Fails for a prompt without a usable answer, because its completions would have no score. */
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
    return java.util.stream.Stream.concat(prompts().stream(), heldOut().stream())
        .mapToInt(prompt -> prompt.tokenIds().length)
        .max()
        .orElse(1);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The configuration of the run. */
  public RunConfig config() {
    return config;
  }

  /** The rewards of samples. */
  public RewardSum rewards() {
    return rewards;
  }

  /** The compute engine; its memory holds the weights of every model of the run. */
  public Engine engine() {
    return engine;
  }

  /** The trained model. */
  public CausalLM policy() {
    return policy;
  }

  /** The tokenizer of the policy. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Prompts to train on; at least one. */
  List<Prompt> prompts() {
    return prompts.prompts();
  }

  /** Creates the group of an id: the prompts in the order of the data, again and again. */
  public LongFunction<GroupSpec> groups() {
    PromptOrder order = new PromptOrder(config.seed(), prompts().size(), config.data().shuffle());
    return groupId ->
        new GroupSpec(
            groupId,
            prompts().get(order.row(groupId)),
            config.grpo().numGenerations(),
            config.seed());
  }

  /**
   * A copy of the policy that decodes; its weights are undefined until some are written. The caller
   * closes it.
   */
  public CausalLM decodingModel() {
    CausalLM model = PretrainedModel.undefined(policy, engine);
    model.storePacked();
    return model;
  }

  /** Held-out questions for accuracy; may be empty. */
  List<Prompt> heldOut() {
    return heldOut.prompts();
  }

  /** Number of training prompts that were left out, because they are too long. */
  int promptsSkipped() {
    return prompts.numSkipped();
  }

  /** Number of held-out questions that were left out, because they are too long. */
  int heldOutSkipped() {
    return heldOut.numSkipped();
  }

  /** Demonstrations of the warm start; empty without one. */
  List<Demonstration> demonstrations() {
    return demonstrations;
  }

  /** The limits of each decoder. */
  public DecodingLimits decodingLimits() {
    return decodingLimits;
  }

  /** Keeps the memory of the engine allocated after {@link #close}: a thread still uses it. */
  public void retainMemory(String reason) {
    LOG.warn("the memory of the attempt is not freed: {}", reason);
    retained = true;
  }

  /** Whether {@link #close} leaves the memory of the engine allocated. */
  boolean retainsMemory() {
    return retained;
  }

  @Override
  public void close() {
    if (closed || retained) {
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
