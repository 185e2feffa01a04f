package io.troupe.nn.stylegan2;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The discriminator: it estimates whether images are real. */
public final class StyleDiscriminator extends Module {
  private final List<DiscriminatorBlock> blocks = new ArrayList<>();
  private final MappingNetwork mapping; // null without labels
  private final Epilogue epilogue;

  /** The layers for the smallest size. */
  private static final class Epilogue extends Module {
    private final EqualizedConv2d fromRgb; // null where it reads features only
    private final MinibatchDeviation deviation;
    private final EqualizedConv2d conv;
    private final EqualizedLinear hidden;
    private final EqualizedLinear out;

    Epilogue(StyleGan2.Architecture given, Initializer initializer) {
      int size = given.smallest();
      int in = given.features(size);
      double clamp = given.discriminatorClamp();
      fromRgb =
          given.discriminator() == StyleGan2.Connections.SKIP
              ? child(
                  "fromrgb",
                  EqualizedConv2d.active(given.channels(), in, 1, Resize.NONE, 0, initializer))
              : null;
      deviation = given.deviation();
      conv =
          child(
              "conv",
              EqualizedConv2d.active(
                  in + deviation.numChannels(), in, 3, Resize.NONE, clamp, initializer));
      hidden = child("fc", EqualizedLinear.active(in * size * size, in, 1, initializer));
      out =
          child("out", EqualizedLinear.linear(in, given.numLabels() > 0 ? in : 1, 0, initializer));
    }

    Dual forward(DiscriminatorBlock.State state) {
      Dual features = state.features();
      if (fromRgb != null) {
        Dual read = fromRgb.forward(state.image());
        features = features == null ? read : features.add(read);
      }
      Dual y = conv.forward(deviation.forward(features));
      return out.forward(hidden.forward(y.linear(part -> part.reshape(part.size(0), -1))));
    }
  }

  StyleDiscriminator(StyleGan2.Architecture given, Initializer initializer) {
    for (int size = given.imageSize(); size > given.smallest(); size /= 2) {
      blocks.add(child("b" + size, new DiscriminatorBlock(given, size, initializer)));
    }
    int width = given.features(given.smallest());
    mapping =
        given.numLabels() > 0
            ? child(
                "mapping",
                new MappingNetwork(
                    0, given.numLabels(), width, given.discriminatorMappingLayers(), initializer))
            : null;
    epilogue = child("b" + given.smallest(), new Epilogue(given, initializer));
  }

  /**
   * Estimates.
   *
   * @param images in [-1, 1], (batch, channels, height, width)
   * @param labels (batch, labels), 1 for the label of an image and 0 elsewhere; null without labels
   * @return logits, (batch)
   */
  public Dual forward(Dual images, Tensor labels) {
    DiscriminatorBlock.State state = new DiscriminatorBlock.State(null, images);
    for (DiscriminatorBlock block : blocks) {
      state = block.forward(state);
    }
    Dual scores = epilogue.forward(state); // (batch, 1), or (batch, width) with labels
    int batch = images.value().size(0);
    if (mapping == null) {
      return scores.linear(part -> part.reshape(batch));
    }
    Tensor ofLabels = mapping.forward(null, labels);
    double gain = 1 / Math.sqrt(ofLabels.size(1));
    return scores.mul(ofLabels.mul(gain)).linear(part -> part.sum(1).reshape(batch));
  }
}
