package io.troupe.tensor.autograd;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.ActivationOp;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.ReduceOp;
import io.troupe.tensor.random.Philox;

/** Element-wise operations with their gradients. */
public final class Elementwise {
  private Elementwise() {}

  /** {@code a op b}, broadcasting. */
  public static Tensor binary(BinaryOp op, Tensor a, Tensor b) {
    requireSameType(op.name(), a, b);
    Tensor out = Tensor.empty(a.dtype(), a.shape().broadcast(b.shape()));
    Backend.of(out).elementwise().binary(op, out, a, b);
    return Node.record(
        op.name(),
        out,
        savedByBinary(op, a, b),
        (gradient, inputs) -> {
          if (inputs.needed(0)) {
            inputs.add(0, sumTo(binaryGrad(op, gradient, a, b, true), a.shape()));
          }
          if (inputs.needed(1)) {
            inputs.add(1, sumTo(binaryGrad(op, gradient, a, b, false), b.shape()));
          }
        },
        a,
        b);
  }

  private static Saved savedByBinary(BinaryOp op, Tensor a, Tensor b) {
    return switch (op) {
      case ADD, SUB -> Saved.NOTHING;
      case MUL -> Saved.ofOperands(a, b);
      case DIV -> Saved.of(b.requiresGrad() ? a : null, b);
      case MAXIMUM, MINIMUM, POW, LESS, GREATER, EQUAL -> Saved.of(a, b);
    };
  }

  private static Tensor binaryGrad(
      BinaryOp op, Tensor gradient, Tensor a, Tensor b, boolean ofFirst) {
    return switch (op) {
      case ADD -> gradient;
      case SUB -> ofFirst ? gradient : gradient.neg();
      case MUL -> gradient.mul(ofFirst ? b : a);
      case DIV -> ofFirst ? gradient.div(b) : gradient.mul(a).div(b.mul(b)).neg();
      case MAXIMUM -> gradient.mul(shareUnless(ofFirst ? a.less(b) : b.less(a), a.equal(b)));
      case MINIMUM -> gradient.mul(shareUnless(ofFirst ? b.less(a) : a.less(b), a.equal(b)));
      case POW, LESS, GREATER, EQUAL ->
          throw new IllegalStateException(op + " of two tensors has no gradient");
    };
  }

  /** 1 where the operand is selected, 0.5 where both are equal, else 0; 1 next to a NaN. */
  private static Tensor shareUnless(Tensor loses, Tensor ties) {
    return loses.addScaledi(ties, 0.5).muli(-1).add(1);
  }

  /** A comparison: 1 or 0, not recorded. */
  public static Tensor compare(BinaryOp op, Tensor a, Tensor b) {
    requireSameType(op.name(), a, b);
    Tensor out = Tensor.empty(a.dtype(), a.shape().broadcast(b.shape()));
    Backend.of(out).elementwise().binary(op, out, a, b);
    return out;
  }

  /** {@code a op value}. */
  public static Tensor scalar(BinaryOp op, Tensor a, double value) {
    Tensor out = Tensor.empty(a.dtype(), a.shape());
    Backend.of(out).elementwise().scalar(op, out, a, value);
    return Node.record(
        op.name(),
        out,
        op == BinaryOp.POW ? Saved.of(a) : Saved.NOTHING,
        (gradient, inputs) ->
            inputs.add(
                0,
                switch (op) {
                  case ADD, SUB -> gradient;
                  case MUL -> gradient.mul(value);
                  case DIV -> gradient.div(value);
                  case POW -> gradient.mul(a.pow(value - 1)).mul(value);
                  case MAXIMUM, MINIMUM, LESS, GREATER, EQUAL ->
                      throw new IllegalStateException(op + " with a number has no gradient");
                }),
        a);
  }

  /** Limits elements to {@code [low, high]}. */
  public static Tensor clamp(Tensor a, double low, double high) {
    Tensor out = Tensor.empty(a.dtype(), a.shape());
    Backend.of(out).elementwise().scalar(BinaryOp.MAXIMUM, out, a, low);
    Backend.of(out).elementwise().scalar(BinaryOp.MINIMUM, out, out, high);
    return Node.record(
        "clamp",
        out,
        Saved.of(a),
        (gradient, inputs) ->
            inputs.add(0, gradient.mul(compare(BinaryOp.EQUAL, a, clamp(a.detach(), low, high)))),
        a);
  }

  /** An element-wise function. */
  public static Tensor unary(UnaryOp op, Tensor a) {
    Tensor out = Tensor.empty(a.dtype(), a.shape());
    Backend.of(out).elementwise().unary(op, out, a);
    return Node.record(
        op.name(),
        out,
        savedByUnary(op, a, out),
        (gradient, inputs) -> {
          Tensor dx = Tensor.empty(a.dtype(), a.shape());
          Backend.of(dx)
              .elementwise()
              .unaryGrad(op, dx, gradient, op == UnaryOp.RELU ? out : a, out);
          inputs.add(0, dx);
        },
        a);
  }

  private static Saved savedByUnary(UnaryOp op, Tensor a, Tensor out) {
    return switch (op) {
      case NEG -> Saved.NOTHING;
      case ABS, SQUARE, LOG, SILU, MISH, GELU, GELU_TANH -> Saved.of(a);
      case SQRT, RSQRT, RECIPROCAL, EXP, TANH, SIGMOID, RELU -> Saved.of(out);
    };
  }

  /** Computes an activation with parameters. */
  public static Tensor activation(ActivationOp op, Tensor a) {
    Tensor out = Tensor.empty(a.dtype(), a.shape());
    Backend.of(out).elementwise().activation(op, out, a);
    return Node.record(
        op.getClass().getSimpleName(),
        out,
        Saved.of(a),
        (gradient, inputs) -> {
          Tensor dx = Tensor.empty(a.dtype(), a.shape());
          Backend.of(dx).elementwise().activationGrad(op, dx, gradient, a);
          inputs.add(0, dx);
        },
        a);
  }

  /**
   * {@code max(a, 0)} in the memory of {@code a}, as PyTorch's {@code relu_}.
   *
   * @param a a result that nothing else reads, of an operation whose gradient does not need it: a
   *     convolution, a linear layer, a normalization, a sum
   * @throws IllegalStateException if {@code a} is a leaf that collects a gradient
   */
  public static Tensor reluInPlace(Tensor a) {
    requireResult("relu", a);
    Tensor out = a.detach();
    Backend.of(out).elementwise().unary(UnaryOp.RELU, out, out);
    return Node.record(
        "reluInPlace",
        out,
        Saved.of(out),
        (gradient, inputs) -> {
          Tensor dx = Tensor.empty(out.dtype(), out.shape());
          Backend.of(dx).elementwise().unaryGrad(UnaryOp.RELU, dx, gradient, out, out);
          inputs.add(0, dx);
        },
        a);
  }

  /**
   * {@code a + b} in the memory of {@code a}, as PyTorch's {@code add_}.
   *
   * @param a a result that nothing else reads, of an operation whose gradient does not need it: a
   *     linear layer, dropout, a sum
   * @throws IllegalStateException if {@code a} is a leaf that collects a gradient
   */
  public static Tensor addInPlace(Tensor a, Tensor b) {
    requireSame("addInPlace", a, b);
    requireResult("add", a);
    Tensor out = a.detach();
    Backend.of(out).elementwise().binary(BinaryOp.ADD, out, out, b);
    return Node.record(
        "addInPlace",
        out,
        Saved.NOTHING,
        (gradient, inputs) -> {
          inputs.add(0, gradient);
          inputs.add(1, gradient);
        },
        a,
        b);
  }

  /** Operations in place must not overwrite the value of a leaf. */
  static void requireResult(String operation, Tensor a) {
    if (a.requiresGrad() && Node.of(a) == null) {
      throw new IllegalStateException(
          operation
              + " in place would overwrite a leaf that requires a gradient: use "
              + operation);
    }
  }

  /** {@code silu(gate) * up} (SwiGLU, arXiv:2002.05202). */
  public static Tensor swiglu(Tensor gate, Tensor up) {
    requireSame("swiglu", gate, up);
    Tensor out = Tensor.empty(gate.dtype(), gate.shape());
    Backend.of(out).elementwise().swiglu(out, gate, up);
    return recordedSwiglu(out, gate, up);
  }

  /** Records that {@code out} is the swiglu of its operands. */
  static Tensor recordedSwiglu(Tensor out, Tensor gate, Tensor up) {
    return Node.record(
        "swiglu",
        out,
        Saved.of(gate, up),
        (gradient, inputs) -> {
          Tensor dGate = inputs.over(gradient);
          Tensor dUp = Tensor.empty(gate.dtype(), gate.shape());
          Backend.of(dGate).elementwise().swigluGrad(dGate, dUp, gradient, gate, up);
          inputs.add(0, dGate);
          inputs.add(1, dUp);
        },
        gate,
        up);
  }

  /** {@code condition != 0 ? a : b}, broadcasting. */
  public static Tensor where(Tensor condition, Tensor a, Tensor b) {
    requireSameType("where", a, b);
    Shape shape = condition.shape().broadcast(a.shape()).broadcast(b.shape());
    Tensor out = Tensor.empty(a.dtype(), shape);
    Backend.of(out).elementwise().where(out, condition, a, b);
    return Node.record(
        "where",
        out,
        Saved.of(condition),
        (gradient, inputs) -> {
          Tensor zero = Tensor.zeros(a.dtype(), Shape.of());
          if (inputs.needed(0)) {
            inputs.add(0, sumTo(where(condition, gradient, zero), a.shape()));
          }
          if (inputs.needed(1)) {
            inputs.add(1, sumTo(where(condition, zero, gradient), b.shape()));
          }
        },
        a,
        b);
  }

  /** Elements are 0 with probability {@code p}, the others scaled by 1 / (1 - p). */
  public static Tensor dropout(Tensor a, double p, Philox generator) {
    Tensor out = Tensor.empty(a.dtype(), a.shape());
    Backend.of(out).random().dropout(out, a, p, generator);
    return Node.record(
        "dropout",
        out,
        Saved.NOTHING,
        (gradient, inputs) -> {
          Tensor dx = Tensor.empty(a.dtype(), a.shape());
          Backend.of(dx).random().dropout(dx, gradient, p, generator);
          inputs.add(0, dx);
        },
        a);
  }

  /** Broadcasts to a larger shape by copying. */
  public static Tensor expand(Tensor a, Shape target) {
    if (!a.shape().broadcast(target).equals(target)) {
      throw new ShapeException(
          "expand of " + a.shape() + " must get a shape that it broadcasts to, got " + target);
    }
    Tensor out = Tensor.empty(a.dtype(), target);
    Backend.of(out).elementwise().binary(BinaryOp.ADD, out, a, Tensor.zeros(a.dtype(), Shape.of()));
    return Node.record(
        "expand",
        out,
        Saved.NOTHING,
        (gradient, inputs) -> inputs.add(0, sumTo(gradient, a.shape())),
        a);
  }

  /** Copies a tensor into another type. */
  public static Tensor cast(Tensor a, DType type) {
    Tensor out = Tensor.empty(type, a.shape());
    out.copyFrom(a);
    if (!type.isComputed()) {
      return out;
    }
    return Node.record(
        "cast", out, Saved.NOTHING, (gradient, inputs) -> inputs.add(0, gradient.to(a.dtype())), a);
  }

  /** The gradient of broadcasting: sums over the broadcast dimensions. */
  static Tensor sumTo(Tensor gradient, Shape shape) {
    if (gradient.shape().equals(shape)) {
      return gradient;
    }
    Tensor out = Tensor.empty(gradient.dtype(), shape);
    Backend.of(out).reduction().reduce(ReduceOp.SUM, out, gradient);
    return out;
  }

  /** Checks that types and shapes are equal. */
  public static void requireSame(String operation, Tensor a, Tensor b) {
    requireSameType(operation, a, b);
    if (!a.shape().equals(b.shape())) {
      throw new ShapeException(
          "shapes of " + operation + " must be equal, got " + a.shape() + " and " + b.shape());
    }
  }

  static void requireSameType(String operation, Tensor a, Tensor b) {
    if (a.dtype() != b.dtype() || !a.dtype().isComputed()) {
      throw new ShapeException(
          "operands of "
              + operation
              + " must be both FLOAT32 or both FLOAT64, got "
              + a.dtype()
              + " and "
              + b.dtype()
              + "; convert with to()");
    }
  }
}
