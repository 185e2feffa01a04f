package io.troupe.tensor.backend;

import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;

/**
 * The memory of a paged key-value cache (arXiv:2309.06180).
 *
 * <p>A page holds {@link #PAGE_SIZE} consecutive positions of one sequence, for every layer. Within
 * a page and layer, keys are stored as (kvHeads, headDim, PAGE_SIZE), so that one vector load reads
 * a dimension of all keys, and values as (kvHeads, PAGE_SIZE, headDim).
 *
 * @param keys (layers, pages, kvHeads, headDim, PAGE_SIZE)
 * @param values (layers, pages, kvHeads, PAGE_SIZE, headDim)
 */
public record KvPages(Tensor keys, Tensor values) {
  /** Positions in a page. */
  public static final int PAGE_SIZE = 16;

  /** Pages in a scope, filled with zeros. */
  public static KvPages allocate(Scope scope, int layers, int pages, int kvHeads, int headDim) {
    try (Scope.Entered _ = scope.enter()) {
      return new KvPages(
          Tensor.zeros(DType.FLOAT32, Shape.of(layers, pages, kvHeads, headDim, PAGE_SIZE)),
          Tensor.zeros(DType.FLOAT32, Shape.of(layers, pages, kvHeads, PAGE_SIZE, headDim)));
    }
  }

  /** The number of pages. */
  public int numPages() {
    return keys.size(1);
  }

  /** Copies one page over another, in every layer. */
  public void copyPage(int from, int to) {
    for (int layer = 0; layer < keys.size(0); layer++) {
      keys.slice(layer).slice(to).copyFrom(keys.slice(layer).slice(from));
      values.slice(layer).slice(to).copyFrom(values.slice(layer).slice(from));
    }
  }
}
