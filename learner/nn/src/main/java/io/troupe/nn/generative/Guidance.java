package io.troupe.nn.generative;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;

/**
 * Classifier-free guidance (Ho and Salimans 2022, arXiv:2207.12598): in training some labels are
 * hidden, so that one network learns with and without labels; in sampling the prediction with the
 * label is extrapolated away from the one without.
 *
 * @param labelDropout the fraction of labels hidden in training, in [0, 1]
 * @param scale 0: the label is ignored, 1: the prediction with the label, above 1: extrapolation;
 *     the paper's w is {@code scale - 1}
 */
public record Guidance(double labelDropout, double scale) {
  /** Checks the fraction. */
  public Guidance {
    if (!(labelDropout >= 0 && labelDropout <= 1)) {
      throw new IllegalArgumentException("label_dropout must be from 0 to 1, got " + labelDropout);
    }
  }

  /** The labels of a training step, some of them hidden. */
  int[] hide(int[] labels, Philox generator) {
    int[] shown = labels.clone();
    for (int i = 0; i < shown.length; i++) {
      if (generator.uniform(i) < labelDropout) {
        shown[i] = TimedNetwork.NO_LABEL;
      }
    }
    return shown;
  }

  /** The guided prediction, {@code without + scale (with - without)}. */
  Tensor predict(TimedNetwork network, Tensor x, double[] timesteps, int[] labels) {
    boolean isLabeled = Arrays.stream(labels).anyMatch(label -> label != TimedNetwork.NO_LABEL);
    if (!isLabeled || scale == 1) {
      return network.forward(x, timesteps, labels);
    }
    int[] none = new int[labels.length];
    Arrays.fill(none, TimedNetwork.NO_LABEL);
    Tensor without = network.forward(x, timesteps, none);
    if (scale == 0) {
      return without;
    }
    Tensor with = network.forward(x, timesteps, labels);
    return without.mul(1 - scale).add(with.mul(scale));
  }
}
