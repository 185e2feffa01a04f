package io.troupe.training.supervised;

import io.troupe.nn.Module;
import io.troupe.nn.clip.ClipModel;
import io.troupe.nn.clip.ContrastiveLoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.List;

/**
 * Trains a model of images and texts on pairs: {@code input}, images, {@code caption}, token ids,
 * and optionally {@code is_true}, (batch, batch): 1 where the caption of a column is true of the
 * image of a row.
 *
 * <p>An evaluation measures zero-shot classification: the caption of an image must be nearer to it
 * than the other captions of the batch ({@code accuracy}), and than all candidates ({@code
 * accuracy_of_all}). {@code retrieval} is the other direction: the image of a batch that is nearest
 * to a caption must have this caption.
 */
public final class ImageTextMatching implements SupervisedTask {
  private final ClipModel model;
  private final List<int[]> candidates;

  /**
   * A matching of images and texts.
   *
   * @param candidates further captions, as ids of one length; may be empty
   */
  public ImageTextMatching(ClipModel model, List<int[]> candidates) {
    this.model = model;
    this.candidates = List.copyOf(candidates);
  }

  @Override
  public Module module() {
    return model;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    Tensor images = BatchTensors.of(batch, "input");
    Tensor captions = BatchTensors.of(batch, "caption");
    return BatchTensors.has(batch, "is_true")
        ? ContrastiveLoss.of(model, images, captions, BatchTensors.of(batch, "is_true").toInts())
        : ContrastiveLoss.of(model, images, captions);
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Tensor captions = BatchTensors.of(batch, "caption");
    int images = captions.size(0);
    tally.add("loss", loss(batch, random).item() * images, images);
    CaptionChoices choices = CaptionChoices.of(candidates, captions);
    boolean[] isShown = choices.areCaptions();
    Tensor logits = model.forward(BatchTensors.of(batch, "input"), choices.ids());
    float[] scores = logits.toFloats();
    for (int i = 0; i < images; i++) {
      int shown = best(scores, i * choices.size(), choices.size(), isShown);
      tally.add("accuracy", shown == choices.own(i) ? 1 : 0, 1);
      if (!candidates.isEmpty()) {
        int any = best(scores, i * choices.size(), choices.size(), null);
        tally.add("accuracy_of_all", any == choices.own(i) ? 1 : 0, 1);
      }
    }
    int[] nearest = logits.transpose(0, 1).argmax().toInts();
    for (int text = 0; text < nearest.length; text++) {
      if (isShown[text]) {
        tally.add("retrieval", choices.own(nearest[text]) == text ? 1 : 0, 1);
      }
    }
  }

  /**
   * The text with the highest score, among those of {@code isShown}, or among all if it is null.
   */
  private static int best(float[] scores, int from, int texts, boolean[] isShown) {
    int best = -1;
    for (int text = 0; text < texts; text++) {
      boolean counts = isShown == null || isShown[text];
      if (counts && (best < 0 || scores[from + text] > scores[from + best])) {
        best = text;
      }
    }
    return best;
  }

  @Override
  public Monitor monitor() {
    return Monitor.ACCURACY;
  }
}
