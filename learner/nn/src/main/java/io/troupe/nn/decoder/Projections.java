package io.troupe.nn.decoder;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import java.util.List;

/** Projects hidden states to queries, keys and values. */
public sealed interface Projections {
  /**
   * Three layers, computed together.
   *
   * @param qProj (hidden) to the features of all query heads
   * @param kProj (hidden) to the features of all key heads
   * @param vProj the same shape
   */
  record Separate(Linear qProj, Linear kProj, Linear vProj) implements Projections {
    /** Layers with normal initial weights. */
    public static Separate normal(
        int hiddenSize, Heads heads, boolean bias, double range, Initializer initializer) {
      Linear q = Linear.normal(hiddenSize, heads.queryFeatures(), bias, range, initializer);
      Linear k = Linear.normal(hiddenSize, heads.keyFeatures(), bias, range, initializer);
      Linear v = Linear.normal(hiddenSize, heads.keyFeatures(), bias, range, initializer);
      return new Separate(q, k, v);
    }
  }

  /**
   * One layer, whose result is cut into queries, keys and values.
   *
   * @param qkvProj (hidden) to the features of all heads
   * @param heads gives the sizes of the parts
   */
  record Fused(Linear qkvProj, Heads heads) implements Projections {
    /** A layer without bias, with normal initial weights. */
    public static Fused normal(int hiddenSize, Heads heads, double range, Initializer initializer) {
      int features = heads.queryFeatures() + 2 * heads.keyFeatures();
      return new Fused(Linear.normal(hiddenSize, features, false, range, initializer), heads);
    }
  }

  /**
   * Queries, keys and values.
   *
   * @param x (rows, hidden)
   * @return (rows, queryFeatures) and twice (rows, keyFeatures)
   */
  default List<Tensor> project(Tensor x) {
    return switch (this) {
      case Separate(Linear q, Linear k, Linear v) -> Linear.forward(x, List.of(q, k, v));
      case Fused(Linear qkvProj, Heads heads) -> {
        Tensor qkv = qkvProj.forward(x);
        int queries = heads.queryFeatures();
        int keys = heads.keyFeatures();
        yield List.of(
            qkv.narrow(1, 0, queries),
            qkv.narrow(1, queries, keys),
            qkv.narrow(1, queries + keys, keys));
      }
    };
  }
}
