package io.troupe.nn.stylegan2;

/**
 * The settings of the training losses.
 *
 * @param r1Gamma weight of R1 regularization; 0 for none
 * @param discriminatorInterval steps from one R1 regularization to the next
 * @param pathLengthWeight weight of path length regularization; 0 for none
 * @param pathLengthDecay share of the newest path lengths in their running mean
 * @param pathLengthShrink divisor of the batch for path length regularization
 * @param generatorInterval steps from one path length regularization to the next
 * @param mixingProbability probability of style mixing
 */
public record StyleObjective(
    double r1Gamma,
    int discriminatorInterval,
    double pathLengthWeight,
    double pathLengthDecay,
    int pathLengthShrink,
    int generatorInterval,
    double mixingProbability) {}
