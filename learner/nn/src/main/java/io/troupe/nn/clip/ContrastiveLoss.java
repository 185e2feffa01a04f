package io.troupe.nn.clip;

import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.tensor.Tensor;
import java.util.Arrays;

/**
 * The symmetric loss of CLIP (arXiv:2103.00020, figure 3) over the pairs of a batch: each image
 * must find its text among those of the batch, and each text its image. The temperature is learned;
 * as in the paper, similarities are scaled by at most 100.
 *
 * <p>Difference: other pairs with the same text are left out, since they are not wrong answers.
 * Without equal texts in a batch this is the paper's loss.
 */
public final class ContrastiveLoss {
  private static final double LARGEST_LOG_SCALE = Math.log(100);
  private static final float HIDDEN = -1e4f;

  private ContrastiveLoss() {}

  /**
   * The loss of a batch.
   *
   * @param images (pairs, channels, imageSize, imageSize)
   * @param ids INT32 (pairs, length)
   * @return a scalar
   */
  public static Tensor of(ClipModel model, Tensor images, Tensor ids) {
    int pairs = ids.size(0);
    Tensor logits =
        ClipModel.similarity(
                model.imageFeatures(images),
                model.textFeatures(ids),
                model.logitScale().clamp(Double.NEGATIVE_INFINITY, LARGEST_LOG_SCALE))
            .add(equalTexts(ids));
    int[] own = new int[pairs];
    Arrays.setAll(own, i -> i);
    Tensor labels = Tensor.of(own, pairs);
    CrossEntropyLoss loss = CrossEntropyLoss.of();
    return loss.forward(logits, labels).add(loss.forward(logits.transpose(0, 1), labels)).mul(0.5);
  }

  /** Added to the logits: hides the pairs of an image with a text equal to its own. */
  private static Tensor equalTexts(Tensor ids) {
    int pairs = ids.size(0);
    int length = ids.size(1);
    int[] tokens = ids.toInts();
    float[] hidden = new float[pairs * pairs];
    for (int i = 0; i < pairs; i++) {
      for (int j = 0; j < pairs; j++) {
        boolean isEqual =
            i != j
                && Arrays.equals(
                    tokens, i * length, (i + 1) * length, tokens, j * length, (j + 1) * length);
        hidden[i * pairs + j] = isEqual ? HIDDEN : 0;
      }
    }
    return Tensor.of(hidden, pairs, pairs);
  }
}
