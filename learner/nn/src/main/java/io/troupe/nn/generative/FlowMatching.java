package io.troupe.nn.generative;

import io.troupe.tensor.DType;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.random.Philox;

/**
 * Flow matching along straight paths (Lipman et al. 2023, arXiv:2210.02747, with sigma_min 0;
 * rectified flow, Liu et al. 2023, arXiv:2209.03003): {@code x_t = (1 - t) noise + t image}, and
 * the network predicts the velocity {@code image - noise}. Samples follow it from noise at time 0
 * to an image at time 1.
 *
 * <p>The network gets 1000 t as timestep, the range of a diffusion model.
 *
 * @param network predicts the velocity
 * @param classifier-free guidance
 * @param solver of the path
 * @param numSteps steps of sampling, above 0
 * @param image the shape of an image, (channels, height, width)
 * @param dtype of the network's parameters
 */
public record FlowMatching(
    TimedNetwork network, Guidance guidance, Solver solver, int numSteps, Shape image, DType dtype)
    implements UnsupervisedLoss, ImageSampler {
  private static final double TIME_SCALE = 1000;

  /** The method of integration. */
  public enum Solver {
    /** One prediction per step, at its start. */
    EULER,
    /** Two predictions per step; the one at the midpoint is used. */
    MIDPOINT
  }

  /** Checks the steps. */
  public FlowMatching {
    if (numSteps < 1) {
      throw new IllegalArgumentException("sample_steps must be 1 or more, got " + numSteps);
    }
  }

  /** The mean squared error of the predicted velocity at a time drawn for each image. */
  @Override
  public Tensor loss(Tensor images, int[] labels, Philox generator) {
    int batch = images.size(0);
    double[] times = new double[batch];
    double[] timesteps = new double[batch];
    Philox drawn = generator.derive(0);
    for (int i = 0; i < batch; i++) {
      times[i] = drawn.uniform(i);
      timesteps[i] = TIME_SCALE * times[i];
    }
    Tensor noise = RandomOps.normal(images.dtype(), images.shape(), generator.derive(1));
    int[] shown = guidance.hide(labels, generator.derive(2));
    Tensor velocity = PerImage.centred(images).sub(noise);
    Tensor x = noise.add(velocity.mul(PerImage.factors(images.dtype(), times)));
    Tensor error = network.forward(x, timesteps, shown).sub(velocity);
    return error.mul(error).mean();
  }

  @Override
  public Tensor sample(SampleRequest request) {
    return PerImage.uncentred(followed(request.normal(dtype, 0, image), request));
  }

  /** Integrates from noise to images in [-1, 1], in place. */
  Tensor followed(Tensor x, SampleRequest request) {
    double length = 1.0 / numSteps;
    for (int i = 0; i < numSteps; i++) {
      try (Scope _ = x.scope().engine().open("flow step " + i);
          GradMode.NoGrad _ = GradMode.noGrad()) {
        Tensor velocity = velocity(x, i * length, request);
        if (solver == Solver.MIDPOINT) {
          velocity = velocity(x.add(velocity.mul(length / 2)), (i + 0.5) * length, request);
        }
        x.addScaledi(velocity, length);
      }
    }
    return x;
  }

  private Tensor velocity(Tensor x, double time, SampleRequest request) {
    double[] timesteps = PerImage.sameTime(TIME_SCALE * time, request.count());
    return guidance.predict(network, x, timesteps, request.labels());
  }
}
