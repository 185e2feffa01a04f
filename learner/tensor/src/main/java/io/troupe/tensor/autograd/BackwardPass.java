package io.troupe.tensor.autograd;

import io.troupe.tensor.GradMode;
import io.troupe.tensor.GradientListener;
import io.troupe.tensor.Scope;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Storage;
import io.troupe.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * One backward pass from a result to its leaves, latest operation first.
 *
 * <p>Temporaries are in a scope of the pass; a gradient is released as soon as it has been
 * propagated. Gradients are accumulated in the order in which operations were recorded, so results
 * are reproducible.
 */
public final class BackwardPass {
  private final Scope scope;
  private final PriorityQueue<Tensor> ready =
      new PriorityQueue<>((a, b) -> Long.compare(Node.of(b).sequence(), Node.of(a).sequence()));
  private final Map<Tensor, Tensor> gradients = new HashMap<>();
  private final Map<Storage, Integer> uses = new HashMap<>();
  private final Activations activations;
  private final LeafProgress leaves;

  private BackwardPass(Scope scope, Activations activations, LeafProgress leaves) {
    this.scope = scope;
    this.activations = activations;
    this.leaves = leaves;
  }

  /**
   * Adds the gradients of a scalar to the leaves that require one.
   *
   * @throws ShapeException if {@code result} is not a scalar
   */
  public static void run(Tensor result) {
    if (result.numel() != 1) {
      throw new ShapeException(
          "backward() without a gradient must be called on a scalar, got " + result.shape());
    }
    run(result, Tensor.full(result.dtype(), result.shape(), 1));
  }

  /**
   * Adds the gradients of {@code sum(result * gradient)} to the leaves that require one.
   *
   * @throws IllegalStateException if {@code result} does not require a gradient
   */
  public static void run(Tensor result, Tensor gradient) {
    run(result, gradient, Activations.KEPT, LeafProgress.UNOBSERVED);
  }

  /**
   * As {@link #run(Tensor)}, releasing the memory of each intermediate result, including {@code
   * result}, as soon as it is no longer needed.
   */
  public static void runAndRelease(Tensor result) {
    runAndRelease(result, Tensor.full(result.dtype(), result.shape(), 1), GradientListener.NONE);
  }

  /**
   * As {@link #run(Tensor, Tensor)}, releasing the memory of intermediate results.
   *
   * @param listener is called when the gradient of a leaf is complete
   */
  public static void runAndRelease(Tensor result, Tensor gradient, GradientListener listener) {
    run(result, gradient, Activations.of(result), LeafProgress.of(result, listener));
  }

  private static void run(
      Tensor result, Tensor gradient, Activations activations, LeafProgress leaves) {
    if (!result.requiresGrad()) {
      throw new IllegalStateException(
          "backward() must be called on a tensor that requires a gradient; was it computed under"
              + " noGrad?");
    }
    try (Scope scope = Scope.current().engine().open("backward");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      BackwardPass pass = new BackwardPass(scope, activations, leaves);
      pass.accumulate(result, gradient);
      pass.drain();
      leaves.end();
    }
  }

  private void drain() {
    while (!ready.isEmpty()) {
      Tensor result = ready.poll();
      Tensor gradient = gradients.remove(result);
      Node node = Node.of(result);
      node.propagate(gradient, new InputGradients(this, node.inputs()));
      unuse(gradient);
      activations.done(result);
      leaves.propagated(node);
    }
  }

  void accumulate(Tensor input, Tensor gradient) {
    if (!gradient.shape().equals(input.shape()) || gradient.dtype() != input.dtype()) {
      throw new ShapeException(
          "gradient must be "
              + input.dtype()
              + " "
              + input.shape()
              + ", got "
              + gradient.dtype()
              + " "
              + gradient.shape());
    }
    if (Node.of(input) == null) {
      input.gradBuffer().addScaledi(gradient, 1);
      return;
    }
    Tensor before = gradients.get(input);
    if (before == null) {
      ready.add(input);
      replace(input, null, gradient);
    } else if (isExclusive(before)) {
      before.addScaledi(gradient, 1);
    } else {
      replace(input, before, before.add(gradient));
    }
  }

  /** Returns the buffer to which the gradient of {@code input} is added in place. */
  Tensor buffer(Tensor input) {
    if (Node.of(input) == null) {
      return input.gradBuffer();
    }
    Tensor before = gradients.get(input);
    if (before != null && isExclusive(before)) {
      return before;
    }
    Tensor own = before == null ? Tensor.zeros(input.dtype(), input.shape()) : before.copy();
    if (before == null) {
      ready.add(input);
    }
    replace(input, before, own);
    return own;
  }

  /** Whether there is no gradient of {@code input} yet. */
  boolean isFirst(Tensor input) {
    return Node.of(input) == null ? input.grad() == null : !gradients.containsKey(input);
  }

  /** Allocates the first gradient of {@code input}; its contents are undefined. */
  Tensor first(Tensor input) {
    if (Node.of(input) == null) {
      return input.undefinedGrad();
    }
    Tensor own = Tensor.empty(input.dtype(), input.shape());
    ready.add(input);
    replace(input, null, own);
    return own;
  }

  /** Returns the gradient of {@code input} so far if it can be added to in place, else null. */
  Tensor own(Tensor input) {
    if (Node.of(input) == null) {
      return input.grad();
    }
    Tensor before = gradients.get(input);
    return before != null && isExclusive(before) ? before : null;
  }

  private void replace(Tensor input, Tensor before, Tensor gradient) {
    uses.merge(gradient.storage(), 1, Integer::sum);
    gradients.put(input, gradient);
    if (before != null) {
      unuse(before);
    }
  }

  /** Whether the memory is not shared with a view or another gradient. */
  boolean isExclusive(Tensor gradient) {
    return gradient.scope() == scope && uses.get(gradient.storage()) == 1;
  }

  private void unuse(Tensor gradient) {
    int left = uses.merge(gradient.storage(), -1, Integer::sum);
    if (left == 0) {
      uses.remove(gradient.storage());
      if (gradient.scope() == scope) {
        scope.release(gradient);
      }
    }
  }
}
