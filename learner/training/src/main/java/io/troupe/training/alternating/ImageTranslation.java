package io.troupe.training.alternating;

import io.troupe.nn.Module;
import io.troupe.nn.cyclegan.CycleGan;
import io.troupe.nn.cyclegan.CycleObjective;
import io.troupe.nn.cyclegan.Direction;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.losses.L1Loss;
import io.troupe.nn.losses.MSELoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.Monitor;
import io.troupe.training.supervised.Tally;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Trains a CycleGAN (arXiv:1703.10593) on {@code input}, images of domain A, and {@code target},
 * images of domain B, with pixels in [0, 1]; the images of a batch are not pairs. The steps are
 * those of the original code: first the generators, with the losses of LSGAN (arXiv:1611.04076), of
 * cycles and of identity; then the discriminators, on real images and on images of a pool.
 */
public final class ImageTranslation implements AlternatingTask {
  /** The part that translates. */
  public static final String GENERATORS = "generators";

  /** The part that tells real images from translated ones. */
  public static final String DISCRIMINATORS = "discriminators";

  private static final MSELoss SQUARE = MSELoss.of();
  private static final L1Loss DISTANCE = L1Loss.of();

  private final CycleGan model;
  private final CycleObjective objective;
  private final Optional<Layer> classifier;
  private final Optional<Pools> pools;

  /** The pools of both directions. */
  private static final class Pools extends Module {
    private final Map<Direction, ImagePool> byDirection = new EnumMap<>(Direction.class);

    Pools(int size, Shape image) {
      for (Direction direction : Direction.values()) {
        byDirection.put(direction, child(direction.text(), new ImagePool(size, image)));
      }
    }
  }

  /**
   * A task, with the memory of its pools in the current scope.
   *
   * @param image (channels, height, width)
   * @param classifier from images in [0, 1] of both domains to logits of the {@code label} of
   *     {@code input} and the {@code target_label} of {@code target}, which an evaluation compares
   *     with those of the translated images; empty for none
   */
  public ImageTranslation(CycleGan model, Shape image, Optional<Layer> classifier) {
    this.model = model;
    this.objective = model.objective();
    this.classifier = classifier;
    int poolSize = objective.poolSize();
    this.pools = poolSize > 0 ? Optional.of(new Pools(poolSize, image)) : Optional.empty();
  }

  @Override
  public CycleGan module() {
    return model;
  }

  @Override
  public Map<String, Module> parts() {
    Map<String, Module> parts = new LinkedHashMap<>();
    parts.put(GENERATORS, model.generators());
    parts.put(DISCRIMINATORS, model.discriminators());
    return parts;
  }

  @Override
  public Optional<Module> state() {
    return pools.map(given -> given);
  }

  /** Images of both domains in [-1, 1]. */
  private record Domains(Tensor a, Tensor b) {
    static Domains of(MiniBatch batch) {
      return new Domains(
          BatchTensors.of(batch, "input").mul(2).sub(1),
          BatchTensors.of(batch, "target").mul(2).sub(1));
    }

    /** Those that a direction begins with. */
    Tensor before(Direction direction) {
      return direction == Direction.A_TO_B ? a : b;
    }

    /** Those that the results of a direction should look like. */
    Tensor after(Direction direction) {
      return direction == Direction.A_TO_B ? b : a;
    }
  }

  @Override
  public void step(MiniBatch batch, Philox random, Updates updates) {
    step(Domains.of(batch), random, updates);
  }

  /**
   * A step on given images.
   *
   * @param a of domain A, in [-1, 1]
   * @param b of domain B, in [-1, 1]
   */
  void step(Tensor a, Tensor b, Philox random, Updates updates) {
    step(new Domains(a, b), random, updates);
  }

  private void step(Domains images, Philox random, Updates updates) {
    Map<Direction, Tensor> forDiscriminators = new EnumMap<>(Direction.class);
    try (Module.Frozen _ = model.discriminators().frozen()) {
      Map<Direction, Tensor> translated = translated(images);
      // the backward pass releases the memory of the translated images
      translated.forEach(
          (direction, made) ->
              forDiscriminators.put(
                  direction, pooled(direction, made.detach(), random.derive(direction.ordinal()))));
      updates.update(GENERATORS, generatorLoss(images, translated));
    }
    updates.update(
        DISCRIMINATORS,
        discriminatorLoss(Direction.A_TO_B, images, forDiscriminators)
            .add(discriminatorLoss(Direction.B_TO_A, images, forDiscriminators)));
  }

  private Map<Direction, Tensor> translated(Domains images) {
    Map<Direction, Tensor> translated = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      translated.put(direction, model.generator(direction).forward(images.before(direction)));
    }
    return translated;
  }

  private Tensor pooled(Direction direction, Tensor translated, Philox random) {
    return pools
        .map(given -> given.byDirection.get(direction).exchange(translated, random))
        .orElseGet(translated::copy);
  }

  private Tensor generatorLoss(Domains images, Map<Direction, Tensor> translated) {
    return generatorLoss(Direction.A_TO_B, images, translated)
        .add(generatorLoss(Direction.B_TO_A, images, translated));
  }

  /** The losses of the cycle that begins with a direction. */
  private Tensor generatorLoss(
      Direction direction, Domains images, Map<Direction, Tensor> translated) {
    Tensor made = translated.get(direction);
    Tensor loss = isReal(model.discriminator(direction).forward(made), true);
    double weight = objective.lambda(direction);
    loss = loss.add(cycle(direction, images, made).mul(weight));
    double ofIdentity = weight * objective.lambdaIdentity();
    if (ofIdentity == 0) {
      return loss;
    }
    Tensor before = images.before(direction);
    Tensor same = model.generator(direction.reversed()).forward(before); // is in its domain already
    return loss.add(DISTANCE.forward(same, before).mul(ofIdentity));
  }

  private Tensor cycle(Direction direction, Domains images, Tensor made) {
    return DISTANCE.forward(
        model.generator(direction.reversed()).forward(made), images.before(direction));
  }

  private Tensor discriminatorLoss(
      Direction direction, Domains images, Map<Direction, Tensor> translated) {
    Layer discriminator = model.discriminator(direction);
    Tensor real = isReal(discriminator.forward(images.after(direction)), true);
    return real.add(isReal(discriminator.forward(translated.get(direction)), false)).mul(0.5);
  }

  /** The loss of LSGAN. */
  private static Tensor isReal(Tensor predicted, boolean expected) {
    return SQUARE.forward(
        predicted, Tensor.full(predicted.dtype(), predicted.shape(), expected ? 1 : 0));
  }

  /**
   * Measures the loss of the generators; the error of the cycles, the mean difference of a pixel in
   * [0, 1]; and, with a classifier, how many images keep their class, and how often the classifier
   * is right about the images before.
   */
  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Domains images = Domains.of(batch);
    Map<Direction, Tensor> translated = translated(images);
    int size = batch.size();
    tally.add("loss", size * generatorLoss(images, translated).item(), size);
    for (Direction direction : Direction.values()) {
      Tensor made = translated.get(direction);
      tally.add("cycle_error", size * cycle(direction, images, made).item() / 2, size);
      classifier.ifPresent(
          given -> {
            String labels = direction == Direction.A_TO_B ? "label" : "target_label";
            int[] expected = BatchTensors.of(batch, labels).toInts();
            tally.add("kept_class_" + direction.text(), count(given, made, expected), size);
            tally.add(
                "classifier_accuracy", count(given, images.before(direction), expected), size);
          });
    }
  }

  /** The number of images whose class the classifier finds. */
  private static int count(Layer classifier, Tensor images, int[] labels) {
    int[] predicted = classifier.forward(images.add(1).mul(0.5)).argmax().toInts();
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      right += predicted[i] == labels[i] ? 1 : 0;
    }
    return right;
  }

  @Override
  public Monitor monitor() {
    return Monitor.LOSS;
  }
}
