package io.troupe.actors.learner;

/**
 * A step that has been trained.
 *
 * @param step counted from 1; also the version of the weights after it
 * @param numSamples what it has learned from: samples with a score, or examples
 */
public record TrainedStep(long step, int numSamples) {}
