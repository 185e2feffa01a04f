package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.DType;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionOps;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.cpu.vectors.Rows;
import io.troupe.tensor.memory.Memory;

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
      Tensor out, Tensor lse, Tensor q, Tensor k, Tensor v, PackedSequences layout, double scale) {
    Writes.to(out, lse);
    if (q.dtype() == DType.FLOAT64) {
      new PlainAttention(q, k, v, layout, scale).forward(pool, out, lse);
    } else {
      PackedHeads heads = new PackedHeads(q, k, layout, scale);
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
      double scale) {
    Writes.to(dq, dk, dv);
    if (q.dtype() == DType.FLOAT64) {
      new PlainAttention(q, k, v, layout, scale).backward(pool, dq, dk, dv, dOut, out, lse);
    } else {
      PackedHeads heads = new PackedHeads(q, k, layout, scale);
      new PackedAttentionGrad(heads, dq, dk, dv, dOut, out, lse, q, k, v).run(pool);
    }
  }

  @Override
  public void storeKv(KvPages pages, int layer, Tensor k, Tensor v, KvRows rows) {
    Writes.to(pages.keys(), pages.values());
    PageAddresses addresses = new PageAddresses(pages, layer);
    int kvHeads = k.size(1);
    int headDim = k.size(2);
    long kAddress = k.address();
    long vAddress = v.address();
    Partition.rows(
        pool,
        k.size(0),
        (long) kvHeads * headDim,
        (from, to) -> {
          for (int row = (int) from; row < to; row++) {
            int position = rows.position()[row];
            int page = rows.pageTables()[rows.sequence()[row]][position / KvPages.PAGE_SIZE];
            int slot = position % KvPages.PAGE_SIZE;
            for (int kvHead = 0; kvHead < kvHeads; kvHead++) {
              long offset = ((long) row * kvHeads + kvHead) * headDim * Float.BYTES;
              storeKey(addresses.keys(page, kvHead) + 4L * slot, kAddress + offset, headDim);
              long values = addresses.values(page, kvHead) + 4L * slot * headDim;
              Rows.copy(values, vAddress + offset, headDim);
            }
          }
        });
  }

  private static void storeKey(long slot, long key, int headDim) {
    for (int d = 0; d < headDim; d++) {
      Memory.setFloat(slot + 4L * d * KvPages.PAGE_SIZE, Memory.getFloat(key + 4L * d));
    }
  }

  @Override
  public void pagedAttention(
      Tensor out, Tensor q, KvPages pages, int layer, KvRows rows, double scale) {
    Writes.to(out);
    new PagedAttention(out, q, pages, layer, rows, scale).run(pool);
  }
}
