package io.troupe.tensor.autograd;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.ReduceOp;

/** Reductions and softmaxes with their gradients. */
public final class Reductions {
  private Reductions() {}

  /** The sum over the dimensions that are 1 or missing in {@code target}. */
  public static Tensor sum(Tensor a, Shape target) {
    Tensor out = Tensor.empty(a.dtype(), target);
    Backend.of(out).reduction().reduce(ReduceOp.SUM, out, a);
    return Node.record(
        "sum",
        out,
        Saved.NOTHING,
        (gradient, inputs) -> inputs.add(0, gradient.expand(a.shape())),
        a);
  }

  /**
   * The maximum over the dimensions that are 1 in {@code target}; elements that tie share the
   * gradient evenly, as {@code torch.amax} does.
   */
  public static Tensor max(Tensor a, Shape target) {
    Tensor out = Tensor.empty(a.dtype(), target);
    Backend.of(out).reduction().reduce(ReduceOp.MAX, out, a);
    return Node.record(
        "max",
        out,
        Saved.of(a, out),
        (gradient, inputs) -> {
          Tensor hits = a.equal(out);
          inputs.add(0, hits.mul(gradient.div(sum(hits, target))));
        },
        a);
  }

  /** The index of the first largest element over the innermost dimension. */
  public static Tensor argmax(Tensor a) {
    Tensor out = Tensor.empty(DType.INT32, a.shape().without(-1));
    Backend.of(out).reduction().argmax(out, a);
    return out;
  }

  /** Softmax over the innermost dimension. */
  public static Tensor softmax(Tensor a) {
    Tensor out = Tensor.empty(a.dtype(), a.shape());
    Backend.of(out).reduction().softmax(out, a);
    return Node.record(
        "softmax",
        out,
        Saved.of(out),
        (gradient, inputs) -> {
          Tensor dx = Tensor.empty(a.dtype(), a.shape());
          Backend.of(dx).reduction().softmaxGrad(dx, gradient, out);
          inputs.add(0, dx);
        },
        a);
  }

  /** Log-softmax over the innermost dimension. */
  public static Tensor logSoftmax(Tensor a) {
    Tensor out = Tensor.empty(a.dtype(), a.shape());
    Backend.of(out).reduction().logSoftmax(out, a);
    return Node.record(
        "logSoftmax",
        out,
        Saved.of(out),
        (gradient, inputs) -> {
          Tensor dx = Tensor.empty(a.dtype(), a.shape());
          Backend.of(dx).reduction().logSoftmaxGrad(dx, gradient, out);
          inputs.add(0, dx);
        },
        a);
  }
}
