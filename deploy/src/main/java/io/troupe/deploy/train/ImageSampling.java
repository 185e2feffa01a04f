package io.troupe.deploy.train;

import io.troupe.nn.generative.ImageSampler;
import io.troupe.nn.generative.SampleRequest;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Samples images in batches.
 *
 * @param sampler of a model in evaluation mode
 * @param engine the compute engine
 */
public record ImageSampling(ImageSampler sampler, Engine engine) {
  private static final int AT_ONCE = 25;

  /**
   * Samples images.
   *
   * @param count how many
   * @param labels labels of the images, cyclically; empty for none
   * @param progress receives the number of finished images
   * @return (count, channels, height, width), in the current scope
   * @throws IllegalArgumentException if the model does not have a label
   */
  public Tensor of(long seed, int count, List<Integer> labels, IntConsumer progress) {
    Scope result = Scope.current();
    Tensor images = null;
    for (int from = 0; from < count; from += AT_ONCE) {
      int[] wanted = new int[labels.isEmpty() ? 0 : Math.min(AT_ONCE, count - from)];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = labels.get((from + i) % labels.size());
      }
      int to = Math.min(count, from + AT_ONCE);
      try (Scope _ = engine.open("samples")) {
        Tensor part = sampler.sample(new SampleRequest(seed, from, to - from, wanted));
        if (images == null) {
          images = Tensor.empty(result, part.dtype(), shape(part, count));
        }
        images.rows(from, to).copyFrom(part);
      }
      progress.accept(to);
    }
    return images;
  }

  private static Shape shape(Tensor part, int count) {
    int[] sizes = Arrays.copyOf(part.shape().sizes(), part.rank());
    sizes[0] = count;
    return Shape.of(sizes);
  }
}
