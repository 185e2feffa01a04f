package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/** Operations that move elements. Index tensors are INT32; indices have been checked. */
public interface IndexOps {
  /** {@code out} is {@code a} with its dimensions in the order {@code permutation}; any type. */
  void permute(Tensor out, Tensor a, int[] permutation);

  /** Copies the part of {@code a} that starts at {@code start} in {@code dim}; any type. */
  void readRegion(Tensor out, Tensor a, int dim, int start);

  /** Copies {@code a} into the part of {@code out} that starts at {@code start} in {@code dim}. */
  void writeRegion(Tensor out, Tensor a, int dim, int start);

  /** Adds {@code a} to the part of {@code out} that starts at {@code start} in {@code dim}. */
  void addRegion(Tensor out, Tensor a, int dim, int start);

  /**
   * Row {@code ids[i]} of {@code weight} (numEmbeddings, features) becomes row i of {@code out}.
   */
  void embedding(Tensor out, Tensor weight, Tensor ids);

  /** Adds row i of {@code dOut} to row {@code ids[i]} of {@code dWeight}, in order of i. */
  void embeddingGrad(Tensor dWeight, Tensor dOut, Tensor ids);

  /** {@code out[r, j] = a[r, index[r, j]]} over the innermost dimension. */
  void gather(Tensor out, Tensor a, Tensor index);

  /** Adds {@code dOut[r, j]} to {@code da[r, index[r, j]]}. */
  void gatherGrad(Tensor da, Tensor dOut, Tensor index);
}
