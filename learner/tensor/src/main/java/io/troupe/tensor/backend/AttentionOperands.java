package io.troupe.tensor.backend;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.Memory;

/**
 * The operands of attention in both directions: each query of an example attends to all of its
 * keys. The scores are {@code scale * (query . key) + bias}.
 *
 * @param q (batch, queries, heads, headDim)
 * @param k (batch, keys, heads, headDim), with at least one key
 * @param v same shape as {@code k}
 * @param bias (groups, heads, queries, keys), added to the scores: example {@code b} reads group
 *     {@code b % groups}; heads may be 1, for all heads; or null
 * @param keyMask (batch, keys), INT32: 0 hides a key from all queries of its example, of which at
 *     least one key is visible; or null
 * @param scale multiplies the products, normally 1 / sqrt(headDim)
 */
public record AttentionOperands(
    Tensor q, Tensor k, Tensor v, Tensor bias, Tensor keyMask, double scale) {
  /** The score of a hidden key; its exponential is 0 beside that of any visible key. */
  public static final double HIDDEN = -1e30;

  /** Checks the shapes. */
  public AttentionOperands {
    boolean fits =
        q.rank() == 4
            && k.rank() == 4
            && k.shape().equals(v.shape())
            && k.size(1) > 0
            && k.shape().with(1, 1).equals(q.shape().with(1, 1));
    if (!fits) {
      throw new ShapeException(
          "q, k and v of attention must be (batch, queries, heads, headDim) and twice"
              + " (batch, keys, heads, headDim), got "
              + q.shape()
              + ", "
              + k.shape()
              + " and "
              + v.shape());
    }
    requireBias(q, k, bias);
    requireMask(k, keyMask);
  }

  private static void requireBias(Tensor q, Tensor k, Tensor bias) {
    if (bias == null) {
      return;
    }
    boolean fits =
        bias.rank() == 4
            && bias.dtype() == q.dtype()
            && bias.size(0) > 0
            && q.size(0) % bias.size(0) == 0
            && (bias.size(1) == 1 || bias.size(1) == q.size(2))
            && bias.size(2) == q.size(1)
            && bias.size(3) == k.size(1);
    if (!fits) {
      throw new ShapeException(
          "the bias of attention must be "
              + q.dtype()
              + " (a divisor of "
              + q.size(0)
              + ", 1 or "
              + q.size(2)
              + ", "
              + q.size(1)
              + ", "
              + k.size(1)
              + "), got "
              + bias.dtype()
              + " "
              + bias.shape());
    }
  }

  private static void requireMask(Tensor k, Tensor mask) {
    Shape expected = Shape.of(k.size(0), k.size(1));
    if (mask != null && (mask.dtype() != DType.INT32 || !mask.shape().equals(expected))) {
      throw new ShapeException(
          "the key mask of attention must be INT32 "
              + expected
              + ", got "
              + mask.dtype()
              + " "
              + mask.shape());
    }
    for (int example = 0; mask != null && example < k.size(0); example++) {
      if (!isAnyVisible(mask, example)) {
        throw new IllegalArgumentException(
            "the key mask of attention must show at least one key of each example, got none of"
                + " example "
                + example);
      }
    }
  }

  private static boolean isAnyVisible(Tensor mask, int example) {
    long from = mask.address() + 4L * example * mask.size(1);
    for (int key = 0; key < mask.size(1); key++) {
      if (Memory.getInt(from + 4L * key) != 0) {
        return true;
      }
    }
    return false;
  }

  /** The number of examples. */
  public int batch() {
    return q.size(0);
  }

  /** The number of queries per example. */
  public int queries() {
    return q.size(1);
  }

  /** The number of keys per example. */
  public int keys() {
    return k.size(1);
  }

  /** The number of heads. */
  public int heads() {
    return q.size(2);
  }

  /** The features of a head. */
  public int headDim() {
    return q.size(3);
  }

  /** The number of groups of the bias; 1 without a bias. */
  public int groups() {
    return bias == null ? 1 : bias.size(0);
  }

  /** The index of the first element of the bias of a query. */
  public long biasIndex(int example, int head, int query) {
    long row = (long) (example % groups()) * bias.size(1) + (bias.size(1) == 1 ? 0 : head);
    return (row * queries() + query) * keys();
  }
}
