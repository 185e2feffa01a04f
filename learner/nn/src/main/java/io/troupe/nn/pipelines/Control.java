package io.troupe.nn.pipelines;

import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.diffusers.TextContext;
import io.troupe.nn.diffusers.UNet2DConditionModel.Residuals;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import java.util.Collections;
import java.util.List;

/**
 * A ControlNet with the image that it reads.
 *
 * @param network the ControlNet
 * @param condition (1 or images, channels, height, width), in [0, 1], of the size of the images:
 *     one for all images, or one for each
 * @param scale multiplies what is added to the network; 0 has no effect
 */
public record Control(ControlNetModel network, Tensor condition, double scale) {
  /** Checks the scale. */
  public Control {
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("control-scale must be a number, got " + scale);
    }
  }

  /** What several ControlNets add together; null without any. */
  static Residuals residuals(
      List<Control> controls, Tensor input, double[] timesteps, TextContext text) {
    Residuals sum = null;
    for (Control control : controls) {
      Residuals added =
          control.network.forward(
              input, timesteps, text, control.forEach(input.size(0)), control.scale);
      sum = sum == null ? added : sum.add(added);
    }
    return sum;
  }

  /** Repeated as often as the images are in a batch, which is twice with guidance. */
  private Tensor forEach(int batch) {
    int copies = batch / condition.size(0);
    return copies == 1 ? condition : Indexing.cat(0, Collections.nCopies(copies, condition));
  }
}
