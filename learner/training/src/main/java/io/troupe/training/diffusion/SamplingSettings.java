package io.troupe.training.diffusion;

/**
 * How the result of a training is sampled.
 *
 * @param numInferenceSteps steps from noise to a sample
 * @param guidanceScale scale of the classifier-free guidance; 1: no extrapolation
 * @param seed of the noise; a sample is a function of it, of its index and its caption
 */
public record SamplingSettings(int numInferenceSteps, double guidanceScale, long seed) {}
