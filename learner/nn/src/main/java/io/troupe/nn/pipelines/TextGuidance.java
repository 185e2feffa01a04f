package io.troupe.nn.pipelines;

import io.troupe.nn.diffusers.TextContext;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.List;

/**
 * The texts of images, and classifier-free guidance by them (arXiv:2207.12598).
 *
 * @param texts hidden states of the text of each image, (batch, length, features)
 * @param negative hidden states of the texts to stay away from, same shape; not used with a scale
 *     of 1 or less
 * @param scale 1: no guidance, above 1: extrapolation from the negative texts
 * @param rescale share of the guided prediction that is scaled to the standard deviation of the one
 *     with text (arXiv:2305.08891, section 3.4), in [0, 1]
 */
public record TextGuidance(Tensor texts, Tensor negative, double scale, double rescale) {
  /** Checks the scale and the share. */
  public TextGuidance {
    if (!Double.isFinite(scale) || scale < 0) {
      throw new IllegalArgumentException("guidance must be 0 or more, got " + scale);
    }
    if (!(rescale >= 0 && rescale <= 1)) {
      throw new IllegalArgumentException("guidance_rescale must be from 0 to 1, got " + rescale);
    }
  }

  /** The number of images. */
  int batch() {
    return texts.size(0);
  }

  /**
   * The prediction for a sample.
   *
   * @param input (batch, channels, height, width)
   * @param controls may be empty
   */
  Tensor predict(UNet2DConditionModel unet, List<Control> controls, Tensor input, double timestep) {
    int batch = batch();
    if (scale <= 1) {
      return predict(unet, controls, input, times(timestep, batch), TextContext.of(texts));
    }
    Tensor both =
        predict(
            unet,
            controls,
            Indexing.cat(0, List.of(input, input)),
            times(timestep, 2 * batch),
            TextContext.of(Indexing.cat(0, List.of(negative, texts))));
    Tensor without = both.rows(0, batch);
    Tensor with = both.rows(batch, 2 * batch);
    Tensor guided = without.add(with.sub(without).mul(scale));
    return rescale > 0 ? rescaled(guided, with) : guided;
  }

  private static Tensor predict(
      UNet2DConditionModel unet,
      List<Control> controls,
      Tensor input,
      double[] times,
      TextContext text) {
    return unet.forward(input, times, text, Control.residuals(controls, input, times, text), null);
  }

  private static double[] times(double timestep, int batch) {
    double[] times = new double[batch];
    java.util.Arrays.fill(times, timestep);
    return times;
  }

  private Tensor rescaled(Tensor guided, Tensor with) {
    int batch = batch();
    double[] factors = new double[batch];
    for (int i = 0; i < batch; i++) {
      double ratio = deviation(with.slice(i)) / deviation(guided.slice(i));
      factors[i] = rescale * ratio + 1 - rescale;
    }
    return guided.mul(Tensor.of(factors, batch, 1, 1, 1).to(guided.dtype()));
  }

  private static double deviation(Tensor x) {
    double[] values = x.toDoubles();
    double mean = java.util.Arrays.stream(values).average().orElseThrow();
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }
}
