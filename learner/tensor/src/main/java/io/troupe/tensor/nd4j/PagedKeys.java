package io.troupe.tensor.nd4j;

import static io.troupe.tensor.backend.KvPages.PAGE_SIZE;
import static io.troupe.tensor.nd4j.Operands.slab;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The keys and values that one row of a pass sees, gathered from the pages of a cache.
 *
 * @param keys for each key head (positions, headDim), FLOAT64
 * @param values same shapes
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one row's computation
record PagedKeys(INDArray[] keys, INDArray[] values) {

  /** Gathers the positions up to the row's own. */
  static PagedKeys read(KvPages pages, int layer, KvRows rows, int row) {
    int[] table = rows.pageTables()[rows.sequence()[row]];
    int positions = rows.position()[row] + 1;
    int kvHeads = pages.keys().size(2);
    int headDim = pages.keys().size(3);
    INDArray[] keys = empty(kvHeads, positions, headDim);
    INDArray[] values = empty(kvHeads, positions, headDim);
    for (int from = 0; from < positions; from += PAGE_SIZE) {
      int count = Math.min(PAGE_SIZE, positions - from);
      int page = table[from / PAGE_SIZE];
      INDArray pageKeys = page(pages.keys(), layer, page).permute(0, 2, 1).dup('c');
      INDArray pageValues = page(pages.values(), layer, page);
      for (int h = 0; h < kvHeads; h++) {
        slab(keys[h], from, count).assign(firstRows(pageKeys, h, count));
        slab(values[h], from, count).assign(firstRows(pageValues, h, count));
      }
    }
    return new PagedKeys(keys, values);
  }

  private static INDArray[] empty(int kvHeads, int positions, int headDim) {
    INDArray[] arrays = new INDArray[kvHeads];
    for (int h = 0; h < kvHeads; h++) {
      arrays[h] = Nd4j.create(DataType.DOUBLE, positions, headDim);
    }
    return arrays;
  }

  /** One page in FLOAT64; a copy unless it has that type. */
  private static INDArray page(Tensor all, int layer, int page) {
    return NdArrays.of(all.slice(layer).slice(page)).castTo(DataType.DOUBLE);
  }

  private static INDArray firstRows(INDArray page, int h, int count) {
    INDArray head = slab(page, h, 1).reshape(PAGE_SIZE, page.size(2));
    return slab(head, 0, count);
  }

  /**
   * Writes a row's key and value to its place.
   *
   * @param key kvHeads * headDim elements
   * @param value as many
   */
  static void store(KvPages pages, int layer, KvRows rows, int row, INDArray key, INDArray value) {
    int position = rows.position()[row];
    int page = rows.pageTables()[rows.sequence()[row]][position / PAGE_SIZE];
    int slot = position % PAGE_SIZE;
    long kvHeads = pages.keys().size(2);
    long headDim = pages.keys().size(3);
    INDArray pageKeys = NdArrays.of(pages.keys().slice(layer).slice(page));
    INDArray pageValues = NdArrays.of(pages.values().slice(layer).slice(page));
    slot(pageKeys, kvHeads, headDim, PAGE_SIZE, slot).assign(key.reshape(kvHeads, headDim));
    slot(pageValues, kvHeads, headDim, 1, slot * headDim).assign(value.reshape(kvHeads, headDim));
  }

  /** (kvHeads, headDim) elements of a page whose dimensions lie {@code stride} apart. */
  private static INDArray slot(
      INDArray page, long kvHeads, long headDim, long stride, long offset) {
    return Nd4j.create(
        page.data(),
        new long[] {kvHeads, headDim},
        new long[] {PAGE_SIZE * headDim, stride},
        offset,
        'c');
  }
}
