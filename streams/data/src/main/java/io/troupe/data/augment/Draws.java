package io.troupe.data.augment;

import io.troupe.tensor.random.Philox;

/** A sequence of random numbers. Not thread-safe. */
public final class Draws {
  private final Philox random;
  private long next;

  /** The random numbers of a generator, from the first. */
  public Draws(Philox random) {
    this.random = random;
  }

  /** An independent sequence for a part of the work. */
  Draws derive(long part) {
    return new Draws(random.derive(part));
  }

  /** Uniform in [low, high). */
  double uniform(double low, double high) {
    return low + (high - low) * random.uniform(next++);
  }

  /** A whole number, uniform in [0, bound). */
  int below(int bound) {
    return (int) (random.uniform(next++) * bound);
  }

  /** True with a probability. */
  boolean chance(double probability) {
    return random.uniform(next++) < probability;
  }
}
