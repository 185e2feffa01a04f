package io.troupe.training.diffusion;

import io.troupe.nn.diffusers.TextContext;
import io.troupe.nn.pipelines.PipelineTextEncoder;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;

/**
 * The hidden states of captions, from a text encoder that is not trained. Captions are token ids
 * that begin with a start and end with the end of the encoder, (batch, length); they are filled to
 * the maximum length of the encoder, as when the pipeline samples.
 *
 * @param encoder the text encoder
 */
record CaptionStates(PipelineTextEncoder encoder) {
  /** The states of captions. */
  TextContext of(Tensor captions) {
    return states(filled(captions));
  }

  /**
   * The states of captions, some of which are replaced by the empty text.
   *
   * @param proportionEmpty probability of the empty text for each caption
   * @param random the choice is a function of it
   */
  TextContext withEmpty(Tensor captions, double proportionEmpty, Philox random) {
    int[][] ids = filled(captions);
    int[][] empty = empty(captions);
    for (int i = 0; i < ids.length; i++) {
      if (random.uniform(i) < proportionEmpty) {
        ids[i] = empty[i];
      }
    }
    return states(ids);
  }

  /** The states of the empty text, one for each caption. */
  TextContext ofEmpty(Tensor captions) {
    return states(empty(captions));
  }

  private TextContext states(int[][] ids) {
    int[] all = Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      return TextContext.of(encoder.forward(Tensor.of(all, ids.length, length())));
    }
  }

  private int length() {
    return encoder.config().maxPositionEmbeddings();
  }

  private int[][] filled(Tensor captions) {
    return rows(captions, captions.size(1));
  }

  /** The start of each caption, filled with ends. */
  private int[][] empty(Tensor captions) {
    return rows(captions, 1);
  }

  /** The first ids of each caption, filled with ends. */
  private int[][] rows(Tensor captions, int numKept) {
    int captionLength = captions.size(1);
    if (captionLength > length()) {
      throw new IllegalArgumentException(
          "captions must have at most the %d tokens of the text encoder, got %d"
              .formatted(length(), captionLength));
    }
    int[] ids = captions.toInts();
    int[][] rows = new int[captions.size(0)][length()];
    for (int i = 0; i < rows.length; i++) {
      Arrays.fill(rows[i], encoder.config().eosTokenId());
      System.arraycopy(ids, i * captionLength, rows[i], 0, numKept);
    }
    return rows;
  }
}
