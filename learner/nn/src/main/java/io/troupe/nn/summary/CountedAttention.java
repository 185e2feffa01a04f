package io.troupe.nn.summary;

import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionOperands;
import io.troupe.tensor.backend.AttentionOps;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.backend.RotaryAngles;

/**
 * Attention: the products of queries with keys and of weights with values.
 *
 * @param trace takes the notes
 */
record CountedAttention(Trace trace) implements AttentionOps {
  @Override
  public void rotary(
      Tensor out, Tensor x, Tensor cos, Tensor sin, Tensor positions, boolean inverse) {
    trace.reached(out, trace.reachOf(x));
  }

  @Override
  public void attention(
      Tensor out,
      Tensor lse,
      Tensor q,
      Tensor k,
      Tensor v,
      PackedSequences layout,
      AttentionScores scores) {
    long pairs = 0;
    for (int position : layout.positions()) {
      pairs += position + 1 - scores.firstVisible(position);
    }
    trace.layer("attention", out, 2 * pairs * q.size(1) * q.size(2), trace.reachOf(q, k, v));
  }

  @Override
  public void fullAttention(Tensor out, Tensor lse, AttentionOperands operands) {
    Reach reach = trace.reachOf(operands.q(), operands.k(), operands.v());
    if (reach instanceof Reach.Field field) {
      reach = operands.keys() < field.positions() ? Reach.UNKNOWN : Reach.WHOLE;
    }
    long pairs = (long) operands.batch() * operands.queries() * operands.keys();
    trace.layer(
        "attention",
        out,
        2 * pairs * operands.heads() * operands.headDim(),
        reach,
        operands.bias());
  }

  @Override
  public void pagedAttention(
      Tensor out,
      Tensor q,
      Tensor k,
      Tensor v,
      RotaryAngles angles,
      KvPages pages,
      int layer,
      KvRows rows,
      AttentionScores scores) {
    throw new IllegalStateException("a prediction has no cache");
  }

  @Override
  public void attentionGrad(
      Tensor dq,
      Tensor dk,
      Tensor dv,
      Tensor dOut,
      Tensor out,
      Tensor lse,
      Tensor q,
      Tensor k,
      Tensor v,
      PackedSequences layout,
      AttentionScores scores) {
    throw Trace.noGradients();
  }
}
