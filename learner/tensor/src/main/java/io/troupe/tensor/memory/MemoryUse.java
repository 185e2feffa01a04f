package io.troupe.tensor.memory;

/** What the blocks of a {@link MemoryPool} hold, for memory metrics. */
public enum MemoryUse {
  /** Parameters and buffers of models. */
  WEIGHTS,
  /** Copies of weights in the layout of a kernel. */
  PACKED_WEIGHTS,
  /** Gradients of parameters. */
  GRADIENTS,
  /** Moments and other state of optimizers. */
  OPTIMIZER,
  /** Keys and values of decoded tokens. */
  KV_CACHE,
  /** Activations and other temporaries of a step. */
  ACTIVATIONS
}
