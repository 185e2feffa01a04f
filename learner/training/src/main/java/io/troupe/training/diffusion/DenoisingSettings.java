package io.troupe.training.diffusion;

import io.troupe.nn.schedulers.BetaSchedule;
import java.util.Optional;

/**
 * The settings of a training that learns to predict the noise of latents.
 *
 * @param betas noise of training, that of the pipeline's scheduler
 * @param proportionEmptyPrompts fraction of the captions that are replaced by the empty text
 * @param sampling how the result is sampled
 * @param check measures the captions of samples; empty to measure none
 */
public record DenoisingSettings(
    BetaSchedule betas,
    double proportionEmptyPrompts,
    SamplingSettings sampling,
    Optional<CaptionCheck> check) {}
