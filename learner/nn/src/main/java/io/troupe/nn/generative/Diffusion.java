package io.troupe.nn.generative;

import io.troupe.tensor.DType;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.random.Philox;

/**
 * Denoising diffusion with noise prediction (DDPM, Ho et al. 2020, arXiv:2006.11239) and its
 * implicit form (DDIM, Song et al. 2020, arXiv:2010.02502).
 *
 * <p>Both samplers are one formula, equation 12 of the second paper: with {@code eta} 1 over all
 * timesteps it is DDPM's ancestral sampling with the posterior's variance (its equations 6 and 7),
 * with {@code eta} 0 only the initial noise is random. As in the authors' code, the image that a
 * step predicts is clamped to [-1, 1] and the noise is recomputed from it.
 *
 * @param network predicts the noise in an image
 * @param schedule of the noise
 * @param classifier-free guidance
 * @param numSteps steps of sampling, from 1 to the timesteps of the schedule
 * @param eta the fraction of a step's noise that is random, in [0, 1]
 * @param image the shape of an image, (channels, height, width)
 * @param dtype of the network's parameters
 */
public record Diffusion(
    TimedNetwork network,
    NoiseSchedule schedule,
    Guidance guidance,
    int numSteps,
    double eta,
    Shape image,
    DType dtype)
    implements UnsupervisedLoss, ImageSampler {

  /** Checks the steps and {@code eta}. */
  public Diffusion {
    schedule.visited(numSteps);
    if (!(eta >= 0 && eta <= 1)) {
      throw new IllegalArgumentException("eta must be from 0 to 1, got " + eta);
    }
  }

  /** The mean squared error of the predicted noise at a timestep drawn for each image. */
  @Override
  public Tensor loss(Tensor images, int[] labels, Philox generator) {
    int batch = images.size(0);
    double[] timesteps = new double[batch];
    Philox times = generator.derive(0);
    for (int i = 0; i < batch; i++) {
      timesteps[i] = (int) (times.uniform(i) * schedule.numTimesteps());
    }
    Tensor noise = RandomOps.normal(images.dtype(), images.shape(), generator.derive(1));
    int[] shown = guidance.hide(labels, generator.derive(2));
    Tensor predicted = network.forward(noised(images, timesteps, noise), timesteps, shown);
    Tensor error = predicted.sub(noise);
    return error.mul(error).mean();
  }

  /** {@code x_t} of images in [0, 1] (equation 4). */
  Tensor noised(Tensor images, double[] timesteps, Tensor noise) {
    double[] signal = new double[timesteps.length];
    double[] spread = new double[timesteps.length];
    for (int i = 0; i < timesteps.length; i++) {
      double left = schedule.alphaBar((int) timesteps[i]);
      signal[i] = Math.sqrt(left);
      spread[i] = Math.sqrt(1 - left);
    }
    return PerImage.centred(images)
        .mul(PerImage.factors(images.dtype(), signal))
        .add(noise.mul(PerImage.factors(images.dtype(), spread)));
  }

  @Override
  public Tensor sample(SampleRequest request) {
    return PerImage.uncentred(denoised(request.normal(dtype, 0, image), request));
  }

  /** Denoises to images in [-1, 1], in place. */
  Tensor denoised(Tensor x, SampleRequest request) {
    int[] visited = schedule.visited(numSteps);
    for (int i = 0; i < visited.length; i++) {
      int t = visited[i];
      int next = i + 1 < visited.length ? visited[i + 1] : -1;
      try (Scope _ = x.scope().engine().open("diffusion step " + t);
          GradMode.NoGrad _ = GradMode.noGrad()) {
        double[] timesteps = PerImage.sameTime(t, request.count());
        Tensor noise = guidance.predict(network, x, timesteps, request.labels());
        Tensor drawn = sigma(t, next) == 0 ? null : request.normal(dtype, 1 + t, image);
        x.copyFrom(previous(x, noise, t, next, drawn));
      }
    }
    return x;
  }

  /**
   * The standard deviation of the random noise in the step from timestep {@code t} to {@code next}.
   */
  private double sigma(int t, int next) {
    double left = schedule.alphaBar(t);
    double leftNext = schedule.alphaBar(next);
    return eta * Math.sqrt((1 - leftNext) / (1 - left) * (1 - left / leftNext));
  }

  /**
   * One denoising step.
   *
   * @param noise that the network predicts in {@code x}
   * @param drawn standard normal numbers; null for none
   */
  Tensor previous(Tensor x, Tensor noise, int t, int next, Tensor drawn) {
    double left = schedule.alphaBar(t);
    double leftNext = schedule.alphaBar(next);
    double sigma = sigma(t, next);
    Tensor start = start(x, noise, left);
    Tensor direction = x.sub(start.mul(Math.sqrt(left))).mul(1 / Math.sqrt(1 - left));
    double pointing = Math.sqrt(Math.max(0, 1 - leftNext - sigma * sigma));
    Tensor mean = start.mul(Math.sqrt(leftNext)).add(direction.mul(pointing));
    return drawn == null ? mean : mean.add(drawn.mul(sigma));
  }

  /** The predicted image, clamped to [-1, 1]. */
  private static Tensor start(Tensor x, Tensor noise, double left) {
    return x.sub(noise.mul(Math.sqrt(1 - left))).mul(1 / Math.sqrt(left)).clamp(-1, 1);
  }
}
