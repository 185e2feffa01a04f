package io.troupe.nn.schedulers;

/** The settings of a scheduler for a model that was trained with a {@link BetaSchedule}. */
public sealed interface DiffusionScheduler extends NoiseScheduler
    permits DDPMScheduler,
        DDIMScheduler,
        PNDMScheduler,
        EulerDiscreteScheduler,
        EulerAncestralDiscreteScheduler,
        DPMSolverMultistepScheduler {
  /** The noise of training. */
  BetaSchedule betas();

  /** The quantity that the model predicts. */
  PredictionType prediction();
}
