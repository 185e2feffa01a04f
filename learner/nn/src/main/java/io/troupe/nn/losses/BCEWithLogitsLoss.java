package io.troupe.nn.losses;

import io.troupe.nn.layers.Softplus;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Elementwise;

/**
 * Binary cross-entropy of {@code sigmoid(input)}, computed from the logits without overflow, as
 * {@code torch.nn.BCEWithLogitsLoss}.
 *
 * @param weight multiplies each loss, broadcasting; or null
 * @param posWeight multiplies the losses of positive targets, broadcasting, for example one number
 *     per class; or null
 */
public record BCEWithLogitsLoss(Tensor weight, Tensor posWeight, Reduction reduction)
    implements Loss {
  /** Above this value {@code log(1 + exp(x))} equals x in double precision. */
  private static final Softplus SOFTPLUS = new Softplus(1, 40);

  /** No weights, with PyTorch's mean reduction. */
  public static BCEWithLogitsLoss of() {
    return new BCEWithLogitsLoss(null, null, Reduction.MEAN);
  }

  /** These options with weights of elements. */
  public BCEWithLogitsLoss withWeight(Tensor weights) {
    return new BCEWithLogitsLoss(weights, posWeight, reduction);
  }

  /** These options with weights of positive targets. */
  public BCEWithLogitsLoss withPosWeight(Tensor weights) {
    return new BCEWithLogitsLoss(weight, weights, reduction);
  }

  /** These options with another reduction. */
  public BCEWithLogitsLoss withReduction(Reduction other) {
    return new BCEWithLogitsLoss(weight, posWeight, other);
  }

  /** Equal shapes; targets are probabilities, in [0, 1]. */
  @Override
  public Tensor forward(Tensor input, Tensor target) {
    Elementwise.requireSame("BCEWithLogitsLoss", input, target);
    // (1 - y) x + (1 + (posWeight - 1) y) softplus(-x)
    Tensor missed = SOFTPLUS.forward(input.neg());
    if (posWeight != null) {
      missed = missed.mul(target.mul(posWeight.sub(1)).add(1));
    }
    Tensor losses = input.mul(target.neg().add(1)).add(missed);
    return reduction.apply(weight == null ? losses : losses.mul(weight));
  }
}
