package io.troupe.tensor.autograd;

import io.troupe.tensor.GradFn;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Tensor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The operation that computed a tensor: its operands, the tensors saved for its gradient, and the
 * function from the gradient of the result to the gradients of the operands.
 */
public final class Node implements GradFn {
  private static final AtomicLong SEQUENCE = new AtomicLong();

  private final String name;
  private final long sequence;
  private final Tensor[] inputs;
  private final Saved saved;
  private final Backward backward;

  /** Computes the gradients of the operands from the gradient of a result. */
  @FunctionalInterface
  public interface Backward {
    /**
     * Adds a gradient to every operand that needs one.
     *
     * @param gradient of the result; must not be modified
     * @param inputs takes the gradients of the operands
     */
    void propagate(Tensor gradient, InputGradients inputs);
  }

  private Node(String name, Tensor[] inputs, Saved saved, Backward backward) {
    this.name = name;
    this.inputs = inputs;
    this.saved = saved;
    this.backward = backward;
    this.sequence = SEQUENCE.getAndIncrement();
  }

  /**
   * Records how {@code result} was computed, if gradients are on and an operand requires one.
   *
   * @param saved the tensors whose contents {@code backward} reads
   * @return {@code result}
   */
  public static Tensor record(
      String name, Tensor result, Saved saved, Backward backward, Tensor... inputs) {
    if (isRecorded(inputs)) {
      FirstNonFinite.recorded(name, result, inputs);
      result.gradFn(new Node(name, inputs, saved, backward));
    }
    return result;
  }

  /** Whether a result of these operands will be recorded; operands may be null. */
  public static boolean isRecorded(Tensor... inputs) {
    if (!GradMode.isEnabled()) {
      return false;
    }
    for (Tensor input : inputs) {
      if (input != null && input.requiresGrad()) {
        return true;
      }
    }
    return false;
  }

  /** Returns the node of a result, or null for a leaf. */
  static Node of(Tensor tensor) {
    return (Node) tensor.gradFn();
  }

  @Override
  public String name() {
    return name;
  }

  long sequence() {
    return sequence;
  }

  Tensor[] inputs() {
    return inputs;
  }

  /**
   * Computes the gradients of the operands from the gradient of the result.
   *
   * @throws IllegalStateException if a saved tensor has been modified
   */
  void propagate(Tensor gradient, InputGradients gradients) {
    saved.requireUnmodified(name);
    backward.propagate(gradient, gradients);
  }
}
