package io.troupe.nn.graph;

import io.troupe.tensor.Tensor;

/** The scores of graph attention: products of each head's features with the head's vector. */
public final class HeadScores {
  private HeadScores() {}

  /**
   * Each head's features times the head's attention vector, as one matrix product.
   *
   * @param x (nodes, heads * channels)
   * @param att (1, heads, channels)
   * @return (nodes, heads)
   */
  public static Tensor of(Tensor x, Tensor att) {
    int heads = att.size(1);
    int channels = att.size(2);
    int features = heads * channels;
    float[] ofHead = new float[features * heads];
    for (int i = 0; i < features; i++) {
      ofHead[i * heads + i / channels] = 1;
    }
    Tensor mask = Tensor.of(ofHead, features, heads).to(x.dtype());
    return x.matmul(att.reshape(features, 1).mul(mask));
  }
}
