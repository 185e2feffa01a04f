package io.troupe.tensor.autograd;

import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.LinearLayer;
import io.troupe.tensor.backend.MatrixOps;
import io.troupe.tensor.backend.ReduceOp;
import java.util.ArrayList;
import java.util.List;

/** Matrix products with their gradients. */
public final class MatrixProducts {
  private MatrixProducts() {}

  /**
   * The product over the last two dimensions.
   *
   * @param a (batch..., m, k)
   * @param b (batch..., k, n); leading dimensions broadcast against those of {@code a}
   * @return (batch..., m, n)
   */
  public static Tensor matmul(Tensor a, Tensor b) {
    Elementwise.requireSameType("matmul", a, b);
    if (a.rank() < 2 || b.rank() < 2 || a.size(-1) != b.size(-2)) {
      throw new ShapeException(
          "operands of matmul must be (..., m, k) and (..., k, n), got "
              + a.shape()
              + " and "
              + b.shape());
    }
    Shape batch = batchOf(a).broadcast(batchOf(b));
    Tensor left = withBatch(a, batch);
    Tensor right = b.rank() == 2 ? b : withBatch(b, batch);
    Tensor out = Tensor.empty(a.dtype(), append(batch, a.size(-2), b.size(-1)));
    Backend.of(out).products().matmul(out, left, false, right, false, false);
    return Node.record(
        "matmul",
        out,
        Saved.ofOperands(left, right),
        (gradient, inputs) -> matmulGrad(gradient, left, right, inputs),
        left,
        right);
  }

  private static void matmulGrad(Tensor gradient, Tensor a, Tensor b, InputGradients inputs) {
    if (inputs.needed(0)) {
      Tensor da = Tensor.empty(a.dtype(), a.shape());
      Backend.of(da).products().matmul(da, gradient, false, b, true, false);
      inputs.add(0, da);
    }
    if (inputs.needed(1)) {
      boolean shared = b.rank() == 2;
      boolean first = inputs.isFirst(1);
      Tensor db = first ? inputs.first(1) : inputs.buffer(1);
      Tensor left = shared ? fold(a) : a;
      Tensor right = shared ? fold(gradient) : gradient;
      Backend.of(db).products().matmul(db, left, true, right, false, !first);
    }
  }

  /**
   * {@code x weightT + bias}, as {@code torch.nn.functional.linear}.
   *
   * @param x (..., inFeatures)
   * @param weight (outFeatures, inFeatures)
   * @param bias (outFeatures), or null
   * @return (..., outFeatures)
   */
  public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    requireFeatures(x, weight);
    Tensor rows = fold(x);
    LinearLayer layer = layer(rows, weight, bias);
    Backend.of(rows).products().linear(layer.out(), rows, weight, bias);
    return recorded(layer, rows).reshape(x.shape().with(-1, weight.size(0)));
  }

  /**
   * Several layers of one input, computed together.
   *
   * @param x (rows, inFeatures)
   * @param weights (outFeatures, inFeatures) each
   * @param biases (outFeatures) each, or null
   * @return (rows, outFeatures) each
   */
  public static List<Tensor> linear(Tensor x, Tensor[] weights, Tensor[] biases) {
    List<LinearLayer> layers = new ArrayList<>(weights.length);
    for (int i = 0; i < weights.length; i++) {
      requireFeatures(x, weights[i]);
      layers.add(layer(x, weights[i], biases[i]));
    }
    Backend.of(x).products().linearLayers(x, layers);
    List<Tensor> results = new ArrayList<>(layers.size());
    for (LinearLayer layer : layers) {
      results.add(recorded(layer, x));
    }
    return results;
  }

  /**
   * {@code residual + (x weightT + bias)}.
   *
   * @param residual (rows, outFeatures)
   * @param x (rows, inFeatures)
   */
  public static Tensor linearAdd(Tensor residual, Tensor x, Tensor weight, Tensor bias) {
    requireFeatures(x, weight);
    Tensor out = layer(x, weight, bias).out();
    Elementwise.requireSame("linearAdd", residual, out);
    Backend.of(out).products().linearAdd(out, residual, x, weight, bias);
    return Node.record(
        "linearAdd",
        out,
        Saved.ofOperands(x, weight),
        (gradient, inputs) -> {
          linearGrad(gradient, x, weight, inputs);
          inputs.add(3, gradient);
        },
        x,
        weight,
        bias,
        residual);
  }

  /**
   * {@code silu(gate) * up} (arXiv:2002.05202), where gate and up are linear layers of one input.
   *
   * @param x (rows, inFeatures)
   * @return (rows, outFeatures)
   */
  public static Tensor linearSwiglu(
      Tensor x, Tensor gateWeight, Tensor gateBias, Tensor upWeight, Tensor upBias) {
    requireFeatures(x, gateWeight);
    requireFeatures(x, upWeight);
    LinearLayer gate = layer(x, gateWeight, gateBias);
    LinearLayer up = layer(x, upWeight, upBias);
    Elementwise.requireSame("linearSwiglu", gate.out(), up.out());
    Tensor out = Tensor.empty(x.dtype(), gate.out().shape());
    Backend.of(out).products().linearSwiglu(out, x, gate, up);
    return Elementwise.recordedSwiglu(out, recorded(gate, x), recorded(up, x));
  }

  private static void requireFeatures(Tensor x, Tensor weight) {
    Elementwise.requireSameType("linear", x, weight);
    if (weight.rank() != 2 || x.rank() < 1 || x.size(-1) != weight.size(1)) {
      throw new ShapeException(
          "linear of "
              + x.shape()
              + " with weight "
              + weight.shape()
              + " must be (..., inFeatures) and (outFeatures, inFeatures)");
    }
  }

  private static LinearLayer layer(Tensor rows, Tensor weight, Tensor bias) {
    Tensor out = Tensor.empty(rows.dtype(), Shape.of(rows.size(0), weight.size(0)));
    return new LinearLayer(out, weight, bias);
  }

  private static Tensor recorded(LinearLayer layer, Tensor x) {
    Tensor weight = layer.weight();
    return Node.record(
        "linear",
        layer.out(),
        Saved.ofOperands(x, weight),
        (gradient, inputs) -> linearGrad(gradient, x, weight, inputs),
        x,
        weight,
        layer.bias());
  }

  private static void linearGrad(Tensor gradient, Tensor x, Tensor weight, InputGradients inputs) {
    MatrixOps products = Backend.of(gradient).products();
    if (inputs.needed(0)) {
      Tensor before = inputs.own(0);
      if (before != null) {
        products.addMatmul(before, gradient, false, weight, false);
      } else {
        Tensor dx = Tensor.empty(x.dtype(), x.shape());
        products.matmul(dx, gradient, false, weight, false, false);
        inputs.add(0, dx);
      }
    }
    if (inputs.needed(1)) {
      boolean first = inputs.isFirst(1);
      Tensor dWeight = first ? inputs.first(1) : inputs.buffer(1);
      addWeightGradient(dWeight, gradient, x, first);
    }
    addBiasGradient(gradient, weight.size(0), inputs, 2);
  }

  /** Adds the gradient of a weight, or overwrites the first one. */
  private static void addWeightGradient(
      Tensor dWeight, Tensor gradient, Tensor x, boolean isFirst) {
    Backend.of(dWeight).products().matmul(dWeight, gradient, true, x, false, !isFirst);
  }

  private static void addBiasGradient(
      Tensor gradient, int outFeatures, InputGradients inputs, int operand) {
    if (inputs.needed(operand)) {
      Tensor dBias = Tensor.empty(gradient.dtype(), Shape.of(outFeatures));
      Backend.of(dBias).reduction().reduce(ReduceOp.SUM, dBias, gradient);
      inputs.add(operand, dBias);
    }
  }

  /**
   * {@code residual + linear(silu(gate) * up, weight, bias)}. The product of gate and up is not
   * kept: the backward pass computes it again, which costs a pass over memory.
   *
   * @param residual (rows, outFeatures)
   * @param gate (rows, inFeatures)
   * @param up the same shape
   * @param weight (outFeatures, inFeatures)
   * @param bias (outFeatures), or null
   * @return (rows, outFeatures)
   */
  public static Tensor swigluLinearAdd(
      Tensor residual, Tensor gate, Tensor up, Tensor weight, Tensor bias) {
    Elementwise.requireSame("swigluLinearAdd", gate, up);
    requireFeatures(gate, weight);
    Tensor out = layer(gate, weight, bias).out();
    Elementwise.requireSame("swigluLinearAdd", residual, out);
    try (Scope _ = Scope.current().engine().open("gated rows")) {
      Backend.of(out).products().linearAdd(out, residual, gated(gate, up), weight, bias);
    }
    return Node.record(
        "swigluLinearAdd",
        out,
        Saved.of(gate, up, weight),
        (gradient, inputs) -> {
          swigluLinearGrad(gradient, gate, up, weight, inputs);
          inputs.add(4, gradient);
        },
        gate,
        up,
        weight,
        bias,
        residual);
  }

  private static Tensor gated(Tensor gate, Tensor up) {
    Tensor gated = Tensor.empty(gate.dtype(), gate.shape());
    Backend.of(gated).elementwise().swiglu(gated, gate, up);
    return gated;
  }

  private static void swigluLinearGrad(
      Tensor gradient, Tensor gate, Tensor up, Tensor weight, InputGradients inputs) {
    if (inputs.needed(2)) {
      boolean first = inputs.isFirst(2);
      Tensor dWeight = first ? inputs.first(2) : inputs.buffer(2);
      try (Scope _ = Scope.current().engine().open("gated rows")) {
        addWeightGradient(dWeight, gradient, gated(gate, up), first);
      }
    }
    addBiasGradient(gradient, weight.size(0), inputs, 3);
    if (inputs.needed(0) || inputs.needed(1)) {
      Tensor dGate = Tensor.empty(gate.dtype(), gate.shape());
      Tensor dUp = Tensor.empty(up.dtype(), up.shape());
      Backend.of(gradient).products().matmul(dGate, gradient, false, weight, false, false);
      Backend.of(gradient).elementwise().swigluGrad(dGate, dUp, dGate, gate, up);
      inputs.add(0, dGate);
      inputs.add(1, dUp);
    }
  }

  /**
   * Stores a long-lived weight in the layout in which {@link #linear} reads it, in place of its
   * row-major memory, if the backend has such a layout. Afterwards only {@code linear}, {@link
   * Indexing#embedding} and the transfer of bytes accept the weight, without gradients.
   *
   * @param weight (outFeatures, inFeatures)
   */
  public static void storePacked(Tensor weight) {
    Backend.of(weight).products().storePacked(weight);
  }

  private static Shape batchOf(Tensor a) {
    int[] sizes = new int[a.rank() - 2];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = a.size(i);
    }
    return Shape.of(sizes);
  }

  private static Tensor withBatch(Tensor a, Shape batch) {
    Shape full = append(batch, a.size(-2), a.size(-1));
    return full.equals(a.shape()) ? a : a.expand(full);
  }

  private static Shape append(Shape batch, int m, int n) {
    int[] sizes = java.util.Arrays.copyOf(batch.sizes(), batch.rank() + 2);
    sizes[batch.rank()] = m;
    sizes[batch.rank() + 1] = n;
    return Shape.of(sizes);
  }

  /** Folds all but the innermost dimension. */
  private static Tensor fold(Tensor x) {
    return x.rank() == 2 ? x : x.reshape(x.shape().rows(), x.size(-1));
  }
}
