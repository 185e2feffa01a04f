package io.troupe.data.shapes;

import io.troupe.tensor.random.Philox;

/** Consecutive numbers of a random number generator. */
final class SceneDraws {
  private final Philox random;
  private long numDrawn;

  SceneDraws(Philox random) {
    this.random = random;
  }

  /** Uniform in [low, high). */
  double between(double low, double high) {
    return low + (high - low) * random.uniform(numDrawn++);
  }

  /** A whole number from 0 to {@code size}, exclusive. */
  int index(int size) {
    return (int) (random.uniform(numDrawn++) * size);
  }
}
