package io.troupe.nn.schedulers;

import io.troupe.tensor.Tensor;
import java.util.function.Supplier;

/**
 * One trajectory from noise to a sample. Has the state of methods that use earlier outputs of the
 * model, which must be in a scope that outlives the trajectory. Not thread-safe.
 */
public interface Denoising {
  /** The time that the model gets at each step. */
  double[] timesteps();

  /** The standard deviation of the noise that a trajectory starts with. */
  default double initNoiseSigma() {
    return 1;
  }

  /** The input of the model at a step. */
  default Tensor scaleModelInput(int step, Tensor sample) {
    return sample;
  }

  /**
   * Computes the next sample. Steps must be taken in order; the first may be any.
   *
   * @param step index of the timestep
   * @param modelOutput for the scaled sample
   * @param sample the current one
   * @param noise draws standard normal numbers with the shape of the sample; only called by methods
   *     that need them
   */
  Tensor step(int step, Tensor modelOutput, Tensor sample, Supplier<Tensor> noise);

  /** Adds as much noise to a sample as a trajectory has at a step, to start there. */
  Tensor noised(int step, Tensor original, Tensor noise);
}
