package io.troupe.training.diffusion;

import io.troupe.nn.clip.ClipModel;
import io.troupe.tensor.Tensor;
import io.troupe.training.supervised.CaptionChoices;
import io.troupe.training.supervised.Tally;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Measures whether another model finds the caption of a sample among the captions of all samples
 * and further ones. The model should be trained independently of the one that is measured.
 *
 * @param model of images and texts, in evaluation mode
 * @param inputs from images in [0, 1] to the inputs of the model
 * @param candidates further captions, as ids of one length; may be empty
 */
public record CaptionCheck(ClipModel model, UnaryOperator<Tensor> inputs, List<int[]> candidates) {
  /** Copies the list. */
  public CaptionCheck {
    candidates = List.copyOf(candidates);
  }

  /**
   * Adds the metric {@code caption_accuracy}.
   *
   * @param images in [0, 1]
   * @param captions of the images, INT32 (batch, length)
   */
  void measure(Tensor images, Tensor captions, Tally tally) {
    CaptionChoices choices = CaptionChoices.of(candidates, captions);
    int[] found = model.forward(inputs.apply(images), choices.ids()).argmax().toInts();
    for (int i = 0; i < found.length; i++) {
      tally.add("caption_accuracy", found[i] == choices.own(i) ? 1 : 0, 1);
    }
  }
}
