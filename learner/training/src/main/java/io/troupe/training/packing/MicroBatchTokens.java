package io.troupe.training.packing;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.LMConfig;

/** The number of packed tokens per forward and backward pass. */
public final class MicroBatchTokens {
  private static final int MOST = 8192;

  /** Memory for the activations of a pass. */
  private static final double ACTIVATION_BYTES = 4L << 30;

  /**
   * A layer keeps the result of each of its matrices, and about half as much besides, such as the
   * results of norms and sums.
   */
  private static final double BYTES_PER_FEATURE = 1.5 * Float.BYTES;

  private MicroBatchTokens() {}

  /**
   * The tokens of a pass through a model.
   *
   * @param configured {@code micro-batch-tokens}; 0 to derive it from the model
   */
  public static int of(int configured, CausalLM model) {
    return configured > 0 ? configured : derived(model.config(), model.numParameters());
  }

  /**
   * As many tokens as have 4 GiB of activations, but at most 8,192.
   *
   * @param parameters of the model, embeddings included
   */
  static int derived(LMConfig model, long parameters) {
    double ofLayers = Math.max(0, parameters - (double) model.vocabSize() * model.hiddenSize());
    double features = ofLayers / model.hiddenSize(); // of the results of all matrices
    return (int) Math.clamp(ACTIVATION_BYTES / (BYTES_PER_FEATURE * features), 1, MOST);
  }
}
