package io.troupe.training.alternating;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Softplus;
import io.troupe.nn.stylegan2.Dual;
import io.troupe.nn.stylegan2.GradientPenalty;
import io.troupe.nn.stylegan2.Noise;
import io.troupe.nn.stylegan2.PathLength;
import io.troupe.nn.stylegan2.StyleDiscriminator;
import io.troupe.nn.stylegan2.StyleGan2;
import io.troupe.nn.stylegan2.StyleGenerator;
import io.troupe.nn.stylegan2.StyleObjective;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.random.Philox;
import io.troupe.training.generated.GeneratedImages;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.Monitor;
import io.troupe.training.supervised.Tally;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Trains a StyleGAN2 (arXiv:1912.04958) on images, {@code input} with pixels in [0, 1], and {@code
 * label} if the networks have labels: the non-saturating logistic loss, with R1 and path length
 * regularization every few steps (section 3.1).
 *
 * <p>Difference from the paper: a regularization has no step of the optimizer of its own. It is
 * added to the loss of the step in which it is due, multiplied by the number of steps between two
 * of them.
 */
public final class StyleBasedImages implements AlternatingTask {
  private static final Softplus SOFTPLUS = Softplus.of();
  private static final int NOISE = 0; // the parts of the random numbers of a pass
  private static final int LAYERS = 1;
  private static final int MIXED = 2;
  private static final int CUTOFF = 3;
  private static final int DIRECTION = 4;

  private final StyleGan2 model;
  private final StyleGenerator generator;
  private final StyleDiscriminator discriminator;
  private final StyleObjective objective;
  private final Optional<GeneratedImages.Judge> judge;
  private final GradientPenalty gradientPenalty;
  private final PathLength pathLength;

  /**
   * A task, with its state in the current scope.
   *
   * @param judge compares generated images with real ones in evaluations; empty for none
   */
  public StyleBasedImages(
      StyleGan2 model, StyleObjective objective, Optional<GeneratedImages.Judge> judge) {
    this.model = model;
    this.generator = model.generator();
    this.discriminator = model.discriminator();
    this.objective = objective;
    this.judge = judge;
    this.gradientPenalty = new GradientPenalty(discriminator, objective.r1Gamma());
    this.pathLength =
        new PathLength(generator, objective.pathLengthWeight(), objective.pathLengthDecay());
  }

  @Override
  public StyleGan2 module() {
    return model;
  }

  @Override
  public Map<String, Module> parts() {
    Map<String, Module> parts = new LinkedHashMap<>();
    parts.put(AdversarialImages.GENERATOR, generator);
    parts.put(AdversarialImages.DISCRIMINATOR, discriminator);
    return parts;
  }

  @Override
  public Optional<Module> state() {
    return Optional.of(pathLength);
  }

  @Override
  public void step(MiniBatch batch, Philox random, Updates updates) {
    Tensor images = BatchTensors.of(batch, "input").mul(2).sub(1);
    Tensor labels = labels(batch);
    try (Module.Frozen _ = discriminator.frozen()) {
      updates.update(
          AdversarialImages.GENERATOR, generatorLoss(batch, images, labels, random.derive(0)));
    }
    updates.update(
        AdversarialImages.DISCRIMINATOR,
        discriminatorLoss(batch, images, labels, random.derive(2)));
  }

  private Tensor labels(MiniBatch batch) {
    return model.numLabels() == 0 ? null : model.oneHot(BatchTensors.of(batch, "label").toInts());
  }

  /** Whether a regularization is due: in the first step, and then every few steps. */
  private static boolean isDue(MiniBatch batch, int interval) {
    return (batch.step() - 1) % interval == 0;
  }

  private Tensor generatorLoss(MiniBatch batch, Tensor images, Tensor labels, Philox random) {
    Tensor styles = styles(images, labels, random);
    generator.track(styles);
    Tensor loss = generatorLoss(styles, noise(images, random), labels);
    int interval = objective.generatorInterval();
    if (objective.pathLengthWeight() == 0 || !isDue(batch, interval)) {
      return loss;
    }
    int size = Math.max(1, images.size(0) / objective.pathLengthShrink());
    Tensor some = images.rows(0, size);
    Philox ofPaths = random.derive(-1);
    Tensor penalty =
        pathLength.of(
            styles(some, labels == null ? null : labels.rows(0, size), ofPaths),
            RandomOps.normal(images.dtype(), some.shape(), ofPaths.derive(DIRECTION)),
            noise(some, ofPaths));
    return loss.add(penalty.mul(interval));
  }

  /** The loss of generated images. */
  Tensor generatorLoss(Tensor styles, Noise source, Tensor labels) {
    Dual generated = generator.synthesize(Dual.constant(styles), source);
    return loss(discriminator.forward(generated, labels).value(), true);
  }

  private Tensor discriminatorLoss(MiniBatch batch, Tensor images, Tensor labels, Philox random) {
    Tensor generated = generated(images, labels, random);
    Tensor ofGenerated =
        loss(discriminator.forward(Dual.constant(generated), labels).value(), false);
    int interval = objective.discriminatorInterval();
    if (objective.r1Gamma() == 0 || !isDue(batch, interval)) {
      Tensor logits = discriminator.forward(Dual.constant(images), labels).value();
      return ofGenerated.add(loss(logits, true));
    }
    GradientPenalty.Result real = gradientPenalty.of(images, labels);
    return ofGenerated.add(loss(real.logits(), true)).add(real.penalty().mul(interval));
  }

  private Tensor generated(Tensor images, Tensor labels, Philox random) {
    try (Module.Frozen _ = generator.frozen()) {
      Dual styles = Dual.constant(styles(images, labels, random));
      return generator.synthesize(styles, noise(images, random)).value();
    }
  }

  /** The latent vectors of new noise, for some images mixed with those of other noise. */
  private Tensor styles(Tensor images, Tensor labels, Philox random) {
    Tensor styles = generator.map(latent(images, random.derive(NOISE)), labels);
    Philox cutoff = random.derive(CUTOFF);
    if (cutoff.uniform(0) >= objective.mixingProbability()) {
      return styles;
    }
    int layers = 1 + (int) (cutoff.uniform(1) * (generator.numStyles() - 1));
    Tensor others = generator.map(latent(images, random.derive(MIXED)), labels);
    return generator.mixed(styles, others, layers);
  }

  private Tensor latent(Tensor images, Philox random) {
    return RandomOps.normal(images.dtype(), generator.noise().prepend(images.size(0)), random);
  }

  private static Noise noise(Tensor images, Philox random) {
    return Noise.of(random.derive(LAYERS), images.size(0), images.dtype());
  }

  /** The logistic loss. */
  static Tensor loss(Tensor logits, boolean isReal) {
    return SOFTPLUS.forward(isReal ? logits.neg() : logits).mean();
  }

  /**
   * Measures the discriminator, its loss and how often it is right, and with a judge the generated
   * images, without truncation.
   */
  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Tensor pixels = BatchTensors.of(batch, "input");
    Tensor images = pixels.mul(2).sub(1);
    Tensor labels = labels(batch);
    Tensor made = generated(images, labels, random);
    judge.ifPresent(given -> tally.compare(given, pixels, made.add(1).mul(0.5)));
    Tensor real = discriminator.forward(Dual.constant(images), labels).value();
    Tensor generated = discriminator.forward(Dual.constant(made), labels).value();
    new Discrimination(real, generated)
        .addTo(tally, loss(real, true).item() + loss(generated, false).item());
  }

  @Override
  public Monitor monitor() {
    return Monitor.LOSS;
  }
}
