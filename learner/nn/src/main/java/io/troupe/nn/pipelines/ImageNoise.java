package io.troupe.nn.pipelines;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.random.Philox;

/**
 * Noise that is a function of the seed and the index of each image, whatever images it is drawn
 * with. Used for one batch of images.
 */
public final class ImageNoise implements LatentDiffusion.Noise {
  private final Philox random;
  private final int firstIndex;
  private long numDrawn;

  /**
   * The noise of consecutive images.
   *
   * @param firstIndex index of the first image of the batch
   */
  public ImageNoise(long seed, int firstIndex) {
    this.random = Philox.of(seed);
    this.firstIndex = firstIndex;
  }

  @Override
  public Tensor apply(Shape shape) {
    Tensor noise = Tensor.empty(DType.FLOAT32, shape);
    for (int i = 0; i < shape.size(0); i++) {
      Tensor ofImage = noise.rows(i, i + 1);
      Backend.of(noise).random().normal(ofImage, random.derive(firstIndex + i).derive(numDrawn));
    }
    numDrawn++;
    return noise;
  }
}
