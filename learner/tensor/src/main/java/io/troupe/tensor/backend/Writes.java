package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/**
 * Increments the versions of tensors. Every operation of a backend calls it for each tensor that it
 * writes, so that the backward pass detects tensors that were modified after they had been saved.
 */
public final class Writes {
  private Writes() {}

  /** Declares that an operation writes these tensors; some may be null. */
  public static void to(Tensor... written) {
    for (Tensor tensor : written) {
      if (tensor != null) {
        tensor.storage().changed();
      }
    }
  }
}
