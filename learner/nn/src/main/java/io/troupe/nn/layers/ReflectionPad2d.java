package io.troupe.nn.layers;

import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Pooling;
import io.troupe.tensor.backend.Resampling;

/**
 * Padding with the mirrored image, as {@code torch.nn.ReflectionPad2d}: (batch, channels, height,
 * width) to (batch, channels, height + 2 padding, width + 2 padding).
 *
 * @param padding rows and columns on each side, less than those of the image
 */
public record ReflectionPad2d(int padding) implements Layer {
  @Override
  public Tensor forward(Tensor x) {
    if (x.rank() != 4 || Math.min(x.size(2), x.size(3)) <= padding) {
      throw new ShapeException(
          "input of ReflectionPad2d must be (batch, channels, height, width) with height and width"
              + " > "
              + padding
              + ", got "
              + x.shape());
    }
    return Pooling.resample(
        x, Resampling.reflected(x.size(2), padding), Resampling.reflected(x.size(3), padding));
  }
}
