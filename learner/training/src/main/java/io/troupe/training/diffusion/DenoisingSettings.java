package io.troupe.training.diffusion;

import io.troupe.nn.schedulers.BetaSchedule;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The settings of a training that learns to predict the noise of latents.
 *
 * @param betas noise of training, that of the pipeline's scheduler
 * @param proportionEmptyPrompts fraction of the captions that are replaced by the empty text
 * @param minSnrGamma the signal-to-noise ratio above which samples have less weight in the loss
 *     ({@link BetaSchedule#minSnrWeights}); empty for equal weights
 * @param sampling how the result is sampled
 * @param check measures the captions of samples; empty to measure none
 */
public record DenoisingSettings(
    BetaSchedule betas,
    double proportionEmptyPrompts,
    OptionalDouble minSnrGamma,
    SamplingSettings sampling,
    Optional<CaptionCheck> check) {}
