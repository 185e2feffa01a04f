package io.troupe.nn.diffusers;

import io.troupe.nn.attention.ScoreTerms;
import io.troupe.tensor.Tensor;

/**
 * The text that a network is conditioned on.
 *
 * @param hiddenStates of the text encoder, (batch, length, crossAttentionDim)
 * @param mask (batch, length), INT32: 0 hides a token; null to show all
 */
public record TextContext(Tensor hiddenStates, Tensor mask) {
  /** A text of which all tokens are shown. */
  public static TextContext of(Tensor hiddenStates) {
    return new TextContext(hiddenStates, null);
  }

  ScoreTerms terms() {
    return mask == null ? ScoreTerms.NONE : ScoreTerms.keyMask(mask);
  }
}
