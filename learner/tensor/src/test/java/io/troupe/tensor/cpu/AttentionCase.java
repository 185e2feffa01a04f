package io.troupe.tensor.cpu;

import io.troupe.tensor.DType;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.cpu.attention.CpuAttention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random operands and results of one attention operation, in the current scope. */
final class AttentionCase {
  final PackedSequences layout;
  final int heads;
  final int kvHeads;
  final int headDim;
  final double scale;
  final Tensor q;
  final Tensor k;
  final Tensor v;
  final Tensor dOut;
  final Tensor out;
  final Tensor lse;
  final Tensor dq;
  final Tensor dk;
  final Tensor dv;
  private final float[][] operands;

  private AttentionCase(
      PackedSequences layout,
      int heads,
      int kvHeads,
      int headDim,
      DType dtype,
      float[][] operands) {
    this.operands = operands;
    this.layout = layout;
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.headDim = headDim;
    this.scale = 1 / Math.sqrt(headDim);
    Shape queries = Shape.of(layout.numRows(), heads, headDim);
    Shape keys = Shape.of(layout.numRows(), kvHeads, headDim);
    q = tensor(dtype, queries, operands[0]);
    k = tensor(dtype, keys, operands[1]);
    v = tensor(dtype, keys, operands[2]);
    dOut = tensor(dtype, queries, operands[3]);
    out = garbage(dtype, queries);
    lse = garbage(dtype, Shape.of(layout.numRows(), heads));
    dq = garbage(dtype, queries);
    dk = garbage(dtype, keys);
    dv = garbage(dtype, keys);
  }

  /** FLOAT32 operands, normally distributed. */
  static AttentionCase random(
      PackedSequences layout, int heads, int kvHeads, int headDim, long seed) {
    Random random = new Random(seed);
    int queries = layout.numRows() * heads * headDim;
    int keys = layout.numRows() * kvHeads * headDim;
    float[][] operands = {
      normal(random, queries), normal(random, keys), normal(random, keys), normal(random, queries)
    };
    return new AttentionCase(layout, heads, kvHeads, headDim, DType.FLOAT32, operands);
  }

  /** The same operands in FLOAT64. */
  AttentionCase inDoubles() {
    return new AttentionCase(layout, heads, kvHeads, headDim, DType.FLOAT64, operands);
  }

  /** The same operands with the queries multiplied by a factor. */
  AttentionCase withQueriesTimes(float factor) {
    float[][] changed = operands.clone();
    changed[0] = operands[0].clone();
    for (int i = 0; i < changed[0].length; i++) {
      changed[0][i] *= factor;
    }
    return new AttentionCase(layout, heads, kvHeads, headDim, DType.FLOAT32, changed);
  }

  /** A new case with some rows of this case. */
  AttentionCase ofRows(PackedSequences part, int[] rows) {
    float[][] picked = new float[operands.length][];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = pick(operands[i], rows);
    }
    return new AttentionCase(part, heads, kvHeads, headDim, DType.FLOAT32, picked);
  }

  private float[] pick(float[] all, int[] rows) {
    int length = all.length / Math.max(1, layout.numRows());
    float[] picked = new float[rows.length * length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(all, rows[i] * length, picked, i * length, length);
    }
    return picked;
  }

  AttentionCase forward(CpuAttention attention) {
    attention.attention(out, lse, q, k, v, layout, AttentionScores.scaled(scale));
    return this;
  }

  AttentionCase backward(CpuAttention attention) {
    attention.attentionGrad(
        dq, dk, dv, dOut, out, lse, q, k, v, layout, AttentionScores.scaled(scale));
    return this;
  }

  /**
   * The first element whose bits differ, or -1.
   *
   * @param from first row of {@code part} in {@code whole}
   */
  static int firstDifference(Tensor part, Tensor whole, int from) {
    Tensor rows = whole.rows(from, from + part.size(0));
    int[] expected = bits(rows.toFloats());
    return Arrays.mismatch(bits(part.toFloats()), expected);
  }

  /** The first element whose bits differ, or -1. */
  static int firstDifference(Tensor actual, Tensor expected) {
    return firstDifference(actual, expected, 0);
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  private static Tensor tensor(DType dtype, Shape shape, float[] values) {
    if (dtype == DType.FLOAT32) {
      return Tensor.of(values, shape.sizes());
    }
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return Tensor.of(wide, shape.sizes());
  }

  /** Initial contents of a result, before the kernel writes it. */
  private static Tensor garbage(DType dtype, Shape shape) {
    float[] values = new float[(int) shape.numel()];
    Arrays.fill(values, Float.NaN);
    return tensor(dtype, shape, values);
  }

  static float[] normal(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /**
   * The page table of each segment, as in a cache. With {@code shared}, segments share the full
   * pages of their prefix. Page numbers are scattered.
   */
  int[][] pageTables(boolean shared) {
    int[][] tables = new int[layout.numSegments()][];
    List<Integer> free = new ArrayList<>();
    for (int page = 0; page < numPages(); page++) {
      free.add(page);
    }
    java.util.Collections.shuffle(free, new Random(1));
    for (int s = 0; s < tables.length; s++) {
      int prefixLength = layout.prefixLength(s);
      int length = prefixLength + layout.length(s);
      tables[s] = new int[(length + KvPages.PAGE_SIZE - 1) / KvPages.PAGE_SIZE];
      for (int page = 0; page < tables[s].length; page++) {
        boolean full = (page + 1) * KvPages.PAGE_SIZE <= prefixLength;
        tables[s][page] = shared && full ? tables[layout.prefix(s)][page] : free.removeLast();
      }
    }
    return tables;
  }

  private int numPages() {
    int pages = 0;
    for (int s = 0; s < layout.numSegments(); s++) {
      pages += (layout.prefixLength(s) + layout.length(s)) / KvPages.PAGE_SIZE + 1;
    }
    return pages;
  }

  /** Pages for {@link #pageTables}, filled with NaN to detect reads of unwritten entries. */
  KvPages pages(int layers) {
    Tensor keys =
        garbage(DType.FLOAT32, Shape.of(layers, numPages(), kvHeads, headDim, KvPages.PAGE_SIZE));
    Tensor values =
        garbage(DType.FLOAT32, Shape.of(layers, numPages(), kvHeads, KvPages.PAGE_SIZE, headDim));
    return new KvPages(keys, values);
  }

  /**
   * Runs one pass over some rows with the cache. Writes the results to {@link #out} of this case.
   */
  void pass(CpuAttention attention, KvPages pages, int layer, int[][] tables, int[]... runs) {
    List<Integer> rows = new ArrayList<>();
    List<Integer> sequence = new ArrayList<>();
    List<Integer> position = new ArrayList<>();
    for (int[] run : runs) {
      for (int i = run[1]; i < run[2]; i++) {
        int prefixLength = layout.prefixLength(run[0]);
        sequence.add(run[0]);
        position.add(i);
        rows.add(
            i < prefixLength
                ? layout.start(layout.prefix(run[0])) + i
                : layout.start(run[0]) + i - prefixLength);
      }
    }
    AttentionCase part = ofRows(PackedSequences.of(rows.size()), ints(rows));
    KvRows where = new KvRows(tables, ints(sequence), ints(position));
    attention.pagedAttention(
        part.out, part.q, part.k, part.v, null, pages, layer, where, AttentionScores.scaled(scale));
    for (int i = 0; i < rows.size(); i++) {
      out.slice(rows.get(i)).copyFrom(part.out.slice(i));
    }
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
