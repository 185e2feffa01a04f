package io.troupe.nn.layers;

import io.troupe.tensor.Tensor;
import java.util.Arrays;

/**
 * Flattens adjacent dimensions, as {@code torch.nn.Flatten}; the result is a view.
 *
 * @param startDim the first of them
 * @param endDim the last of them; negative counts from the end
 */
public record Flatten(int startDim, int endDim) implements Layer {

  /** Flattens all dimensions except the batch. */
  public Flatten() {
    this(1, -1);
  }

  @Override
  public Tensor forward(Tensor x) {
    int start = x.shape().axis(startDim);
    int end = x.shape().axis(endDim);
    int[] sizes = x.shape().sizes();
    int[] flat = Arrays.copyOf(sizes, sizes.length - (end - start));
    flat[start] = Math.toIntExact(x.shape().product(start, end + 1));
    System.arraycopy(sizes, end + 1, flat, start + 1, sizes.length - end - 1);
    return x.reshape(flat);
  }
}
