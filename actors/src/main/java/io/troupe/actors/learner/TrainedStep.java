package io.troupe.actors.learner;

/**
 * A completed training step.
 *
 * @param step counted from 1; also the version of the weights after it
 * @param numSamples number of examples, or of samples with a score, that were trained
 */
public record TrainedStep(long step, int numSamples) {}
