package io.troupe.nn.cyclegan;

import io.troupe.nn.Module;
import io.troupe.nn.adversarial.NamedChain;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.tensor.Tensor;

/**
 * CycleGAN (arXiv:1703.10593): a generator from domain A to B and one back, and a discriminator for
 * the results of each. Names are those of the original code: {@code G_A.model.1.weight}, ...,
 * {@code G_B}, {@code D_A} and {@code D_B}.
 *
 * <p>Difference: dropout and padding other than reflection are not implemented; both are off in the
 * settings of the paper.
 */
public final class CycleGan extends Module {
  private final NamedChain fromA;
  private final NamedChain fromB;
  private final NamedChain ofB;
  private final NamedChain ofA;
  private final Part generators;
  private final Part discriminators;
  private final CycleObjective objective;
  private final Direction direction;

  /** Networks that are trained together; their names are those in the whole model. */
  private static final class Part extends Module {
    Part(String first, NamedChain ofA, String second, NamedChain ofB) {
      child(first, ofA);
      child(second, ofB);
    }
  }

  /**
   * The architecture.
   *
   * @param channels of the images of both domains
   * @param generatorFeatures channels after the first layer of a generator
   * @param discriminatorFeatures channels after the first layer of a discriminator
   * @param norm after convolutions
   * @param generator layers of both generators
   * @param discriminator layers of both discriminators
   */
  public record Architecture(
      int channels,
      int generatorFeatures,
      int discriminatorFeatures,
      ChannelNorm norm,
      Generator generator,
      Discriminator discriminator) {}

  /**
   * The networks, in the current scope.
   *
   * @param direction the translation that the model is used for after training
   */
  public CycleGan(
      Architecture given, CycleObjective objective, Direction direction, Initializer initializer) {
    Convolutions convolutions = new Convolutions(given.norm(), initializer);
    this.fromA = child("G_A", generator(given, convolutions));
    this.fromB = child("G_B", generator(given, convolutions));
    this.ofB = child("D_A", discriminator(given, convolutions));
    this.ofA = child("D_B", discriminator(given, convolutions));
    this.generators = new Part("G_A", fromA, "G_B", fromB);
    this.discriminators = new Part("D_A", ofB, "D_B", ofA);
    this.objective = objective;
    this.direction = direction;
  }

  private static NamedChain generator(Architecture given, Convolutions convolutions) {
    return given
        .generator()
        .network(given.channels(), given.channels(), given.generatorFeatures(), convolutions);
  }

  private static NamedChain discriminator(Architecture given, Convolutions convolutions) {
    return given
        .discriminator()
        .network(given.channels(), given.discriminatorFeatures(), convolutions);
  }

  /** The generator of a direction: from images in [-1, 1] to translated ones in [-1, 1]. */
  public Layer generator(Direction direction) {
    return direction == Direction.A_TO_B ? fromA : fromB;
  }

  /**
   * The discriminator of the results of a direction: from images in [-1, 1], real or translated, to
   * a number for each patch.
   */
  public Layer discriminator(Direction direction) {
    return direction == Direction.A_TO_B ? ofB : ofA;
  }

  /** Both generators. */
  public Module generators() {
    return generators;
  }

  /** Both discriminators. */
  public Module discriminators() {
    return discriminators;
  }

  /** The weights of the losses. */
  public CycleObjective objective() {
    return objective;
  }

  /** The translation that the model is used for after training; it is trained for both. */
  public Direction direction() {
    return direction;
  }

  /**
   * Translates images.
   *
   * @param images in [0, 1], (batch, channels, height, width)
   * @return in [0, 1]; of the same shape if rows and columns are multiples of {@link
   *     Generator#multiple}
   */
  public Tensor translate(Tensor images, Direction direction) {
    return generator(direction).forward(images.mul(2).sub(1)).add(1).mul(0.5);
  }
}
