package io.troupe.tensor.autograd;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import java.util.List;

/** Operations that move elements, with their gradients. */
public final class Indexing {
  private Indexing() {}

  /** Reorders the dimensions. */
  public static Tensor permute(Tensor a, int... order) {
    int[] sizes = new int[order.length];
    int[] inverse = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      sizes[i] = a.size(order[i]);
      inverse[order[i]] = i;
    }
    Tensor out = Tensor.empty(a.dtype(), Shape.of(sizes));
    Backend.of(out).indexing().permute(out, a, order);
    return Node.record(
        "permute",
        out,
        Saved.NOTHING,
        (gradient, inputs) -> inputs.add(0, permute(gradient, inverse)),
        a);
  }

  /** The part {@code [start, start + length)} of a dimension; a view of the first one. */
  public static Tensor narrow(Tensor a, int dim, int start, int length) {
    if (dim == 0) {
      return Views.rows(a, start, start + length);
    }
    java.util.Objects.checkFromIndexSize(start, length, a.size(dim));
    Tensor out = Tensor.empty(a.dtype(), a.shape().with(dim, length));
    Backend.of(out).indexing().readRegion(out, a, dim, start);
    return Node.record(
        "narrow",
        out,
        Saved.NOTHING,
        (gradient, inputs) -> {
          Tensor whole = inputs.buffer(0);
          Backend.of(whole).indexing().addRegion(whole, gradient, dim, start);
        },
        a);
  }

  /** Concatenates tensors along a dimension; the other sizes must be equal. */
  public static Tensor cat(int dim, List<Tensor> tensors) {
    List<Tensor> parts = List.copyOf(tensors); // the gradient reads it later
    Tensor first = parts.getFirst();
    int axis = first.shape().axis(dim);
    int total = 0;
    for (Tensor part : parts) {
      if (part.dtype() != first.dtype()
          || !part.shape().with(axis, 0).equals(first.shape().with(axis, 0))) {
        throw new ShapeException(
            "cat along dimension "
                + dim
                + " must have parts like "
                + first.dtype()
                + " "
                + first.shape()
                + ", got "
                + part.dtype()
                + " "
                + part.shape());
      }
      total += part.size(axis);
    }
    Tensor out = Tensor.empty(first.dtype(), first.shape().with(axis, total));
    int start = 0;
    for (Tensor part : parts) {
      Backend.of(out).indexing().writeRegion(out, part, axis, start);
      start += part.size(axis);
    }
    return Node.record(
        "cat",
        out,
        Saved.NOTHING,
        (gradient, inputs) -> {
          int from = 0;
          for (int i = 0; i < parts.size(); i++) {
            int size = parts.get(i).size(axis);
            if (inputs.needed(i)) {
              inputs.add(i, narrow(gradient, axis, from, size));
            }
            from += size;
          }
        },
        parts.toArray(Tensor[]::new));
  }

  /**
   * Selects rows of a table by their ids.
   *
   * @param weight (numEmbeddings, features)
   * @param ids INT32, any shape
   * @return the shape of {@code ids}, then features
   * @throws ShapeException if an id is not a row of the table
   */
  public static Tensor embedding(Tensor weight, Tensor ids) {
    requireIndices("embedding", ids, weight.size(0));
    int[] sizes = java.util.Arrays.copyOf(ids.shape().sizes(), ids.rank() + 1);
    sizes[ids.rank()] = weight.size(1);
    Tensor out = Tensor.empty(weight.dtype(), Shape.of(sizes));
    Backend.of(out).indexing().embedding(out, weight, ids);
    return Node.record(
        "embedding",
        out,
        Saved.of(ids),
        (gradient, inputs) -> {
          Tensor dWeight = inputs.buffer(0);
          Backend.of(dWeight).indexing().embeddingGrad(dWeight, gradient, ids);
        },
        weight);
  }

  /** {@code out[r, j] = a[r, index[r, j]]} over the innermost dimension. */
  public static Tensor gather(Tensor a, Tensor index) {
    if (index.rank() != a.rank() || index.shape().rows() != a.shape().rows()) {
      throw new ShapeException(
          "gather of "
              + a.shape()
              + " with index "
              + index.shape()
              + ": all but the innermost dimension must be equal");
    }
    requireIndices("gather", index, a.size(-1));
    Tensor out = Tensor.empty(a.dtype(), index.shape());
    Backend.of(out).indexing().gather(out, a, index);
    return Node.record(
        "gather",
        out,
        Saved.of(index),
        (gradient, inputs) -> {
          Tensor da = inputs.buffer(0);
          Backend.of(da).indexing().gatherGrad(da, gradient, index);
        },
        a);
  }

  private static void requireIndices(String operation, Tensor index, int bound) {
    if (index.dtype() != DType.INT32) {
      throw new ShapeException("indices of " + operation + " must be INT32, got " + index.dtype());
    }
    for (long i = 0; i < index.numel(); i++) {
      int id = io.troupe.tensor.memory.Memory.getInt(index.address() + 4 * i);
      if (id < 0 || id >= bound) {
        throw new ShapeException(
            "index " + i + " of " + operation + " must be in [0, " + bound + "), got " + id);
      }
    }
  }
}
