package io.troupe.nn.cyclegan;

/**
 * The weights of the losses of the generators, with the names and defaults of the original code.
 *
 * @param lambdaA weight of the cycle from domain A to B and back
 * @param lambdaB weight of the cycle from domain B to A and back
 * @param lambdaIdentity weight of the identity losses, relative to those of the cycles: a generator
 *     should not change an image that is in its domain already; 0 for none
 * @param poolSize number of translated images from which the images for a discriminator are drawn
 *     (arXiv:1612.07828); 0 for the newest ones
 */
public record CycleObjective(double lambdaA, double lambdaB, double lambdaIdentity, int poolSize) {
  /** The weight of the cycle that begins with a direction. */
  public double lambda(Direction first) {
    return first == Direction.A_TO_B ? lambdaA : lambdaB;
  }
}
