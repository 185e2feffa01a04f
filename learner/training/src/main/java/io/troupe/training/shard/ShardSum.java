package io.troupe.training.shard;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.MemoryUse;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The gradient of a node of shards, and the numbers of the tokens of its samples. Computed here, or
 * allocated for a receiver and filled with the contents of a peer's sum.
 *
 * <p>The memory is released when every holder has closed the sum: the step that it belongs to,
 * which does so when its iteration ends, and those that have called {@link #retain}. {@link
 * #retain} and {@link #close} are thread-safe.
 */
public final class ShardSum implements AutoCloseable {
  private static final MemorySegment EMPTY = MemorySegment.ofArray(new byte[0]);

  private final ShardRange range;
  private final int iteration;
  private final GradientBuffer gradient;
  private final Scope scope;
  private final Tensor tokens;
  private final AtomicInteger holders = new AtomicInteger(1);

  /**
   * A sum with undefined numbers of tokens.
   *
   * @param iteration the optimizer step within the training step, from 0
   * @param gradient null if no sample of the node has one; closed with the sum
   * @param numTokenValues numbers of all tokens together
   */
  ShardSum(
      ShardRange range,
      int iteration,
      GradientBuffer gradient,
      Engine engine,
      long numTokenValues) {
    this.range = range;
    this.iteration = iteration;
    this.gradient = gradient;
    this.scope = engine.longLived("token numbers", MemoryUse.ACTIVATIONS);
    this.tokens = Tensor.empty(scope, DType.FLOAT64, Shape.of(Math.toIntExact(numTokenValues)));
  }

  /** The shards. */
  public ShardRange range() {
    return range;
  }

  /** The optimizer step within the training step, from 0. */
  public int iteration() {
    return iteration;
  }

  /**
   * The gradient in the {@link GradientLayout} of the parameters, in native byte order, at a
   * multiple of 64 bytes; empty if no sample of the node has a gradient.
   */
  public MemorySegment gradient() {
    return gradient == null ? EMPTY : gradient.all().segment();
  }

  /**
   * The numbers of the tokens as doubles in native byte order: the log-probabilities of all tokens
   * in the order of the samples, then the entropies, then, if there is a reference model, the
   * log-probabilities under it.
   */
  public MemorySegment tokens() {
    return tokens.segment();
  }

  GradientBuffer buffer() {
    return gradient;
  }

  /** Overwrites the numbers of the tokens. */
  void putTokens(double[] values) {
    MemorySegment.copy(values, 0, tokens(), ValueLayout.JAVA_DOUBLE_UNALIGNED, 0, values.length);
  }

  /** A copy of the numbers of the tokens. */
  double[] tokenValues() {
    return tokens.toDoubles();
  }

  /** Whether a gradient and all numbers are finite. */
  boolean isFinite() {
    for (double value : tokenValues()) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return gradient == null || gradient.isFinite();
  }

  /** Whether gradient and numbers have the same bits. */
  boolean equalsBitwise(ShardSum other) {
    return gradient().mismatch(other.gradient()) < 0 && tokens().mismatch(other.tokens()) < 0;
  }

  /** Whether there is one holder only. */
  boolean isExclusive() {
    return holders.get() == 1;
  }

  /**
   * Adds a holder, such as a thread that sends the contents. Each call needs a {@link #close}.
   *
   * @throws IllegalStateException if the memory has been released
   */
  public ShardSum retain() {
    if (holders.getAndUpdate(held -> held == 0 ? 0 : held + 1) == 0) {
      throw new IllegalStateException(
          "sum of shards " + range + " must not be retained after its release");
    }
    return this;
  }

  /** Ends the use by one holder. */
  @Override
  public void close() {
    if (holders.decrementAndGet() == 0) {
      scope.close();
      if (gradient != null) {
        gradient.close();
      }
    }
  }
}
