package io.troupe.rollout.engine;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.constraint.ConstraintCompiler;
import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.DType;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.memory.MemoryUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongFunction;

/**
 * Samples recorded groups again and compares every bit: tokens, log-probabilities, texts and finish
 * reasons.
 *
 * <p>The recorded tokens before a position are the input at that position, so all positions of the
 * same weights are computed in a few passes. If every token is equal, then sampling from the prompt
 * alone would have given all of them. A sample whose tokens have several policy versions is
 * computed as {@link DecodingEngine} does when weights change between two passes and cached keys
 * and values stay: the prompt with the version of the group's first token, and each later position
 * with the version of the token that follows it.
 *
 * <p>For one thread. The caller owns the models.
 */
public final class SampleReplay implements AutoCloseable {
  private final LongFunction<CausalLM> models;
  private final CausalLM anyModel;
  private final Tokenizer tokenizer;
  private final GenerationConfig config;
  private final NewGroups newGroups;
  private final NewSamples newSamples;
  private final ReplayListener listener;
  private final PagedKvCache cache;
  private final int maxPrefillTokens;
  private final int maxRows;
  private final Scope promptStates;

  /** Groups have no reader. */
  private record ReplayListener(SpecialTokenText specialTokens) implements CompletionListener {
    @Override
    public void onCompleted(SampledGroup group) {}
  }

  /**
   * A replay; the caller must close it.
   *
   * @param models the model with the weights of a policy version; called for versions of recorded
   *     tokens
   * @param anyModel one of these models
   * @param limits of the decoder: the size of the cache and of a pass
   * @param config the sampling settings
   * @param specialTokens whether special tokens are part of the text
   */
  public SampleReplay(
      LongFunction<CausalLM> models,
      CausalLM anyModel,
      Tokenizer tokenizer,
      DecodingLimits limits,
      GenerationConfig config,
      SpecialTokenText specialTokens) {
    this.models = models;
    this.anyModel = anyModel;
    this.tokenizer = tokenizer;
    this.config = config;
    this.listener = new ReplayListener(specialTokens);
    int vocabSize = anyModel.config().vocabSize();
    this.newGroups =
        new NewGroups(anyModel, tokenizer, limits, new ConstraintCompiler(tokenizer, vocabSize));
    this.newSamples = new NewSamples(tokenizer, vocabSize);
    this.cache =
        new PagedKvCache(anyModel.scope().engine(), anyModel.config(), limits.maxCachedTokens());
    this.maxPrefillTokens = limits.maxPrefillTokens();
    this.maxRows = Math.max(1, Math.min(limits.maxPrefillTokens(), (1 << 22) / vocabSize));
    this.promptStates =
        anyModel.scope().engine().longLived("replayed prompts", MemoryUse.ACTIVATIONS);
  }

  /**
   * Samples groups again.
   *
   * @return the first difference in the order of groups, samples and tokens; empty if there is none
   * @throws IllegalArgumentException if the model or the limits do not allow a group
   */
  public Optional<SampleDifference> firstDifference(List<SampledGroup> groups) {
    List<ReplayedGroup> together = new ArrayList<>();
    for (SampledGroup recorded : groups) {
      Optional<SampleDifference> shape = RecordedForm.check(recorded, config, anyModel.config());
      if (shape.isPresent()) {
        return shape;
      }
      ReplayedGroup group = open(recorded);
      if (group == null) {
        Optional<SampleDifference> difference = run(together);
        if (difference.isPresent()) {
          return difference;
        }
        group = open(recorded);
      }
      if (group == null) {
        throw new IllegalArgumentException(
            "rollout.max-cached-tokens must be larger for group %d with its %d samples, got %d"
                .formatted(
                    recorded.spec().groupId(),
                    recorded.completions().size(),
                    cache.numPages() * KvPages.PAGE_SIZE));
      }
      together.add(group);
    }
    return run(together);
  }

  /** A group with pages for all samples; null if too few are free. */
  private ReplayedGroup open(SampledGroup recorded) {
    GroupDecoding group =
        newGroups.of(recorded.spec().groupId(), recorded.spec(), config, listener);
    return ReplayedGroup.open(recorded, group, cache, tokenizer, newSamples);
  }

  private Optional<SampleDifference> run(List<ReplayedGroup> groups) {
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      TreeSet<Long> versions = new TreeSet<>();
      groups.forEach(group -> group.addVersions(versions));
      for (long version : versions) {
        CausalLM model = models.apply(version);
        groups.forEach(group -> readPrompt(group, version, model));
        computeTokens(groups, version, model);
      }
      return groups.stream().flatMap(group -> group.difference().stream()).findFirst();
    } finally {
      groups.forEach(group -> group.close(promptStates));
      groups.clear();
    }
  }

  private void readPrompt(ReplayedGroup group, long version, CausalLM model) {
    if (group.promptVersion() != version) {
      return;
    }
    int[] prompt = group.recorded().spec().prompt().tokenIds();
    for (int from = 0; from < prompt.length; from += maxPrefillTokens) {
      int count = Math.min(maxPrefillTokens, prompt.length - from);
      try (Scope _ = model.scope().engine().open("replayed prompt")) {
        PageTable pages = group.promptPages();
        pages.extend(count);
        ReplayRows rows = new ReplayRows();
        for (int i = 0; i < count; i++) {
          rows.add(pages, prompt[from + i], from + i);
        }
        Tensor hidden = hiddenStates(model, rows);
        if (from + count == prompt.length) {
          group.keepPromptHidden(promptStates.keep(hidden.rows(count - 1, count)));
        }
      }
    }
    group.fork();
  }

  /**
   * Positions of one sequence in a pass. Rotary embeddings of some models depend on the length of
   * the sequence: then positions are computed one by one, as in decoding.
   */
  private int rowsAtOnce(ReplayedSample sample, CausalLM model) {
    return sample.length() <= model.maxReusableLength() ? maxRows : 1;
  }

  private Tensor hiddenStates(CausalLM model, ReplayRows rows) {
    cache.beginPass(rows.tables(), rows.sequences(), rows.positions());
    return model.hiddenStates(new TokenBatch(rows.ids(), rows.positions(), null), cache);
  }

  /** Computes all positions whose next tokens have a version. */
  private void computeTokens(List<ReplayedGroup> groups, long version, CausalLM model) {
    List<ReplayedSample> left = new ArrayList<>();
    groups.forEach(group -> left.addAll(group.samples()));
    left.removeIf(sample -> !sample.hasNext(version));
    while (!left.isEmpty()) {
      ReplayRows rows = new ReplayRows();
      List<ReplayedToken> tokens = new ArrayList<>();
      for (ReplayedSample sample : left) {
        int most = Math.min(maxRows - tokens.size(), rowsAtOnce(sample, model));
        for (int i = 0; i < most && sample.hasNext(version); i++) {
          tokens.add(sample.next(rows));
        }
        if (tokens.size() == maxRows) {
          break;
        }
      }
      try (Scope _ = model.scope().engine().open("replayed tokens")) {
        compare(model, rows, tokens);
      }
      left.removeIf(sample -> !sample.hasNext(version));
    }
  }

  private void compare(CausalLM model, ReplayRows rows, List<ReplayedToken> tokens) {
    Tensor hidden = rows.isEmpty() ? null : hiddenStates(model, rows);
    Tensor states =
        Tensor.empty(DType.FLOAT32, Shape.of(tokens.size(), model.config().hiddenSize()));
    for (int i = 0; i < tokens.size(); i++) {
      ReplayedToken token = tokens.get(i);
      Tensor source =
          token.row() < 0
              ? token.sample().group().promptHidden()
              : hidden.rows(token.row(), token.row() + 1);
      states.rows(i, i + 1).copyFrom(source);
    }
    int[] tokenIds = new int[tokens.size()];
    float[] logProbs = new float[tokens.size()];
    tokens
        .getFirst()
        .sample()
        .group()
        .decoding()
        .sampler
        .select(model.logits(states), new ReplayedToken.Rows(tokens), 0, tokenIds, logProbs);
    for (int i = 0; i < tokens.size(); i++) {
      ReplayedToken token = tokens.get(i);
      token.sample().compare(token.position(), tokenIds[i], logProbs[i]);
    }
  }

  @Override
  public void close() {
    promptStates.close();
    cache.close();
  }
}
