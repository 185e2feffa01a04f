package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.autograd.MatrixProducts;

/** A table of vectors, as {@code torch.nn.Embedding}; also used for GPT-2's learned positions. */
public final class Embedding extends Module {
  private final Tensor weight;

  private Embedding(Tensor weight) {
    this.weight = parameter("weight", weight);
  }

  /** PyTorch's initial values: standard normal. */
  public static Embedding of(int numEmbeddings, int embeddingDim, Initializer initializer) {
    return normal(numEmbeddings, embeddingDim, 1, initializer);
  }

  /** Normal initial values of a given standard deviation. */
  public static Embedding normal(
      int numEmbeddings, int embeddingDim, double standardDeviation, Initializer initializer) {
    return new Embedding(initializer.normal(standardDeviation, numEmbeddings, embeddingDim));
  }

  /**
   * Looks up rows.
   *
   * @param ids INT32, any shape
   * @return the shape of {@code ids}, then embeddingDim
   */
  public Tensor forward(Tensor ids) {
    return Indexing.embedding(weight, ids);
  }

  /**
   * The table as the output layer of a model with tied embeddings.
   *
   * @param hidden (rows, embeddingDim)
   * @return (rows, numEmbeddings)
   */
  public Tensor project(Tensor hidden) {
    return MatrixProducts.linear(hidden, weight, null);
  }

  /** Stores the table in the layout of {@link #project}, from which rows can still be looked up. */
  public void storePackedForProjection() {
    MatrixProducts.storePacked(weight);
  }

  /** (numEmbeddings, embeddingDim). */
  public Tensor weight() {
    return weight;
  }
}
