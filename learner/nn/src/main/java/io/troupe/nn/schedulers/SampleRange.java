package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.util.Arrays;

/**
 * The limits of predicted original samples.
 *
 * @param clip whether they are clamped to {@code [-clipRange, clipRange]}
 * @param clipRange the limit of clipping
 * @param threshold whether they are limited dynamically instead (arXiv:2205.11487, section 2.3)
 * @param thresholdRatio the quantile of absolute values that is the limit of a sample
 * @param maxValue the largest such limit; the smallest is 1
 */
public record SampleRange(
    boolean clip, double clipRange, boolean threshold, double thresholdRatio, double maxValue) {

  /** No limits. */
  static final SampleRange UNLIMITED = new SampleRange(false, 1, false, 0.995, 1);

  static SampleRange read(ConfigJson json, boolean clipByDefault) {
    return new SampleRange(
        json.flag("clip_sample", clipByDefault),
        json.number("clip_sample_range", 1),
        json.flag("thresholding", false),
        json.number("dynamic_thresholding_ratio", 0.995),
        json.number("sample_max_value", 1));
  }

  void writeClipping(ObjectNode json) {
    json.put("clip_sample", clip);
    json.put("clip_sample_range", clipRange);
  }

  void writeThresholding(ObjectNode json) {
    json.put("thresholding", threshold);
    json.put("dynamic_thresholding_ratio", thresholdRatio);
    json.put("sample_max_value", maxValue);
  }

  /** Limits samples, (batch, ...). */
  Tensor limit(Tensor original) {
    if (threshold) {
      return thresholded(original);
    }
    return clip ? original.clamp(-clipRange, clipRange) : original;
  }

  private Tensor thresholded(Tensor original) {
    float[] values = original.toFloats();
    int numel = values.length / original.size(0);
    for (int from = 0; from < values.length; from += numel) {
      float limit = (float) Math.clamp(quantile(values, from, numel), 1, Math.max(1, maxValue));
      for (int i = from; i < from + numel; i++) {
        values[i] = Math.clamp(values[i], -limit, limit) / limit;
      }
    }
    return Tensor.of(values, original.shape().sizes()).to(original.dtype());
  }

  /** The quantile of absolute values, interpolated linearly. */
  private double quantile(float[] values, int from, int numel) {
    double[] sorted = new double[numel];
    for (int i = 0; i < numel; i++) {
      sorted[i] = Math.abs(values[from + i]);
    }
    Arrays.sort(sorted);
    double place = thresholdRatio * (numel - 1);
    int below = (int) place;
    int above = Math.min(below + 1, numel - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
