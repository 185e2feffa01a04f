package io.troupe.nn.summary;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.ConvolutionOps;
import io.troupe.tensor.backend.Window;

/**
 * Convolutions.
 *
 * @param trace takes the notes
 */
record CountedConvolutions(Trace trace) implements ConvolutionOps {
  @Override
  public void conv2d(Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    Reach reach = reach(out, x, window, CountedConvolutions::after);
    long each = weight.numel() / weight.size(0);
    trace.layer("conv2d", out, out.numel() * each, reach, weight, bias);
  }

  private static Reach.Axis after(Reach.Axis axis, Window.Axis window, int positions) {
    return axis.after(window.span(), positions, axis.jump() * window.stride());
  }

  @Override
  public void convTranspose2d(
      Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    Reach reach = reach(out, x, window, CountedConvolutions::before);
    long each = weight.numel() / weight.size(0);
    trace.layer("convTranspose2d", out, x.numel() * each, reach, weight, bias);
  }

  private static Reach.Axis before(Reach.Axis axis, Window.Axis window, int positions) {
    int span = Math.ceilDiv(window.span(), window.stride());
    return axis.after(span, positions, axis.jump() / window.stride());
  }

  private Reach reach(Tensor out, Tensor x, Window window, Step step) {
    return trace
        .reachOf(x)
        .after(
            rows -> step.of(rows, window.height(), out.size(2)),
            columns -> step.of(columns, window.width(), out.size(3)));
  }

  /** How a window changes the reach along an axis. */
  private interface Step {
    Reach.Axis of(Reach.Axis axis, Window.Axis window, int positions);
  }

  @Override
  public void conv2dWeightGrad(
      Tensor dWeight, Tensor dOut, Tensor x, Window window, int groups, boolean accumulate) {
    throw Trace.noGradients();
  }
}
