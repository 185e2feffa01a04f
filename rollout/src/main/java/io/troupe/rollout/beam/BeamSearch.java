package io.troupe.rollout.beam;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.engine.DecodingEngine;
import io.troupe.rollout.sampling.RepetitionPenalty;
import io.troupe.rollout.sampling.SamplingRows;
import io.troupe.rollout.sampling.SamplingScratch;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Beam search as in transformers 5: its scores, candidates, length penalty and three kinds of early
 * stopping. One prompt at a time; all beams go through the model together.
 *
 * <p>Difference: of equal scores the earlier beam and the lower token come first, where torch
 * leaves the order open. Not thread-safe.
 */
public final class BeamSearch {
  private final CausalLM model;
  private final Tokenizer tokenizer;
  private final SamplingScratch scratch;

  /** A search with a model, which must not be in training mode. */
  public BeamSearch(CausalLM model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.scratch = new SamplingScratch(model.config().vocabSize());
  }

  /**
   * Finds the best completions of a prompt.
   *
   * @param config {@code numBeams}, {@code lengthPenalty}, {@code earlyStopping}, {@code
   *     numReturnSequences} and what ends a completion
   * @return {@code numReturnSequences} beams, best first
   * @throws IllegalArgumentException if the prompt fills the model's context or has a token that
   *     the model does not know
   * @throws IllegalStateException if the model is in training mode or its logits are not numbers
   */
  public List<Beam> search(Prompt prompt, GenerationConfig config) {
    if (model.isTraining()) {
      throw new IllegalStateException("the model is in training mode: call eval() before decoding");
    }
    DecodingEngine.requireDecodable(model.config(), prompt);
    return new Run(prompt, config).search();
  }

  /** One search. */
  private final class Run {
    private final Prompt prompt;
    private final GenerationConfig config;
    private final Set<Integer> eosTokenIds;
    private final int maxLength;
    private final RepetitionPenalty penalty;
    private final FinishedBeams finished;
    private List<Hypothesis> running;

    Run(Prompt prompt, GenerationConfig config) {
      int room = model.config().maxPositionEmbeddings() - prompt.tokenIds().length;
      this.prompt = prompt;
      this.config = config;
      this.eosTokenIds = config.eosTokenIds().orElse(model.config().eosTokenIds());
      this.maxLength = Math.min(config.maxNewTokens(), room);
      this.penalty = new RepetitionPenalty(config.repetitionPenalty());
      this.finished = new FinishedBeams(config, maxLength);
      this.running = List.of(Hypothesis.start(prompt.tokenIds()));
    }

    List<Beam> search() {
      int promptLength = prompt.tokenIds().length;
      int capacity = promptLength + maxLength - 1; // the last token's keys are never read
      try (BeamPages pages = new BeamPages(model, promptLength, capacity, config.numBeams())) {
        do {
          pages.reorder(step(pages));
        } while (!running.isEmpty() && finished.canImprove(running.getFirst()));
      }
      List<Beam> beams = new ArrayList<>();
      for (FinishedBeams.Finished found : finished.best()) {
        if (beams.size() < config.numReturnSequences()) {
          beams.add(beam(beams.size(), found));
        }
      }
      return beams;
    }

    /** Continues all beams by one token; for each of the new ones the index of its parent. */
    private List<Integer> step(BeamPages pages) {
      try (Scope _ = model.scope().engine().open("beam search step");
          GradMode.NoGrad _ = GradMode.noGrad()) {
        Tensor logProbs = model.logits(lastStates(pages)).logSoftmax(); // (beams, vocab)
        Tensor penalised = penalty.apply(logProbs, rows(), 0, scratch);
        int candidates = Math.max(2, 1 + eosTokenIds.size()) * config.numBeams();
        return advance(TopContinuations.select(penalised, running, candidates), logProbs);
      }
    }

    /** The hidden state after the last token of each beam, (beams, hidden). */
    private Tensor lastStates(BeamPages pages) {
      if (running.getFirst().length() == 0) {
        int[] ids = prompt.tokenIds();
        int[] positions = new int[ids.length];
        Arrays.setAll(positions, i -> i);
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
        public double uniform(int row) {
          throw new IllegalStateException("beam search does not draw");
        }
      };
    }

    /**
     * Sorts the best continuations: those that end are finished if they are among the first {@code
     * numBeams}, of the others the first {@code numBeams} run on.
     */
    private List<Integer> advance(TopContinuations top, Tensor logProbs) {
      List<Hypothesis> next = new ArrayList<>();
      List<Integer> parents = new ArrayList<>();
      for (int i = 0; i < top.size() && next.size() < config.numBeams(); i++) {
        Hypothesis hypothesis = continuation(top, i, logProbs);
        Optional<FinishReason> reason = finishReason(hypothesis);
        if (reason.isEmpty()) {
          next.add(hypothesis);
          parents.add(top.beam(i));
        } else if (i < config.numBeams()) {
          finished.offer(hypothesis, reason.get());
        }
      }
      running = next;
      return parents;
    }

    private Hypothesis continuation(TopContinuations top, int i, Tensor logProbs) {
      if (Float.isNaN(top.score(i))) {
        throw new IllegalStateException(
            "prompt " + prompt.id() + ": the model's logits are not numbers");
      }
      int vocab = logProbs.size(1);
      long at = logProbs.address() + 4L * ((long) vocab * top.beam(i) + top.tokenId(i));
      return running.get(top.beam(i)).append(top.tokenId(i), Memory.getFloat(at), top.score(i));
    }

    private Optional<FinishReason> finishReason(Hypothesis hypothesis) {
      if (eosTokenIds.contains(hypothesis.lastToken())) {
        return Optional.of(new FinishReason.EndOfText(hypothesis.lastToken()));
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
      if (found.reason() instanceof FinishReason.StopString(String stop)) {
        text = text.substring(0, text.indexOf(stop));
      }
      Completion completion =
          new Completion(
              index,
              hypothesis.completion(),
              hypothesis.logProbs(),
              new long[hypothesis.length()],
              text,
              found.reason());
      return new Beam(completion, found.score());
    }
  }
}
