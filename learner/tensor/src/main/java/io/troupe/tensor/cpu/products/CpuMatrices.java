package io.troupe.tensor.cpu.products;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.MatrixOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.threads.ComputePool;

/**
 * Matrix products on the CPU: FLOAT32 through packed panels ({@link Product}), FLOAT64 as plain
 * loops.
 *
 * <p>A weight keeps its panels beside it where that pays ({@link PackedWeights}), or in place of
 * its row-major memory in a model that only decodes ({@link PackedStorage}). Everything else is
 * packed for one product: packing costs about as much as ten rows, and the products of a backward
 * pass have hundreds, so no second copy is kept for them.
 */
public final class CpuMatrices implements MatrixOps {
  /** Elements of the right operand that are packed at once: 4 MB, a part of the last cache. */
  private static final int MAX_PACKED = 1 << 20;

  private static final ProductPartition ALONE = new ProductPartition(null);

  private final ComputePool pool;
  private final ProductPartition parts;

  public CpuMatrices(ComputePool pool) {
    this.pool = pool;
    this.parts = new ProductPartition(pool);
  }

  @Override
  public void matmul(
      Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean accumulate) {
    Writes.to(out);
    boolean shared = b.rank() == 2;
    boolean fold = shared && !transposeA;
    int outer = Math.toIntExact(out.shape().product(0, out.rank() - 2));
    int batch = fold ? 1 : outer;
    int m = fold ? Math.multiplyExact(outer, out.size(-2)) : out.size(-2);
    int k = a.size(transposeA ? -2 : -1);
    Operands first =
        Operands.dense(
            m,
            out.size(-1),
            k,
            a.address(),
            transposeA,
            b.address(),
            transposeB,
            out.address(),
            out.dtype().sizeBytes());
    if (out.dtype() == DType.FLOAT64) {
      for (int i = 0; i < batch; i++) {
        PlainProducts.multiply(first.item(i, shared, Double.BYTES), accumulate);
      }
    } else if (batch == 1) {
      multiply(first, 0, accumulate, parts);
    } else {
      multiplyBatch(first, batch, shared, accumulate);
    }
  }

  private void multiplyBatch(Operands first, int batch, boolean shared, boolean accumulate) {
    int each = parts.itemsPerPart(batch, first.m(), first.n(), first.k());
    if (each == 0) {
      for (int i = 0; i < batch; i++) {
        multiply(first.item(i, shared, Float.BYTES), 0, accumulate, parts);
      }
      return;
    }
    pool.run(
        (batch + each - 1) / each,
        part -> {
          for (int i = part * each; i < Math.min((part + 1) * each, batch); i++) {
            multiply(first.item(i, shared, Float.BYTES), 0, accumulate, ALONE);
          }
        });
  }

  @Override
  public void linear(Tensor out, Tensor x, Tensor weight, Tensor bias) {
    Writes.to(out);
    int m = out.size(0);
    int n = weight.size(0);
    int k = weight.size(1);
    long size = out.dtype().sizeBytes();
    boolean isSingle = out.dtype() == DType.FLOAT32;
    long panels = isSingle ? PackedWeights.panels(weight, m, this::pack) : 0;
    long right = panels == 0 ? weight.address() : 0;
    Operands all = Operands.dense(m, n, k, x.address(), false, right, true, out.address(), size);
    if (!isSingle) {
      PlainProducts.multiply(all, false);
      if (bias != null) {
        PlainProducts.addBias(out.address(), m, n, bias.address());
      }
      return;
    }
    long biasAddress = bias == null ? 0 : bias.address();
    if (panels != 0) {
      parts.run(all.packed(Product.kBlock(k), panels, biasAddress, false));
    } else {
      multiply(all, biasAddress, false, parts);
    }
  }

  @Override
  public void storePacked(Tensor weight) {
    if (PackedStorage.isPossible(weight)) {
      PackedStorage.replace(weight, this::pack);
    }
  }

  private void pack(Tensor weight, long panels) {
    int inFeatures = weight.size(1);
    parts.pack(
        panels,
        inFeatures,
        weight.size(0),
        weight.address(),
        Float.BYTES,
        (long) Float.BYTES * inFeatures);
  }

  /** One product, in blocks of the right operand that are packed and used in turn. */
  private static void multiply(Operands all, long bias, boolean accumulate, ProductPartition how) {
    int kBlock = Product.kBlock(all.k());
    int columns = Math.max(1, MAX_PACKED / kBlock / PackedPanels.COLUMNS) * PackedPanels.COLUMNS;
    for (int nFrom = 0; nFrom < all.n(); nFrom += columns) {
      int n = Math.min(columns, all.n() - nFrom);
      int length = kBlock * Math.max(1, MAX_PACKED / kBlock / n);
      for (int kFrom = 0; kFrom == 0 || kFrom < all.k(); kFrom += length) {
        int k = Math.min(length, all.k() - kFrom);
        Operands block = all.block(nFrom, n, kFrom, k);
        long panels = ProductScratch.ofThread().panels(PackedPanels.bytes(k, n));
        how.pack(panels, k, n, block.b(), block.bStep(), block.bColumn());
        long start = bias == 0 ? 0 : bias + (long) Float.BYTES * nFrom;
        boolean more = accumulate || kFrom > 0;
        how.run(block.packed(kBlock, panels, more ? 0 : start, more));
      }
    }
  }
}
