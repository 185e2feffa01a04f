package io.troupe.rollout.beam;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.LMConfig;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.RequestChecks;
import io.troupe.rollout.engine.StopTokens;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.sampling.ScoreProcessing;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.SamplingRows;
import io.troupe.tensor.backend.TopTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One beam search as in transformers 5: its scores, candidates, length penalty and three kinds of
 * early stopping. A step is one forward pass, which continues all beams by one token.
 *
 * <p>Difference: of equal scores the earlier beam and the lower token come first, where torch
 * leaves the order open. Not thread-safe. The caller closes a search, which releases its KV cache.
 */
public final class BeamSearch implements AutoCloseable {
  private final CausalLM model;
  private final Tokenizer tokenizer;
  private final Prompt prompt;
  private final GenerationConfig config;
  private final int maxPrefillTokens;
  private final StopTokens stopTokens;
  private final int maxLength;
  private final ScoreProcessing processing;
  private final FinishedBeams finished;
  private final BeamPages pages;
  private final long[] policyVersions; // of the completion's positions, the same for every beam
  private List<Hypothesis> running;

  /**
   * Starts a search.
   *
   * @param config {@code numBeams}, {@code lengthPenalty}, {@code earlyStopping}, {@code
   *     numReturnSequences}, {@code repetitionPenalty}, {@code minNewTokens}, {@code logitBias} and
   *     the settings that end a completion
   * @param maxPrefillTokens maximum number of tokens in a pass that reads the prompt; longer
   *     prompts take several passes
   * @throws IllegalArgumentException if the prompt fills the model's context or has an unknown
   *     token, or {@code numBeams} exceeds the vocabulary
   * @throws IllegalStateException if the model is in training mode
   */
  public BeamSearch(
      CausalLM model,
      Tokenizer tokenizer,
      Prompt prompt,
      GenerationConfig config,
      int maxPrefillTokens) {
    if (model.isTraining()) {
      throw new IllegalStateException("the model is in training mode: call eval() before decoding");
    }
    requireBeams(model.config(), prompt, config);
    this.model = model;
    this.tokenizer = tokenizer;
    this.prompt = prompt;
    this.config = config;
    this.maxPrefillTokens = maxPrefillTokens;
    this.stopTokens = StopTokens.of(config, model.config(), tokenizer);
    this.maxLength = maxLength(model.config(), prompt, config);
    this.processing = ScoreProcessing.of(config, stopTokens.endTokenIds());
    this.finished = new FinishedBeams(config, maxLength);
    this.running = List.of(Hypothesis.start(prompt.tokenIds()));
    this.policyVersions = new long[maxLength];
    int promptLength = prompt.tokenIds().length;
    this.pages = new BeamPages(model, promptLength, capacity(promptLength), config.numBeams());
  }

  private static int maxLength(LMConfig model, Prompt prompt, GenerationConfig config) {
    int room = model.maxPositionEmbeddings() - prompt.tokenIds().length;
    return Math.min(config.maxNewTokens(), room);
  }

  /** Positions of a beam that are cached: the keys of the last token are never read. */
  private int capacity(int promptLength) {
    return promptLength + maxLength - 1;
  }

  private static void requireBeams(LMConfig model, Prompt prompt, GenerationConfig config) {
    requireSupported(config);
    ScoreProcessing.requireFits(config, model.vocabSize());
    RequestChecks.requireDecodable(model, prompt);
    if (config.numBeams() > model.vocabSize()) {
      throw new IllegalArgumentException(
          "num-beams must be at most the model's vocab_size "
              + model.vocabSize()
              + ", got "
              + config.numBeams());
    }
  }

  private static void requireSupported(GenerationConfig config) {
    require(config.presencePenalty() == 0, "presence-penalty", "0", config.presencePenalty());
    require(config.frequencyPenalty() == 0, "frequency-penalty", "0", config.frequencyPenalty());
    require(
        config.constraint().equals(OutputConstraint.NONE),
        "constraint",
        "none",
        config.constraint());
  }

  private static void require(boolean holds, String name, String expectation, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          name + " must be " + expectation + " with beam search, got " + value);
    }
  }

  /**
   * Checks that a search within these limits is possible.
   *
   * @throws IllegalArgumentException if it is not: as in the constructor, or because the beams need
   *     more than {@code maxCachedTokens}
   */
  public static void requireFits(
      LMConfig model, DecodingLimits limits, Prompt prompt, GenerationConfig config) {
    requireBeams(model, prompt, config);
    int promptLength = prompt.tokenIds().length;
    int capacity = promptLength + maxLength(model, prompt, config) - 1;
    long tokens = BeamPages.numTokens(promptLength, capacity, config.numBeams());
    long available = (long) KvPages.PAGE_SIZE * PagedKvCache.pagesFor(limits.maxCachedTokens());
    if (tokens > available) {
      throw new IllegalArgumentException(
          "max-cached-tokens must be at least "
              + tokens
              + " for num-beams="
              + config.numBeams()
              + " and prompt "
              + prompt.id()
              + ", got "
              + limits.maxCachedTokens()
              + "; lower num-beams or max-new-tokens");
    }
  }

  /**
   * Has the keys and values of all beams computed again, before their next token, because the
   * weights have changed.
   */
  public void recompute() {
    pages.markStale();
  }

  /**
   * Continues all beams by one token, or makes a pass that reads a part of the prompt or computes
   * keys and values again.
   *
   * @param policyVersion the version of the model's weights
   * @return whether the search goes on; otherwise {@link #beams} has the result
   * @throws IllegalStateException if a log-probability is NaN
   */
  public boolean step(long policyVersion) {
    if (prefill()) {
      return true;
    }
    policyVersions[running.getFirst().length()] = policyVersion;
    pages.reorder(advance());
    return !running.isEmpty() && finished.canImprove(running.getFirst());
  }

  /** Computes positions before the last token of each beam; returns whether there were any. */
  private boolean prefill() {
    TokenBatch rows = pages.beginPrefill(running, maxPrefillTokens);
    if (rows == null) {
      return false;
    }
    try (Scope _ = model.scope().engine().open("beam search prefill");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      model.hiddenStates(rows, pages.cache());
    }
    return true;
  }

  /** The completions that have been found, best first, at most {@code numReturnSequences}. */
  public List<Beam> beams() {
    List<Beam> beams = new ArrayList<>();
    for (FinishedBeams.Finished found : finished.best()) {
      if (beams.size() < config.numReturnSequences()) {
        beams.add(beam(beams.size(), found));
      }
    }
    return beams;
  }

  /** Runs the forward pass and selects the next beams; returns the index of each one's parent. */
  private List<Integer> advance() {
    try (Scope _ = model.scope().engine().open("beam search step");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      Tensor logProbs = model.logits(lastStates()).logSoftmax(); // (beams, vocab)
      Tensor processed = processing.apply(logProbs, rows(), 0);
      int candidates = Math.max(2, 1 + stopTokens.endTokenIds().size()) * config.numBeams();
      return select(
          Backend.of(processed).sampling().top(processed, scores(), candidates), logProbs);
    }
  }

  /** The scores of the running beams. */
  private float[] scores() {
    float[] scores = new float[running.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = running.get(i).score();
    }
    return scores;
  }

  /** The hidden state after the last token of each beam, (beams, hidden). */
  private Tensor lastStates() {
    if (running.getFirst().length() == 0) {
      int from = pages.promptLength();
      int[] ids = Arrays.copyOfRange(prompt.tokenIds(), from, prompt.tokenIds().length);
      int[] positions = new int[ids.length];
      Arrays.setAll(positions, i -> from + i);
      pages.beginPass(new int[ids.length], positions);
      Tensor hidden = model.hiddenStates(new TokenBatch(ids, positions, null), pages.cache());
      return hidden.rows(ids.length - 1, ids.length);
    }
    int[] sequences = new int[running.size()];
    int[] ids = new int[running.size()];
    int[] positions = new int[running.size()];
    for (int i = 0; i < ids.length; i++) {
      sequences[i] = i;
      ids[i] = running.get(i).lastToken();
      positions[i] = running.get(i).tokenIds().length - 1;
    }
    pages.beginPass(sequences, positions);
    return model.hiddenStates(new TokenBatch(ids, positions, null), pages.cache());
  }

  private SamplingRows rows() {
    return new SamplingRows() {
      @Override
      public int[] tokenIds(int row) {
        return running.get(row).tokenIds();
      }

      @Override
      public int numTokens(int row) {
        return running.get(row).tokenIds().length;
      }

      @Override
      public int numPromptTokens(int row) {
        return prompt.tokenIds().length;
      }

      @Override
      public double uniform(int row) {
        throw new IllegalStateException("beam search does not draw");
      }
    };
  }

  /**
   * Splits the best continuations: those that end are finished if they are among the first {@code
   * numBeams}; of the others the first {@code numBeams} go on.
   */
  private List<Integer> select(TopTokens top, Tensor logProbs) {
    List<Hypothesis> next = new ArrayList<>();
    List<Integer> parents = new ArrayList<>();
    for (int i = 0; i < top.size() && next.size() < config.numBeams(); i++) {
      Hypothesis hypothesis = continuation(top, i, logProbs);
      Optional<FinishReason> reason = finishReason(hypothesis);
      if (reason.isEmpty()) {
        next.add(hypothesis);
        parents.add(top.rows()[i]);
      } else if (i < config.numBeams()) {
        finished.offer(hypothesis, reason.get());
      }
    }
    running = next;
    return parents;
  }

  private Hypothesis continuation(TopTokens top, int i, Tensor logProbs) {
    if (Float.isNaN(top.scores()[i])) {
      throw new IllegalStateException(
          "prompt " + prompt.id() + ": the model's logits are not numbers");
    }
    int vocab = logProbs.size(1);
    float logProb = (float) logProbs.get((long) vocab * top.rows()[i] + top.tokenIds()[i]);
    return running.get(top.rows()[i]).append(top.tokenIds()[i], logProb, top.scores()[i]);
  }

  private Optional<FinishReason> finishReason(Hypothesis hypothesis) {
    Optional<FinishReason> stopToken = stopTokens.finishReason(hypothesis.lastToken());
    if (stopToken.isPresent()) {
      return stopToken;
    }
    Optional<String> stop = config.stopStrings().isEmpty() ? Optional.empty() : stop(hypothesis);
    if (stop.isPresent()) {
      return Optional.of(new FinishReason.StopString(stop.get()));
    }
    return hypothesis.length() == maxLength
        ? Optional.of(new FinishReason.LengthLimit(maxLength))
        : Optional.empty();
  }

  private Optional<String> stop(Hypothesis hypothesis) {
    String text = text(hypothesis);
    return config.stopStrings().stream()
        .filter(text::contains)
        .min((a, b) -> Integer.compare(text.indexOf(a), text.indexOf(b)));
  }

  private String text(Hypothesis hypothesis) {
    return tokenizer.decodeContinuation(prompt.tokenIds(), hypothesis.completion());
  }

  private Beam beam(int index, FinishedBeams.Finished found) {
    Hypothesis hypothesis = found.hypothesis();
    String text = text(hypothesis);
    if (found.reason() instanceof FinishReason.StopString(String stop) && text.contains(stop)) {
      text = text.substring(0, text.indexOf(stop)); // a special token has no text
    }
    Completion completion =
        new Completion(
            index,
            hypothesis.completion(),
            hypothesis.logProbs(),
            Arrays.copyOf(policyVersions, hypothesis.length()),
            text,
            found.reason());
    return new Beam(completion, found.score());
  }

  @Override
  public void close() {
    pages.close();
  }
}
