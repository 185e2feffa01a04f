package io.troupe.tensor.autograd;

import io.troupe.tensor.Tensor;

/**
 * The tensors whose contents a gradient needs, with their versions at the time of the operation. As
 * in PyTorch, the backward pass fails if one of them has been modified in place since.
 */
public final class Saved {
  /** A gradient that needs no tensor's contents. */
  public static final Saved NOTHING = new Saved();

  private final Tensor[] tensors;
  private final int[] versions;

  private Saved(Tensor... tensors) {
    this.tensors = tensors;
    this.versions = new int[tensors.length];
    for (int i = 0; i < tensors.length; i++) {
      versions[i] = tensors[i] == null ? 0 : tensors[i].storage().version();
    }
  }

  /** Saves tensors; null stands for a tensor that is not needed. */
  public static Saved of(Tensor... tensors) {
    return new Saved(tensors);
  }

  /** Saves tensors if another operand requires a gradient. */
  static Saved ofOperands(Tensor first, Tensor second) {
    return of(second.requiresGrad() ? first : null, first.requiresGrad() ? second : null);
  }

  /**
   * Checks that no tensor has been modified.
   *
   * @throws IllegalStateException if one has
   */
  void requireUnmodified(String operation) {
    for (int i = 0; i < tensors.length; i++) {
      if (tensors[i] != null && tensors[i].storage().version() != versions[i]) {
        throw new IllegalStateException(
            tensors[i].dtype()
                + " "
                + tensors[i].shape()
                + " saved by "
                + operation
                + " for its gradient must be at version "
                + versions[i]
                + ", got version "
                + tensors[i].storage().version()
                + "; do not modify it in place before backward()");
      }
    }
  }
}
