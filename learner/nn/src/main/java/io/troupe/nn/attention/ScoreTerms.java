package io.troupe.nn.attention;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionOperands;

/**
 * Terms of the scores of attention besides the product of query and key.
 *
 * @param bias (groups, heads or 1, queries, keys), added to the scores; example {@code b} reads
 *     group {@code b % groups}, where groups divide the batch. It may require a gradient. Null for
 *     none
 * @param keyMask (batch, keys), INT32: 0 hides a key, as transformers' {@code attention_mask}; null
 *     to show all keys
 */
public record ScoreTerms(Tensor bias, Tensor keyMask) {
  /** No terms. */
  public static final ScoreTerms NONE = new ScoreTerms(null, null);

  /** A bias. */
  public static ScoreTerms bias(Tensor bias) {
    return new ScoreTerms(bias, null);
  }

  /** A mask of keys, such as the padding of a batch of sequences. */
  public static ScoreTerms keyMask(Tensor mask) {
    return new ScoreTerms(null, mask);
  }

  /** These terms with a mask of keys. */
  public ScoreTerms withKeyMask(Tensor mask) {
    return new ScoreTerms(bias, mask);
  }

  /**
   * The scores with these terms.
   *
   * @param scores (batch, heads, queries, keys)
   */
  Tensor addTo(Tensor scores) {
    Shape shape = scores.shape();
    Tensor sum = scores;
    if (bias != null) {
      int groups = bias.size(0);
      sum =
          sum.reshape(shape.size(0) / groups, groups, shape.size(1), shape.size(2), shape.size(3))
              .add(bias)
              .reshape(shape);
    }
    if (keyMask != null) {
      Tensor hidden = keyMask.to(scores.dtype()).sub(1).mul(-AttentionOperands.HIDDEN);
      sum = sum.add(hidden.reshape(shape.size(0), 1, 1, shape.size(3)));
    }
    return sum;
  }

  /** A bias that shows each position only itself and those before it. */
  public static ScoreTerms causal(DType dtype, int length) {
    Tensor bias = Tensor.zeros(dtype, Shape.of(1, 1, length, length));
    double[] values = new double[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = query + 1; key < length; key++) {
        values[query * length + key] = AttentionOperands.HIDDEN;
      }
    }
    bias.copyFrom(Tensor.of(values, 1, 1, length, length));
    return bias(bias);
  }
}
