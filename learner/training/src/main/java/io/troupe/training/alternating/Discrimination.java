package io.troupe.training.alternating;

import io.troupe.tensor.Tensor;
import io.troupe.training.supervised.Tally;
import java.util.Arrays;

/**
 * The result of a discriminator in an evaluation.
 *
 * @param real logits of real images, (batch)
 * @param generated logits of as many generated images, (batch)
 */
record Discrimination(Tensor real, Tensor generated) {
  /**
   * Adds the loss of the discriminator, and how often it is right.
   *
   * @param loss the sum of the mean losses of both kinds of images
   */
  void addTo(Tally tally, double loss) {
    int size = real.size(0);
    tally.add("loss", size * loss, size);
    tally.add("accuracy", count(real, true) + count(generated, false), 2.0 * size);
  }

  private static long count(Tensor logits, boolean positive) {
    return Arrays.stream(logits.toDoubles()).filter(logit -> logit > 0 == positive).count();
  }
}
