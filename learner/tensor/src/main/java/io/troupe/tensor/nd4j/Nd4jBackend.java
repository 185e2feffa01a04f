package io.troupe.tensor.nd4j;

import io.troupe.tensor.backend.DelegatingBackend;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes with ND4J's operations only: the reference that the fast backend is held to, and what an
 * ND4J for other hardware would run.
 *
 * <p>Every result is computed in FLOAT64 and rounded once. Plain Java does the bookkeeping of
 * indices and nothing else. The first one made in a process waits some seconds for ND4J to start.
 */
public final class Nd4jBackend extends DelegatingBackend {
  /** Starts ND4J, if nothing has. */
  public Nd4jBackend() {
    super(
        new Nd4jElementwise(),
        new Nd4jReductions(),
        new Nd4jMatrices(),
        new Nd4jNorms(),
        new Nd4jConvolutions(),
        new Nd4jPooling(),
        new Nd4jChannelNorms(),
        new Nd4jIndexing(),
        new Nd4jAttention(),
        new Nd4jLosses(),
        new Nd4jOptimizers(),
        new Nd4jRandom(),
        new Nd4jAggregation(),
        new Nd4jRecurrence());
  }

  @Override
  public String name() {
    return "nd4j (" + Nd4j.getBackend().getClass().getSimpleName() + ")";
  }

  /** Nothing to stop: ND4J's threads belong to the process. */
  @Override
  public void close() {}
}
