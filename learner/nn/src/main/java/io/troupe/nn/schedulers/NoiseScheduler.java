package io.troupe.nn.schedulers;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The settings of a scheduler. Immutable. */
public sealed interface NoiseScheduler permits DiffusionScheduler, FlowMatchEulerDiscreteScheduler {

  /** Timesteps of training. */
  int numTrainTimesteps();

  /**
   * Starts a trajectory, as {@code set_timesteps} of diffusers.
   *
   * @param numSteps number of inference steps, from 1 to {@link #numTrainTimesteps}
   * @throws IllegalArgumentException if the number is out of range
   */
  Denoising denoising(int numSteps);

  /** Writes the keys of {@code scheduler_config.json} apart from the name of the class. */
  void write(ObjectNode json);

  /** Checks the number of inference steps. */
  static void requireSteps(int numSteps, int numTrainTimesteps) {
    if (numSteps < 1 || numSteps > numTrainTimesteps) {
      throw new IllegalArgumentException(
          "num_inference_steps must be from 1 to num_train_timesteps=%d, got %d"
              .formatted(numTrainTimesteps, numSteps));
    }
  }
}
