package io.troupe.rollout.engine;

import io.troupe.tensor.backend.SamplingRows;
import java.util.List;

/**
 * A token that is selected again.
 *
 * @param sample that it belongs to
 * @param position in the completion
 * @param row of the pass whose state selects it; -1 for the state after the prompt
 * @param uniform the random number that selects it
 * @param allowed tokens that an output constraint allows here; null for all
 */
@SuppressWarnings("ArrayRecordComponent") // a copy that nobody changes
record ReplayedToken(ReplayedSample sample, int position, int row, double uniform, long[] allowed) {

  /** The tokens of a pass. */
  record Rows(List<ReplayedToken> tokens) implements SamplingRows {

    @Override
    public int[] tokenIds(int row) {
      return tokens.get(row).sample().tokenIds();
    }

    @Override
    public int numTokens(int row) {
      return numPromptTokens(row) + tokens.get(row).position();
    }

    @Override
    public int numPromptTokens(int row) {
      return tokens.get(row).sample().group().decoding().promptLength();
    }

    @Override
    public long[] allowedTokens(int row) {
      return tokens.get(row).allowed();
    }

    @Override
    public double uniform(int row) {
      return tokens.get(row).uniform();
    }
  }
}
