package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.flat;
import static io.troupe.tensor.nd4j.Operands.slab;

import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.IndexOps;
import io.troupe.tensor.backend.Writes;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Operations that move elements, in their own type. Indices are processed one at a time in their
 * order, because ND4J's scatter operations do not define the order of sums over repeated indices.
 */
final class Nd4jIndexing implements IndexOps {

  @Override
  public void permute(Tensor out, Tensor a, int[] permutation) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    INDArray source = NdArrays.of(a);
    flat(out)
        .assign(
            (a.rank() < 2 ? source : source.permute(permutation).dup('c')).reshape(out.numel()));
  }

  @Override
  public void readRegion(Tensor out, Tensor a, int dim, int start) {
    Writes.to(out);
    forEachSlab(a, out, dim, start, (whole, part) -> part.assign(whole));
  }

  @Override
  public void writeRegion(Tensor out, Tensor a, int dim, int start) {
    Writes.to(out);
    forEachSlab(out, a, dim, start, INDArray::assign);
  }

  @Override
  public void addRegion(Tensor out, Tensor a, int dim, int start) {
    Writes.to(out);
    forEachSlab(out, a, dim, start, INDArray::addi);
  }

  /** Pairs each contiguous run of {@code part} with its position in {@code whole}. */
  private static void forEachSlab(
      Tensor whole, Tensor part, int dim, int start, BiConsumer<INDArray, INDArray> action) {
    if (part.numel() == 0) {
      return;
    }
    Shape shape = part.shape();
    long outer = shape.product(0, dim);
    long inner = shape.product(dim + 1, shape.rank());
    long length = shape.size(dim) * inner;
    long stride = whole.size(dim) * inner;
    INDArray wholeElements = flat(whole);
    INDArray partElements = flat(part);
    for (long i = 0; i < outer; i++) {
      action.accept(
          slab(wholeElements, i * stride + start * inner, length),
          slab(partElements, i * length, length));
    }
  }

  @Override
  public void embedding(Tensor out, Tensor weight, Tensor ids) {
    Writes.to(out);
    forEachRow(out, weight, ids, INDArray::assign);
  }

  @Override
  public void embeddingGrad(Tensor dWeight, Tensor dOut, Tensor ids) {
    Writes.to(dWeight);
    forEachRow(dOut, dWeight, ids, (row, weightRow) -> weightRow.addi(row));
  }

  /** Pairs row i with row {@code ids[i]} of the table, in order of i. */
  private static void forEachRow(
      Tensor rows, Tensor table, Tensor ids, BiConsumer<INDArray, INDArray> action) {
    if (rows.numel() == 0) {
      return;
    }
    long features = table.size(1);
    INDArray rowElements = flat(rows);
    INDArray tableElements = flat(table);
    int[] rowOf = ids.toInts();
    for (int i = 0; i < rowOf.length; i++) {
      action.accept(
          slab(rowElements, i * features, features),
          slab(tableElements, rowOf[i] * features, features));
    }
  }

  @Override
  public void gather(Tensor out, Tensor a, Tensor index) {
    Writes.to(out);
    forEachPick(out, a, index, INDArray::assign);
  }

  @Override
  public void gatherGrad(Tensor da, Tensor dOut, Tensor index) {
    Writes.to(da);
    forEachPick(dOut, da, index, (picked, element) -> element.addi(picked));
  }

  /** Pairs element (r, j) with element (r, index[r, j]) of {@code a}, in order. */
  private static void forEachPick(
      Tensor picked, Tensor a, Tensor index, BiConsumer<INDArray, INDArray> action) {
    if (picked.numel() == 0) {
      return;
    }
    int[] indices = index.toInts();
    long picksPerRow = indices.length / index.shape().rows();
    long columns = a.numel() / a.shape().rows();
    INDArray pickedElements = flat(picked);
    INDArray elements = flat(a);
    for (int i = 0; i < indices.length; i++) {
      long row = i / picksPerRow;
      action.accept(slab(pickedElements, i, 1), slab(elements, row * columns + indices[i], 1));
    }
  }
}
