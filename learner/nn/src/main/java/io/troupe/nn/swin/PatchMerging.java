package io.troupe.nn.swin;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.List;

/**
 * Halves a grid: joins the features of two by two places and projects them to twice the features.
 * Odd sizes are padded with zeros.
 */
final class PatchMerging extends Module {
  private final Linear reduction;
  private final LayerNorm norm;

  PatchMerging(int features, Initializer initializer) {
    this.reduction =
        child(
            "reduction",
            Linear.normal(4 * features, 2 * features, false, SwinTransformer.RANGE, initializer));
    this.norm = child("norm", SwinTransformer.norm(4 * features, initializer));
  }

  /** (batch, height, width, features) to (batch, height / 2, width / 2, 2 * features). */
  Tensor forward(Tensor x) {
    Tensor even = padded(padded(x, 1), 2);
    int batch = even.size(0);
    int height = even.size(1) / 2;
    int width = even.size(2) / 2;
    int features = even.size(3);
    Tensor joined =
        even.reshape(batch, height, 2, width, 2, features)
            .permute(0, 1, 3, 4, 2, 5) // the row within the pair varies before the column
            .reshape(batch, height, width, 4 * features);
    return reduction.forward(norm.forward(joined));
  }

  private static Tensor padded(Tensor x, int dim) {
    if (x.size(dim) % 2 == 0) {
      return x;
    }
    Shape zeros = x.shape().with(dim, 1);
    return Indexing.cat(dim, List.of(x, Tensor.zeros(x.dtype(), zeros)));
  }
}
