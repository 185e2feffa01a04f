package io.troupe.tensor.cpu.products;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.LinearLayer;
import io.troupe.tensor.backend.MatrixOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.elementwise.FusedLoops;
import io.troupe.tensor.cpu.layout.MatrixRows;
import io.troupe.tensor.cpu.threads.ComputePool;
import java.util.Arrays;
import java.util.List;

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

  /** Up to so many rows, packing a row-major right operand costs more than it saves. */
  private static final int MAX_UNPACKED_ROWS = 64;

  /**
   * Up to so many columns, the rows of a row-major right operand are as close together as panels.
   */
  private static final int MAX_UNPACKED_COLUMNS = 128;

  /** The most bytes of weights that are packed for several products at once. */
  private static final long MAX_PACKED_BYTES = 2L * Float.BYTES * MAX_PACKED;

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

  @Override
  public void addMatmul(Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    int k = a.size(transposeA ? 0 : 1);
    if (out.dtype() == DType.FLOAT32 && Product.kBlock(k) >= k) {
      matmul(out, a, transposeA, b, transposeB, true);
      return;
    }
    try (Scope _ = out.scope().engine().open("product to add")) {
      Tensor product = Tensor.empty(out.dtype(), out.shape());
      matmul(product, a, transposeA, b, transposeB, false);
      out.addScaledi(product, 1);
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
    LinearLayer layer = new LinearLayer(out, weight, bias);
    run(packed(x, layer)[0], layer, x);
  }

  /** Computes a layer from its packed product, or from its weight if there is none. */
  private void run(Product packed, LinearLayer layer, Tensor x) {
    Tensor out = layer.out();
    Tensor weight = layer.weight();
    Tensor bias = layer.bias();
    Writes.to(out);
    if (packed != null) {
      parts.run(packed);
      return;
    }
    int m = out.size(0);
    int n = weight.size(0);
    int k = weight.size(1);
    long size = out.dtype().sizeBytes();
    Operands all =
        Operands.dense(m, n, k, x.address(), false, weight.address(), true, out.address(), size);
    if (out.dtype() == DType.FLOAT32) {
      multiply(all, bias == null ? 0 : bias.address(), false, parts);
      return;
    }
    PlainProducts.multiply(all, false);
    if (bias != null) {
      PlainProducts.addBias(out.address(), m, n, bias.address());
    }
  }

  /**
   * The products of layers of one input. Weights without a packed copy are packed for this use, all
   * or none.
   *
   * @return null for a layer that is not packed: not FLOAT32, or too large
   */
  private Product[] packed(Tensor x, LinearLayer... layers) {
    Product[] products = new Product[layers.length];
    if (x.dtype() != DType.FLOAT32) {
      return products;
    }
    long[] panels = new long[layers.length];
    long bytes = 0; // to pack
    for (int i = 0; i < layers.length; i++) {
      Tensor weight = layers[i].weight();
      panels[i] = PackedWeights.panels(weight, x.size(0), this::pack);
      bytes += panels[i] == 0 ? panelBytes(weight) : 0;
    }
    boolean fits = bytes <= MAX_PACKED_BYTES;
    long next = fits && bytes > 0 ? ProductScratch.ofThread().panels(bytes) : 0;
    for (int i = 0; i < layers.length; i++) {
      if (panels[i] == 0 && fits) {
        panels[i] = next;
        pack(layers[i].weight(), next);
        next += panelBytes(layers[i].weight());
      }
      products[i] = panels[i] == 0 ? null : product(x, layers[i], panels[i]);
    }
    return products;
  }

  private static long panelBytes(Tensor weight) {
    return PackedPanels.bytes(weight.size(1), weight.size(0));
  }

  private static Product product(Tensor x, LinearLayer layer, long panels) {
    Tensor weight = layer.weight();
    Tensor out = layer.out();
    int k = weight.size(1);
    Operands all =
        Operands.dense(
            out.size(0), weight.size(0), k, x.address(), false, 0, true, out.address(), 4);
    long bias = layer.bias() == null ? 0 : layer.bias().address();
    return all.packed(Product.kBlock(k), panels, bias, false);
  }

  @Override
  public void linearLayers(Tensor x, List<LinearLayer> layers) {
    Product[] products = packed(x, layers.toArray(LinearLayer[]::new));
    if (!Arrays.asList(products).contains(null)) {
      layers.forEach(layer -> Writes.to(layer.out()));
      parts.run(products);
      return;
    }
    for (int i = 0; i < products.length; i++) {
      run(products[i], layers.get(i), x);
    }
  }

  @Override
  public void linearAdd(Tensor out, Tensor residual, Tensor x, Tensor weight, Tensor bias) {
    LinearLayer layer = new LinearLayer(out, weight, bias);
    Product product = packed(x, layer)[0];
    if (product == null) {
      run(null, layer, x);
      Backend.of(out).elementwise().binary(BinaryOp.ADD, out, residual, out);
      return;
    }
    Writes.to(out);
    long from = residual.address();
    parts.run(
        product.m(),
        PackedPanels.count(product.n()),
        product.k(),
        (rowFrom, rowTo, panelFrom, panelTo) -> {
          product.tile(rowFrom, rowTo, panelFrom, panelTo);
          Columns columns = Columns.of(product, panelFrom, panelTo);
          long at = rowFrom * product.outRow() + columns.offset();
          MatrixRows.add(
              from + at,
              product.outRow(),
              rowTo - rowFrom,
              columns.count(),
              product.out() + at,
              product.outRow());
        });
  }

  @Override
  public void linearSwiglu(Tensor out, Tensor x, LinearLayer gate, LinearLayer up) {
    Product[] packed = packed(x, gate, up);
    Product gates = packed[0];
    Product ups = packed[1];
    if (gates == null || ups == null) {
      run(gates, gate, x);
      run(ups, up, x);
      Backend.of(out).elementwise().swiglu(out, gate.out(), up.out());
      return;
    }
    Writes.to(out, gate.out(), up.out());
    long target = out.address();
    parts.run(
        gates.m(),
        PackedPanels.count(gates.n()),
        2 * gates.k(),
        (rowFrom, rowTo, panelFrom, panelTo) -> {
          gates.tile(rowFrom, rowTo, panelFrom, panelTo);
          ups.tile(rowFrom, rowTo, panelFrom, panelTo);
          Columns columns = Columns.of(gates, panelFrom, panelTo);
          for (int row = rowFrom; row < rowTo; row++) {
            long at = row * gates.outRow() + columns.offset();
            FusedLoops.BEST.swiglu(target + at, gates.out() + at, ups.out() + at, columns.count());
          }
        });
  }

  /** The columns of a product that some panels hold; the offset is in bytes. */
  private record Columns(long offset, int count) {
    static Columns of(Product product, int panelFrom, int panelTo) {
      int from = panelFrom * PackedPanels.COLUMNS;
      int to = Math.min(product.n(), panelTo * PackedPanels.COLUMNS);
      return new Columns((long) Float.BYTES * from, to - from);
    }
  }

  @Override
  public int sumBlock(int k) {
    return Product.kBlock(k);
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
    boolean isSmall = all.m() <= MAX_UNPACKED_ROWS || all.n() <= MAX_UNPACKED_COLUMNS;
    if (isSmall && all.bColumn() == Float.BYTES) {
      how.run(all.unpacked(kBlock, bias, accumulate));
      return;
    }
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
