package io.troupe.training.generated;

import io.troupe.nn.layers.Layer;
import io.troupe.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Compares generated images with real ones by a classifier, over the batches of an evaluation. Not
 * thread-safe.
 *
 * <ul>
 *   <li>{@code frechet_distance}: of the features before the last layer of the classifier
 *       (arXiv:1706.08500); lower is better.
 *   <li>{@code classes_found}: the number of classes that the classifier finds among the generated
 *       images.
 *   <li>{@code rarest_class_share}: the share of the rarest class among them.
 * </ul>
 */
public final class GeneratedImages {
  private final Judge judge;
  private FeatureStatistics real;
  private FeatureStatistics generated;
  private long[] classes;

  /**
   * The classifier.
   *
   * @param features from images in [0, 1] to features, (batch, ..., features)
   * @param logits from images in [0, 1] to logits, (batch, classes)
   */
  public record Judge(Layer features, Layer logits) {}

  /** A comparison without images. */
  public GeneratedImages(Judge judge) {
    this.judge = judge;
  }

  /**
   * Adds a batch.
   *
   * @param realImages in [0, 1], (batch, channels, height, width)
   * @param generatedImages in [0, 1], of the same shape
   */
  public void add(Tensor realImages, Tensor generatedImages) {
    Tensor ofReal = judge.features().forward(realImages);
    Tensor ofGenerated = judge.features().forward(generatedImages);
    Tensor logits = judge.logits().forward(generatedImages);
    if (real == null) {
      int size = Math.toIntExact(ofReal.numel() / ofReal.size(0));
      real = new FeatureStatistics(size);
      generated = new FeatureStatistics(size);
      classes = new long[logits.size(1)];
    }
    real.add(ofReal.toDoubles());
    generated.add(ofGenerated.toDoubles());
    for (int predicted : logits.argmax().toInts()) {
      classes[predicted]++;
    }
  }

  /** The measures; empty with less than two images. */
  public Map<String, Double> measures() {
    Map<String, Double> measures = new LinkedHashMap<>();
    if (real != null && real.count() > 1) {
      long rarest = Long.MAX_VALUE;
      int found = 0;
      for (long count : classes) {
        rarest = Math.min(rarest, count);
        found += count > 0 ? 1 : 0;
      }
      measures.put("frechet_distance", FrechetDistance.of(real, generated));
      measures.put("classes_found", (double) found);
      measures.put("rarest_class_share", (double) rarest / generated.count());
    }
    return measures;
  }
}
