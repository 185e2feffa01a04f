package io.troupe.nn.generative;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;

/**
 * Classifier-free guidance (Ho and Salimans 2022, arXiv:2207.12598): in training some labels are
 * hidden, so that one network learns both with labels and without; in sampling what it predicts is
 * moved away from the prediction without them.
 *
 * @param labelDropout the share of labels hidden in training, in [0, 1]
 * @param scale 0 ignores the label, 1 follows it, more exaggerates it; the paper's w is {@code
 *     scale - 1}
 */
public record Guidance(double labelDropout, double scale) {
  /** Checks the share. */
  public Guidance {
    if (!(labelDropout >= 0 && labelDropout <= 1)) {
      throw new IllegalArgumentException(
          "labelDropout=" + labelDropout + ": expected a number from 0 to 1");
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
    boolean isLabelled = Arrays.stream(labels).anyMatch(label -> label != TimedNetwork.NO_LABEL);
    if (!isLabelled || scale == 1) {
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
