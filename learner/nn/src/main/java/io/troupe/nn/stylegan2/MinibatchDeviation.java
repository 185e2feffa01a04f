package io.troupe.nn.stylegan2;

import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Indexing;
import java.util.List;

/**
 * Adds channels with the standard deviation of the features over a group of images, so that a
 * discriminator sees the variety of generated images (arXiv:1710.10196, section 3).
 *
 * @param groupSize maximum number of images of a group; the largest number up to it that divides
 *     the batch is used
 * @param numChannels channels that are added, each of a part of the features
 */
record MinibatchDeviation(int groupSize, int numChannels) {
  private static final double EPS = 1e-8;

  /** (batch, channels, height, width) with more channels. */
  Dual forward(Dual x) {
    Shape shape = x.value().shape();
    int batch = shape.size(0);
    int group = groupOf(batch);
    int groups = batch / group;
    int each = Math.toIntExact(x.value().numel() / batch / numChannels);
    Dual values = x.linear(part -> part.reshape(group, groups, numChannels, each));
    Dual centered =
        values.linear(part -> part.sub(part.mean(0).reshape(1, groups, numChannels, each)));
    Dual means =
        deviation(centered).linear(part -> part.mean(2).reshape(1, groups, numChannels, 1));
    Dual channels =
        means.linear(
            part ->
                part.expand(Shape.of(group, groups, numChannels, shape.size(2) * shape.size(3)))
                    .reshape(batch, numChannels, shape.size(2), shape.size(3)));
    return new Dual(
        Indexing.cat(1, List.of(x.value(), channels.value())),
        x.tangent() == null ? null : Indexing.cat(1, List.of(x.tangent(), channels.tangent())));
  }

  /** The largest group that divides a batch. */
  private int groupOf(int batch) {
    int group = Math.min(groupSize, batch);
    while (batch % group != 0) {
      group--;
    }
    return group;
  }

  /** The deviation of each feature over its group, (groups, numChannels, each). */
  private static Dual deviation(Dual centered) {
    Tensor variance = centered.value().apply(UnaryOp.SQUARE).mean(0).add(EPS);
    Tensor deviation = variance.apply(UnaryOp.SQRT);
    if (centered.tangent() == null) {
      return Dual.constant(deviation);
    }
    Tensor halfChange = centered.value().mul(centered.tangent()).mean(0);
    return new Dual(deviation, halfChange.div(deviation));
  }
}
