package io.troupe.training.shard;

import java.lang.foreign.MemorySegment;

/** Receives parts of a gradient while the backward pass computes the parts before them. */
@FunctionalInterface
public interface GradientSink {
  /** Ignores the parts. */
  GradientSink NONE = (offsetBytes, part) -> {};

  /**
   * Receives a part that has its final contents. The parts are adjacent, from the end of the
   * gradient to its start. Called on the thread of the pass, which waits meanwhile.
   *
   * @param offsetBytes from the start of the gradient
   * @param part valid as long as the gradient is
   */
  void accept(long offsetBytes, MemorySegment part);
}
