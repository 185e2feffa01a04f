package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.cpu.machinecode.CodeTable;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.MachineCode;
import io.troupe.tensor.cpu.machinecode.Parameters;
import io.troupe.tensor.cpu.vectors.ExponentialCode;
import io.troupe.tensor.memory.Memory;

/**
 * Pages by machine code that is generated on first use: one call for a chunk and the queries whose
 * sums fit the registers.
 */
final class GeneratedPages implements PageKernels {
  private static final int VECTORS = PageValuesCode.VECTORS;

  private final Isa isa;
  private final int mostRows;
  private final MachineCode weights;
  private final CodeTable scores;
  private final CodeTable values;

  GeneratedPages(Isa isa) {
    this.isa = isa;
    this.mostRows = isa == Isa.AVX512 ? 4 : 2;
    this.weights = PageWeightsCode.generate(isa);
    this.scores = new CodeTable(mostRows + 1);
    this.values = new CodeTable((mostRows + 1) * (VECTORS + 1));
  }

  @Override
  public void scores(long scores, long queries, int count, int headDim, long pages, int numPages) {
    int together = PageScoresCode.pages(isa);
    Parameters p = Parameters.ofThread();
    for (int query = 0; query < count; query += mostRows) {
      p.set(PageScoresCode.QUERIES, queries + 4L * query * headDim);
      p.set(PageScoresCode.QUERY_ROW, 4L * headDim);
      p.set(PageScoresCode.HEAD_DIM, headDim);
      p.set(PageScoresCode.PAGES, pages);
      p.set(PageScoresCode.BLOCKS, (numPages + together - 1) / together);
      p.set(PageScoresCode.SCORES, scores + query * SCORE_ROW);
      scoresCode(Math.min(mostRows, count - query)).call(p.address());
    }
  }

  @Override
  public void weights(long scores, int numPages, long max, long sum) {
    Parameters p = Parameters.ofThread();
    p.set(PageWeightsCode.SCORES, scores);
    p.set(PageWeightsCode.NUM_PAGES, numPages);
    p.set(PageWeightsCode.CONSTANTS, ExponentialCode.CONSTANTS);
    p.setFloat(PageWeightsCode.MAX, Float.NEGATIVE_INFINITY);
    weights.call(p.address());
    Memory.setFloat(max, p.getFloat(PageWeightsCode.MAX));
    Memory.setFloat(sum, p.getFloat(PageWeightsCode.SUM));
  }

  @Override
  public void values(long sums, long weights, int count, int headDim, long pages, int keys) {
    Parameters p = Parameters.ofThread();
    int whole = headDim / isa.lanes();
    p.setMask(isa, PageValuesCode.MASK, 0, headDim % isa.lanes());
    for (int query = 0; query < count; query += mostRows) {
      int rows = Math.min(mostRows, count - query);
      long to = sums + 4L * query * headDim;
      long from = weights + query * SCORE_ROW;
      for (int vector = 0; vector < whole; vector += VECTORS) {
        int vectors = Math.min(VECTORS, whole - vector);
        values(p, valuesCode(rows, vectors), to, from, headDim, vector, pages, keys);
      }
      if (whole * isa.lanes() < headDim) {
        values(p, valuesCode(rows, PageValuesCode.MASKED), to, from, headDim, whole, pages, keys);
      }
    }
  }

  private void values(
      Parameters p,
      MachineCode code,
      long sums,
      long weights,
      int headDim,
      int vector,
      long pages,
      int keys) {
    long column = (long) vector * isa.bytes();
    p.set(PageValuesCode.SUMS, sums + column);
    p.set(PageValuesCode.ROW, 4L * headDim);
    p.set(PageValuesCode.WEIGHTS, weights);
    p.set(PageValuesCode.PAGES, pages);
    p.set(PageValuesCode.COLUMN, column);
    p.set(PageValuesCode.KEYS, keys);
    code.call(p.address());
  }

  private MachineCode scoresCode(int rows) {
    return scores.get(rows, () -> PageScoresCode.generate(isa, rows));
  }

  private MachineCode valuesCode(int rows, int vectors) {
    int index = rows * (VECTORS + 1) + vectors;
    return values.get(index, () -> PageValuesCode.generate(isa, rows, vectors));
  }
}
