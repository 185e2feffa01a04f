package io.troupe.training.alternating;

import io.troupe.nn.Module;
import io.troupe.nn.adversarial.AdversarialPair;
import io.troupe.nn.losses.BCEWithLogitsLoss;
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
 * Trains a GAN on images, {@code input} with pixels in [0, 1], as PyTorch's example {@code dcgan}:
 * the discriminator learns real and generated images as two batches, then the generator learns to
 * be taken for real by the new discriminator (arXiv:1406.2661, algorithm 1 with the non-saturating
 * loss of section 3).
 */
public final class AdversarialImages implements AlternatingTask {
  /** The part that tells real images from generated ones. */
  public static final String DISCRIMINATOR = "discriminator";

  /** The part that generates images. */
  public static final String GENERATOR = "generator";

  private static final BCEWithLogitsLoss LOSS = BCEWithLogitsLoss.of();

  private final AdversarialPair pair;
  private final Optional<GeneratedImages.Judge> judge;

  /**
   * A task for a pair of networks.
   *
   * @param judge compares generated images with real ones in evaluations; empty for none
   */
  public AdversarialImages(AdversarialPair pair, Optional<GeneratedImages.Judge> judge) {
    this.pair = pair;
    this.judge = judge;
  }

  @Override
  public AdversarialPair module() {
    return pair;
  }

  @Override
  public Map<String, Module> parts() {
    Map<String, Module> parts = new LinkedHashMap<>();
    parts.put(DISCRIMINATOR, pair.discriminator());
    parts.put(GENERATOR, pair.generator());
    return parts;
  }

  @Override
  public void step(MiniBatch batch, Philox random, Updates updates) {
    Tensor images = BatchTensors.of(batch, "input").mul(2).sub(1);
    step(images, noise(images, random), updates);
  }

  /**
   * A step with given noise.
   *
   * @param images in [-1, 1]
   */
  void step(Tensor images, Tensor noise, Updates updates) {
    Tensor generated = pair.generate(noise);
    Tensor real = loss(pair.discriminate(images), 1);
    updates.update(DISCRIMINATOR, real.add(loss(pair.discriminate(generated.detach()), 0)));
    try (Module.Frozen _ = pair.discriminator().frozen()) {
      updates.update(GENERATOR, loss(pair.discriminate(generated), 1));
    }
  }

  private Tensor noise(Tensor images, Philox random) {
    return RandomOps.normal(images.dtype(), pair.noise().prepend(images.size(0)), random);
  }

  private static Tensor loss(Tensor logits, double label) {
    return LOSS.forward(logits, Tensor.full(logits.dtype(), logits.shape(), label));
  }

  /**
   * Measures the discriminator, its loss and how often it is right, and with a judge the generated
   * images.
   */
  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Tensor pixels = BatchTensors.of(batch, "input");
    Tensor images = pixels.mul(2).sub(1);
    Tensor made = pair.generate(noise(images, random));
    judge.ifPresent(given -> tally.compare(given, pixels, made.add(1).mul(0.5)));
    Tensor real = pair.discriminate(images);
    Tensor generated = pair.discriminate(made);
    new Discrimination(real, generated)
        .addTo(tally, loss(real, 1).item() + loss(generated, 0).item());
  }

  @Override
  public Monitor monitor() {
    return Monitor.LOSS;
  }
}
