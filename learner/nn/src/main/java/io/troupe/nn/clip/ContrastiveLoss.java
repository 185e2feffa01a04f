package io.troupe.nn.clip;

import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.tensor.Tensor;
import java.util.Arrays;

/**
 * The symmetric loss of CLIP (arXiv:2103.00020, figure 3) over the pairs of a batch: each image
 * must find its text among those of the batch, and each text its image. The temperature is learned;
 * as in the paper, similarities are scaled by at most 100.
 *
 * <p>Difference: other pairs whose text is true of the image are left out, since they are not wrong
 * answers. Without such pairs in a batch this is the paper's loss.
 */
public final class ContrastiveLoss {
  private static final double LARGEST_LOG_SCALE = Math.log(100);
  private static final float HIDDEN = -1e4f;

  private ContrastiveLoss() {}

  /**
   * The loss of a batch in which a text is true of the images with an equal text only.
   *
   * @param images (pairs, channels, imageSize, imageSize)
   * @param ids INT32 (pairs, length)
   * @return a scalar
   */
  public static Tensor of(ClipModel model, Tensor images, Tensor ids) {
    return of(model, images, ids, equalTexts(ids));
  }

  /**
   * The loss of a batch.
   *
   * @param images (pairs, channels, imageSize, imageSize)
   * @param ids INT32 (pairs, length)
   * @param isTrue (pairs, pairs), by row: 1 where the text of a column is true of the image of a
   *     row
   * @return a scalar
   */
  public static Tensor of(ClipModel model, Tensor images, Tensor ids, int[] isTrue) {
    int pairs = ids.size(0);
    Tensor logits =
        ClipModel.similarity(
                model.imageFeatures(images),
                model.textFeatures(ids),
                model.logitScale().clamp(Double.NEGATIVE_INFINITY, LARGEST_LOG_SCALE))
            .add(hidden(isTrue, pairs));
    int[] own = new int[pairs];
    Arrays.setAll(own, i -> i);
    Tensor labels = Tensor.of(own, pairs);
    CrossEntropyLoss loss = CrossEntropyLoss.of();
    return loss.forward(logits, labels).add(loss.forward(logits.transpose(0, 1), labels)).mul(0.5);
  }

  /** Added to the logits: hides true texts of an image other than its own. */
  private static Tensor hidden(int[] isTrue, int pairs) {
    float[] hidden = new float[pairs * pairs];
    for (int i = 0; i < hidden.length; i++) {
      boolean isOwn = i / pairs == i % pairs;
      hidden[i] = isTrue[i] == 1 && !isOwn ? HIDDEN : 0;
    }
    return Tensor.of(hidden, pairs, pairs);
  }

  private static int[] equalTexts(Tensor ids) {
    int pairs = ids.size(0);
    int length = ids.size(1);
    int[] tokens = ids.toInts();
    int[] isEqual = new int[pairs * pairs];
    for (int i = 0; i < isEqual.length; i++) {
      int row = i / pairs * length;
      int column = i % pairs * length;
      isEqual[i] =
          Arrays.equals(tokens, row, row + length, tokens, column, column + length) ? 1 : 0;
    }
    return isEqual;
  }
}
