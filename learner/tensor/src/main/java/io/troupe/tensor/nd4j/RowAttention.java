package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.asRows;
import static io.troupe.tensor.nd4j.Operands.slab;

import io.troupe.tensor.backend.AttentionScores;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Attention of one row to the keys it sees. Packed sequences and pages both use this class with the
 * same arrays, so a row's result is the same for both.
 *
 * @param q the row's queries, (heads, headDim); consecutive heads share a key head
 * @param keys for each key head (numKeys, headDim)
 * @param values same shapes as {@code keys}
 * @param scores scale, soft cap and sliding window; the last key is at the row's own position
 */
@SuppressWarnings("ArrayRecordComponent") // one row's view, gone when the row is done
record RowAttention(INDArray q, INDArray[] keys, INDArray[] values, AttentionScores scores) {

  /**
   * Computes the row.
   *
   * @param out (heads, headDim), written
   * @param lse (heads, 1), written
   */
  void forward(INDArray out, INDArray lse) {
    for (int h = 0; h < keys.length; h++) {
      INDArray scored = visible(scored(h));
      long numKeys = scored.size(0);
      INDArray max = scored.max(0).reshape(group());
      INDArray e = Functions.exp(scored.subi(asRows(max, numKeys)));
      INDArray sum = Functions.sumOfRows(e);
      INDArray p = e.divi(asRows(sum, numKeys));
      ofHead(out, h).assign(p.transpose().mmul(values[h]));
      ofHead(lse, h).assign(Transforms.log(sum, true).addi(max).reshape(group(), 1));
    }
  }

  /**
   * Computes the row's gradients.
   *
   * @param dq (heads, headDim), written
   * @param dKeys shapes of {@link #keys}, added to
   * @param dValues shapes of {@link #values}, added to
   * @param dOut (heads, headDim)
   * @param out (heads, headDim), as {@link #forward} wrote it
   * @param lse (heads, 1), as {@link #forward} wrote it
   */
  void backward(
      INDArray dq,
      INDArray[] dKeys,
      INDArray[] dValues,
      INDArray dOut,
      INDArray out,
      INDArray lse) {
    for (int h = 0; h < keys.length; h++) {
      INDArray scored = scored(h);
      INDArray slopes = slopes(scored);
      long numKeys = scored.size(0);
      INDArray logSum = ofHead(lse, h).reshape(group());
      INDArray p = Functions.exp(visible(scored).subi(asRows(logSum, numKeys)));
      INDArray dOutOfHead = ofHead(dOut, h);
      dValues[h].addi(p.mmul(dOutOfHead));
      INDArray inner = Functions.sumOfColumns(dOutOfHead.mul(ofHead(out, h)));
      INDArray dp = values[h].mmul(dOutOfHead.transpose()).subi(asRows(inner, numKeys));
      INDArray ds = dp.muli(p).muli(slopes).muli(scores.scale());
      ofHead(dq, h).assign(ds.transpose().mmul(keys[h]));
      dKeys[h].addi(ds.mmul(ofHead(q, h)));
    }
  }

  /** The scaled and capped scores of one key head's queries, (numKeys, group). */
  private INDArray scored(int h) {
    INDArray scaled = keys[h].mmul(ofHead(q, h).transpose()).muli(scores.scale());
    if (scores.softCap().isEmpty()) {
      return scaled;
    }
    double cap = scores.softCap().getAsDouble();
    return Transforms.tanh(scaled.divi(cap), true).muli(cap);
  }

  /** The derivatives of the soft cap. */
  private INDArray slopes(INDArray capped) {
    if (scores.softCap().isEmpty()) {
      return capped.ulike().assign(1);
    }
    INDArray tanh = capped.div(scores.softCap().getAsDouble());
    return tanh.muli(tanh).rsubi(1);
  }

  /** Hides the keys before the window. */
  private INDArray visible(INDArray scored) {
    int hidden = scores.firstVisible((int) scored.size(0) - 1);
    if (hidden > 0) {
      slab(scored, 0, hidden).assign(Double.NEGATIVE_INFINITY);
    }
    return scored;
  }

  private INDArray ofHead(INDArray perHead, int h) {
    return slab(perHead, h * group(), group());
  }

  /** Query heads that share a key head. */
  private long group() {
    return q.size(0) / keys.length;
  }
}
