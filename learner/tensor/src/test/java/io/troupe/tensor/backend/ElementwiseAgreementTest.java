package io.troupe.tensor.backend;

import static io.troupe.tensor.backend.Agreement.COMPUTED;
import static io.troupe.tensor.backend.Agreement.SIZES;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.memory.Memory;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElementwiseAgreementTest {
  /** Pairs of shapes that broadcast, and the resulting shape. */
  private static final Shape[][] BROADCASTS = {
    {Shape.of(3, 17), Shape.of(17), Shape.of(3, 17)},
    {Shape.of(17), Shape.of(3, 17), Shape.of(3, 17)},
    {Shape.of(3, 17), Shape.of(3, 1), Shape.of(3, 17)},
    {Shape.of(5, 1), Shape.of(1, 31), Shape.of(5, 31)},
    {Shape.of(2, 1, 9), Shape.of(3, 1), Shape.of(2, 3, 9)},
    {Shape.of(2, 3, 4, 5), Shape.of(3, 1, 5), Shape.of(2, 3, 4, 5)},
    {Shape.of(), Shape.of(4, 7), Shape.of(4, 7)},
    {Shape.of(1), Shape.of(), Shape.of(1)},
    {Shape.of(), Shape.of(), Shape.of()},
    {Shape.of(0, 3), Shape.of(1, 3), Shape.of(0, 3)},
    {Shape.of(1, 3), Shape.of(0, 1), Shape.of(0, 3)},
  };

  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  @ParameterizedTest
  @EnumSource
  void binary(BinaryOp op) {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        Shape shape = Shape.of(size);
        checkBinary(op, dtype, shape, shape, shape);
      }
      for (Shape[] shapes : BROADCASTS) {
        checkBinary(op, dtype, shapes[0], shapes[1], shapes[2]);
      }
    }
  }

  private static void checkBinary(BinaryOp op, DType dtype, Shape left, Shape right, Shape shape) {
    AGREEMENT.check(
        op + " " + dtype + " " + left + " " + right,
        2,
        (backend, random) -> {
          Tensor out = Tensor.empty(dtype, shape);
          backend
              .elementwise()
              .binary(
                  op, out, operand(op, random, dtype, left), random.uniform(dtype, right, -2, 2));
          return List.of(out);
        });
  }

  /** Compares powers of positive bases only; {@link #extremeValues} covers other bases. */
  private static Tensor operand(BinaryOp op, RandomTensors random, DType dtype, Shape shape) {
    return random.uniform(dtype, shape, op == BinaryOp.POW ? 0.1 : -2, 2);
  }

  @ParameterizedTest
  @EnumSource
  void scalar(BinaryOp op) {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        for (double number : new double[] {0.1, -2, 3, 0.5}) {
          AGREEMENT.check(
              op + " " + number + " " + dtype + " " + size,
              2,
              (backend, random) -> {
                Tensor a = operand(op, random, dtype, Shape.of(size));
                backend.elementwise().scalar(op, a, a, number);
                return List.of(a);
              });
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void extremeValues(BinaryOp op) {
    for (DType dtype : COMPUTED) {
      AGREEMENT.check(
          op + " of extreme values, " + dtype,
          2,
          (backend, random) -> {
            Tensor a = random.extreme(dtype, Shape.of(997));
            Tensor b = random.extreme(dtype, Shape.of(997));
            Tensor out = Tensor.empty(dtype, a.shape());
            backend.elementwise().binary(op, out, a, b);
            Tensor withNumber = Tensor.empty(dtype, a.shape());
            backend.elementwise().scalar(op, withNumber, a, -0.5);
            return List.of(out, withNumber);
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void unary(UnaryOp op) {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        AGREEMENT.check(
            op + " " + dtype + " " + size,
            8,
            (backend, random) -> {
              Tensor x = random.uniform(dtype, Shape.of(size), lowest(op), 4);
              Tensor y = Tensor.empty(dtype, x.shape());
              backend.elementwise().unary(op, y, x);
              Tensor dx = Tensor.empty(dtype, x.shape());
              backend.elementwise().unaryGrad(op, dx, random.of(dtype, size), x, y);
              return List.of(y, dx);
            });
      }
      AGREEMENT.check(
          op + " of extreme values, " + dtype,
          8,
          (backend, random) -> {
            Tensor y = Tensor.empty(dtype, Shape.of(997));
            backend.elementwise().unary(op, y, random.extreme(dtype, y.shape()));
            return List.of(y);
          });
    }
  }

  @Test
  void activations() {
    for (ActivationOp op :
        List.of(
            new ActivationOp.LeakyRelu(0.2),
            new ActivationOp.LeakyRelu(-1),
            new ActivationOp.Elu(0.7, 1),
            ActivationOp.SELU,
            new ActivationOp.Softplus(1, 20),
            new ActivationOp.Softplus(2.5, 3))) {
      for (DType dtype : COMPUTED) {
        for (int size : SIZES) {
          AGREEMENT.check(
              op + " " + dtype + " " + size,
              8,
              (backend, random) -> {
                Tensor x = random.uniform(dtype, Shape.of(size), -9, 9);
                Tensor y = Tensor.empty(dtype, x.shape());
                backend.elementwise().activation(op, y, x);
                Tensor dx = Tensor.empty(dtype, x.shape());
                backend.elementwise().activationGrad(op, dx, random.of(dtype, size), x);
                return List.of(y, dx);
              });
        }
        AGREEMENT.check(
            op + " of extreme values, " + dtype,
            8,
            (backend, random) -> {
              Tensor y = Tensor.empty(dtype, Shape.of(997));
              backend.elementwise().activation(op, y, random.extreme(dtype, y.shape()));
              return List.of(y);
            });
      }
    }
  }

  private static double lowest(UnaryOp op) {
    return switch (op) {
      case SQRT, RSQRT, LOG, RECIPROCAL -> 0.1;
      default -> -4;
    };
  }

  @ParameterizedTest
  @EnumSource
  void conversions(DType from) {
    for (DType to : DType.values()) {
      for (int size : SIZES) {
        AGREEMENT.check(
            from + " to " + to + " " + size,
            0,
            (backend, random) -> {
              Tensor source = Tensor.empty(from, Shape.of(size));
              backend
                  .elementwise()
                  .copy(source, random.uniform(DType.FLOAT64, source.shape(), -300, 300));
              Tensor target = Tensor.empty(to, source.shape());
              backend.elementwise().copy(target, source);
              Tensor filled = Tensor.empty(to, source.shape());
              backend.elementwise().fill(filled, -3);
              return List.of(source, target, filled);
            });
      }
    }
  }

  @Test
  void largeIntegersKeepEveryBit() {
    AGREEMENT.check(
        "INT64 beyond the doubles",
        0,
        (backend, _) -> {
          Tensor source =
              Tensor.of(new long[] {(1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE + 3});
          Tensor target = Tensor.empty(DType.INT64, source.shape());
          backend.elementwise().copy(target, source);
          Tensor low = Tensor.empty(DType.INT32, Shape.of(3));
          for (int i = 0; i < 3; i++) {
            Memory.setInt(low.address() + 4L * i, (int) Memory.getLong(target.address() + 8L * i));
          }
          return List.of(target, low);
        });
  }

  @Test
  void bfloat16RoundsToTheNearestEven() {
    AGREEMENT.check(
        "BFLOAT16 ties and extremes",
        0,
        (backend, random) -> {
          Tensor ties = Tensor.empty(DType.FLOAT32, Shape.of(997));
          for (int i = 0; i < 997; i++) {
            Memory.setInt(ties.address() + 4L * i, 0x3F800000 + i * 0x8000 + (i % 3 - 1));
          }
          Tensor rounded = Tensor.empty(DType.BFLOAT16, ties.shape());
          backend.elementwise().copy(rounded, ties);
          Tensor extreme = Tensor.empty(DType.BFLOAT16, Shape.of(997));
          backend.elementwise().copy(extreme, random.extreme(DType.FLOAT32, extreme.shape()));
          return List.of(rounded, extreme);
        });
  }

  @Test
  void whereAndAddScaled() {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        AGREEMENT.check(
            "where, addScaled " + dtype + " " + size,
            2,
            (backend, random) -> {
              Tensor condition = random.of(dtype, 3, size);
              backend
                  .elementwise()
                  .binary(BinaryOp.GREATER, condition, condition, Tensor.scalar(dtype, 0));
              Tensor chosen = Tensor.empty(dtype, condition.shape());
              backend
                  .elementwise()
                  .where(
                      chosen,
                      condition,
                      random.extreme(dtype, Shape.of(size)),
                      random.of(dtype, 3, 1));
              Tensor target = random.of(dtype, 3, size);
              backend.elementwise().addScaled(target, random.of(dtype, 3, size), 0.37);
              return List.of(chosen, target);
            });
      }
    }
  }

  @Test
  void swiglu() {
    for (DType dtype : COMPUTED) {
      for (int size : SIZES) {
        AGREEMENT.check(
            "swiglu " + dtype + " " + size,
            8,
            (backend, random) -> {
              Tensor gate = random.uniform(dtype, Shape.of(size), -20, 20);
              Tensor up = random.of(dtype, size);
              Tensor out = Tensor.empty(dtype, gate.shape());
              backend.elementwise().swiglu(out, gate, up);
              Tensor dGate = Tensor.empty(dtype, gate.shape());
              Tensor dUp = Tensor.empty(dtype, gate.shape());
              backend.elementwise().swigluGrad(dGate, dUp, random.of(dtype, size), gate, up);
              return List.of(out, dGate, dUp);
            });
      }
    }
  }
}
