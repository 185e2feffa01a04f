package io.troupe.nn.attention;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Attention;
import io.troupe.tensor.backend.AttentionOperands;
import java.util.List;

/**
 * Multi-head attention in both directions (arXiv:1706.03762, section 3.2.2), composed of parts.
 *
 * <p>Difference from PyTorch: attention weights have no dropout; callers may drop elements of the
 * result.
 */
public final class MultiHeadAttention extends Module {
  private final int numHeads;
  private final double scale;
  private final Projections projections;
  private final Projection out;

  /**
   * A layer with scores scaled by 1 / sqrt(headDim).
   *
   * @param projections to queries, keys and values
   * @param out (heads * headDim) to the features of the result
   */
  public MultiHeadAttention(int numHeads, Projections projections, Projection out) {
    int features = out.linear().weight().size(1);
    if (numHeads < 1 || features % numHeads != 0) {
      throw new IllegalArgumentException(
          "the features of attention must be a multiple of the number of heads, "
              + numHeads
              + ", got "
              + features);
    }
    this.numHeads = numHeads;
    this.scale = 1 / Math.sqrt(features / (double) numHeads);
    this.projections = projections;
    this.out = out;
    projections.all().forEach(projection -> child(projection.name(), projection.linear()));
    child(out.name(), out.linear());
  }

  /**
   * Attends from each position of a sequence to all of its positions.
   *
   * @param x (batch, length, features)
   * @return (batch, length, features)
   */
  public Tensor forward(Tensor x, ScoreTerms terms) {
    Tensor rows = rows(x);
    Tensor attended = attended(projections.within(rows), x, x, terms);
    return out.linear().forward(attended).reshape(x.size(0), x.size(1), -1);
  }

  /**
   * As {@link #forward}, and adds the result to a residual.
   *
   * @param residual (batch, length, features)
   */
  public Tensor forwardAdd(Tensor x, Tensor residual, ScoreTerms terms) {
    Tensor attended = attended(projections.within(rows(x)), x, x, terms);
    return out.linear().forwardAdd(attended, rows(residual)).reshape(residual.shape());
  }

  /**
   * Attends from each position of a sequence to all positions of another.
   *
   * @param x (batch, length, features)
   * @param context (batch, keys, features of the context)
   * @return (batch, length, features)
   */
  public Tensor cross(Tensor x, Tensor context, ScoreTerms terms) {
    List<Tensor> qkv = projections.across(rows(x), rows(context));
    return out.linear().forward(attended(qkv, x, context, terms)).reshape(x.size(0), x.size(1), -1);
  }

  /** (batch * length, heads * headDim). */
  private Tensor attended(List<Tensor> qkv, Tensor x, Tensor context, ScoreTerms terms) {
    AttentionOperands operands =
        new AttentionOperands(
            heads(qkv.get(0), x),
            heads(qkv.get(1), context),
            heads(qkv.get(2), context),
            terms.bias(),
            terms.keyMask(),
            scale);
    return Attention.full(operands).reshape(x.size(0) * x.size(1), -1);
  }

  /**
   * The weights with which {@link #forward} attends: the softmax of the scores.
   *
   * @param x (batch, length, features)
   * @return (batch, heads, queries, keys); the weights of a query have the sum 1
   */
  public Tensor weights(Tensor x, ScoreTerms terms) {
    List<Tensor> qkv = projections.within(rows(x));
    Tensor queries = heads(qkv.get(0), x).permute(0, 2, 1, 3);
    Tensor keys = heads(qkv.get(1), x).permute(0, 2, 3, 1);
    return terms.addTo(queries.matmul(keys).mul(scale)).softmax();
  }

  private static Tensor rows(Tensor x) {
    return x.reshape(x.size(0) * x.size(1), x.size(2));
  }

  private Tensor heads(Tensor rows, Tensor sequence) {
    return rows.reshape(sequence.size(0), sequence.size(1), numHeads, rows.size(1) / numHeads);
  }
}
