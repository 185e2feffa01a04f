package io.troupe.tensor.autograd;

import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import java.util.Collection;
import java.util.function.UnaryOperator;

/**
 * Gradient checkpointing (Chen et al. 2016, arXiv:1604.06174), as {@code torch.utils.checkpoint}:
 * the activations of a block are released after its forward pass and computed again in the backward
 * pass. The gradients are the same, bit for bit, because the same operations run in the same order.
 */
public final class Checkpoint {
  private Checkpoint() {}

  /**
   * Applies a block without keeping its activations.
   *
   * @param block computes a new tensor from its argument and from {@code parameters}; it runs
   *     again, with the same result, in the backward pass
   * @param x the only tensor besides the parameters through which gradients flow
   * @param parameters the leaves that the block may train
   * @return the result of the block, in the current scope
   */
  public static Tensor of(UnaryOperator<Tensor> block, Tensor x, Collection<Tensor> parameters) {
    Scope outer = Scope.current();
    Tensor out;
    try (Scope _ = outer.engine().open("checkpointed block");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      out = outer.keep(block.apply(x));
    }
    Tensor[] inputs = new Tensor[1 + parameters.size()];
    inputs[0] = x;
    int i = 1;
    for (Tensor parameter : parameters) {
      inputs[i++] = parameter;
    }
    return Node.record(
        "checkpoint",
        out,
        Saved.of(inputs),
        (gradient, collected) -> propagate(block, x, gradient, collected),
        inputs);
  }

  /** Computes the block again and propagates through it; leaves collect their gradients. */
  private static void propagate(
      UnaryOperator<Tensor> block, Tensor x, Tensor gradient, InputGradients collected) {
    Scope outer = Scope.current();
    try (Scope _ = outer.engine().open("recomputed block");
        GradMode.Recording _ = GradMode.recording()) {
      Tensor input = x.detach();
      if (collected.needed(0)) {
        Node.record(
            "checkpoint input",
            input,
            Saved.NOTHING,
            (dx, _) -> collected.add(0, outer.keep(dx)),
            x.detach().requiresGrad(true));
      }
      block.apply(input).backwardAndRelease(gradient);
    }
  }
}
