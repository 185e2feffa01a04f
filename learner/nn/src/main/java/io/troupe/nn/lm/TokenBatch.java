package io.troupe.nn.lm;

import io.troupe.tensor.PackedSequences;
import java.util.Arrays;

/**
 * The rows of one forward pass.
 *
 * @param ids the token of each row
 * @param positions the position of each row in its sequence, from 0; as many as {@code ids}
 * @param layout the sequences in the rows; null with a cache, which has the layout
 */
@SuppressWarnings("ArrayRecordComponent") // handed over by the caller, not changed afterwards
public record TokenBatch(int[] ids, int[] positions, PackedSequences layout) {
  /** Checks that the rows agree. */
  public TokenBatch {
    if (ids.length != positions.length || (layout != null && layout.numRows() != ids.length)) {
      throw new IllegalArgumentException(
          "rows must have one id and one position each, got "
              + ids.length
              + " ids and "
              + positions.length
              + " positions"
              + (layout == null ? "" : " for " + layout.numRows() + " packed rows"));
    }
  }

  /** Packed sequences, at the positions that their layout gives them. */
  public static TokenBatch packed(int[] ids, PackedSequences layout) {
    return new TokenBatch(ids, layout.positions(), layout);
  }

  /** One sequence, from position 0. */
  public static TokenBatch of(int... ids) {
    return packed(ids, PackedSequences.of(ids.length));
  }

  /**
   * For each row the length of its sequence at the end of the pass. The rows of a shared prefix
   * have the length of the longest sequence that continues it.
   *
   * @param cache the cache of the pass; null to use the layout
   */
  public int[] sequenceLengths(AttentionCache cache) {
    if (cache != null) {
      return cache.sequenceLengths(positions);
    }
    int[] ofSegment = new int[layout.numSegments()];
    for (int s = ofSegment.length - 1; s >= 0; s--) {
      ofSegment[s] = Math.max(ofSegment[s], layout.prefixLength(s) + layout.length(s));
      if (layout.prefix(s) >= 0) {
        int prefix = layout.prefix(s);
        ofSegment[prefix] = Math.max(ofSegment[prefix], ofSegment[s]);
      }
    }
    int[] lengths = new int[ids.length];
    for (int s = 0; s < ofSegment.length; s++) {
      Arrays.fill(lengths, layout.start(s), layout.end(s), ofSegment[s]);
    }
    return lengths;
  }

  /** The number of rows. */
  public int numRows() {
    return ids.length;
  }

  /**
   * Checks that the rows are valid for a model.
   *
   * @throws IllegalArgumentException if a token or position is outside the model, or if there is
   *     neither a layout nor a cache
   */
  public void requireFits(LMConfig config, AttentionCache cache) {
    if (layout == null && cache == null) {
      throw new IllegalArgumentException(
          "a batch of tokens must have a layout or a cache, got neither");
    }
    for (int row = 0; row < ids.length; row++) {
      if (ids[row] < 0 || ids[row] >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "token in row "
                + row
                + " must be in [0, "
                + config.vocabSize()
                + "), the model's vocabulary, got "
                + ids[row]
                + "; use the model's own tokenizer");
      }
      if (positions[row] < 0 || positions[row] >= config.maxPositionEmbeddings()) {
        throw new IllegalArgumentException(
            "position in row "
                + row
                + " must be in [0, "
                + config.maxPositionEmbeddings()
                + "), the model's context (max_position_embeddings), got "
                + positions[row]
                + "; shorten the prompt or the completion");
      }
    }
  }
}
