package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.DType;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionOperands;
import io.troupe.tensor.backend.AttentionOps;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.backend.RotaryAngles;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.threads.ComputePool;

/** Attention and rotary positions on the CPU. */
public final class CpuAttention implements AttentionOps {
  private final ComputePool pool;

  public CpuAttention(ComputePool pool) {
    this.pool = pool;
  }

  @Override
  public void rotary(
      Tensor out, Tensor x, Tensor cos, Tensor sin, Tensor positions, boolean inverse) {
    Writes.to(out);
    Rotary rotary = new Rotary(out, x, cos, sin, positions, inverse);
    if (x.dtype() == DType.FLOAT64) {
      rotary.turnDoubles(pool);
    } else {
      rotary.turnFloats(pool);
    }
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
    Writes.to(out, lse);
    if (q.dtype() == DType.FLOAT64) {
      new PlainAttention(q, k, v, layout, scores).forward(pool, out, lse);
    } else {
      PackedHeads heads = new PackedHeads(q, k, layout, scores);
      new PackedAttention(heads, out, lse, q, k, v).run(pool);
    }
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
    Writes.to(dq, dk, dv);
    if (q.dtype() == DType.FLOAT64) {
      new PlainAttention(q, k, v, layout, scores).backward(pool, dq, dk, dv, dOut, out, lse);
    } else {
      PackedHeads heads = new PackedHeads(q, k, layout, scores);
      new PackedAttentionGrad(heads, dq, dk, dv, dOut, out, lse, q, k, v).run(pool);
    }
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
    Writes.to(out, pages.keys(), pages.values());
    PageAddresses addresses = new PageAddresses(pages, layer);
    PagedInputs inputs = PagedInputs.of(q, k, v, angles, addresses, rows, scores);
    new PagedAttention(out, inputs).run(pool);
  }

  @Override
  public void fullAttention(Tensor out, Tensor lse, AttentionOperands operands) {
    if (out.dtype() == DType.FLOAT64) {
      AttentionOps.super.fullAttention(out, lse, operands);
      return;
    }
    Writes.to(out, lse);
    new FullAttention(operands, out, lse).run(pool);
  }

  @Override
  public void fullAttentionGrad(
      Tensor dq,
      Tensor dk,
      Tensor dv,
      Tensor dBias,
      Tensor dOut,
      Tensor out,
      Tensor lse,
      AttentionOperands operands) {
    if (dq.dtype() == DType.FLOAT64) {
      AttentionOps.super.fullAttentionGrad(dq, dk, dv, dBias, dOut, out, lse, operands);
      return;
    }
    Writes.to(dq, dk, dv, dBias);
    new FullAttentionGrad(operands, dq, dk, dv, dBias, dOut, out, lse).run(pool);
  }
}
