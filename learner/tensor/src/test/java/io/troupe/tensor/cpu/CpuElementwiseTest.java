package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.elementwise.Float64Functions;
import io.troupe.tensor.cpu.threads.Partition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuElementwiseTest {
  /** A few ULPs of a float, and the error of cancellation in 1 + erf. */
  private static final double RELATIVE = 2e-6;

  private static final double ABSOLUTE = 2e-6;

  @ParameterizedTest
  @EnumSource(UnaryOp.class)
  void unaryAgreesWithDoublePrecisionAtAnyLength(UnaryOp op) {
    Samples.inScope(
        () -> {
          for (int n : Samples.LENGTHS) {
            Tensor x = input(op, Samples.normal(DType.FLOAT32, Shape.of(n), 3, n));
            Tensor dy = Samples.normal(DType.FLOAT32, x.shape(), 1, n + 1);
            Tensor x64 = x.to(DType.FLOAT64);
            assertClose(x.apply(op), x64.apply(op), op + " of " + n);
            Tensor y = x.apply(op);
            Tensor dx = Samples.like(x);
            Backend.of(dx).elementwise().unaryGrad(op, dx, dy, x, y);
            Tensor expected = Samples.like(x64);
            Backend.of(expected)
                .elementwise()
                .unaryGrad(op, expected, dy.to(DType.FLOAT64), x64, y.to(DType.FLOAT64));
            assertClose(dx, expected, op + " gradient of " + n);
          }
        });
  }

  /** Restricts arguments to a range where the function is defined and its derivative is bounded. */
  private static Tensor input(UnaryOp op, Tensor x) {
    return switch (op) {
      case SQRT, RSQRT, LOG, RECIPROCAL -> x.apply(UnaryOp.ABS).add(0.1);
      default -> x;
    };
  }

  @ParameterizedTest
  @EnumSource(UnaryOp.class)
  void unaryTreatsExtremesAsDoublePrecisionDoes(UnaryOp op) {
    Samples.inScope(
        () -> {
          Tensor x = Samples.of(DType.FLOAT32, Samples.SPECIAL, Shape.of(Samples.SPECIAL.length));
          float[] actual = x.apply(op).toFloats();
          double[] expected = x.to(DType.FLOAT64).apply(op).toDoubles();
          for (int i = 0; i < actual.length; i++) {
            String at = op + " at " + Samples.SPECIAL[i];
            if (Double.isNaN(expected[i]) || Math.abs(expected[i]) > Float.MAX_VALUE) {
              assertThat(actual[i]).as(at).isEqualTo(Float.valueOf((float) expected[i]));
            } else {
              double most = ABSOLUTE + RELATIVE * Math.abs(expected[i]);
              assertThat(Math.abs(actual[i] - expected[i])).as(at).isLessThanOrEqualTo(most);
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource(BinaryOp.class)
  void binaryBroadcastsAllShapes(BinaryOp op) {
    int[][][] shapes = {
      {{5, 17}, {5, 17}},
      {{5, 17}, {17}},
      {{5, 17}, {5, 1}},
      {{1, 17}, {5, 1}},
      {{}, {5, 17}},
      {{5, 17}, {}},
      {{3, 1, 4, 1}, {2, 1, 9}},
      {{2, 3, 4}, {2, 1, 4}},
      {{2, 3, 4}, {3, 1}},
      {{7, 1}, {7, 40_003}},
      {{0, 3}, {3}},
      {{3, 0}, {1}},
      {{1, 1}, {1}},
    };
    Samples.inScope(
        () -> {
          for (int[][] pair : shapes) {
            Tensor a = Samples.normal(DType.FLOAT32, Shape.of(pair[0]), 2, 1);
            Tensor b = Samples.normal(DType.FLOAT32, Shape.of(pair[1]), 2, 2);
            if (op == BinaryOp.POW) {
              a = a.apply(UnaryOp.ABS);
            }
            Tensor out = Tensor.empty(DType.FLOAT32, a.shape().broadcast(b.shape()));
            Backend.of(out).elementwise().binary(op, out, a, b);
            double[] expected = broadcastByHand(op, a, b, out.shape());
            assertThat(out.toDoubles())
                .as(op + " " + a.shape() + b.shape())
                .hasSize(expected.length);
            for (int i = 0; i < expected.length; i++) {
              if (Float.compare((float) out.get(i), (float) expected[i]) != 0) {
                assertThat(out.get(i))
                    .as(op + " " + a.shape() + b.shape() + i)
                    .isEqualTo(expected[i]);
              }
            }
            Tensor out64 = Tensor.empty(DType.FLOAT64, out.shape());
            Backend.of(out64)
                .elementwise()
                .binary(op, out64, a.to(DType.FLOAT64), b.to(DType.FLOAT64));
            assertThat(out64.toDoubles()).isEqualTo(expected);
          }
        });
  }

  private static double[] broadcastByHand(BinaryOp op, Tensor a, Tensor b, Shape shape) {
    double[] result = new double[(int) shape.numel()];
    for (int i = 0; i < result.length; i++) {
      double x = a.get(operandIndex(i, shape, a.shape()));
      double y = b.get(operandIndex(i, shape, b.shape()));
      result[i] =
          switch (op) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case MAXIMUM -> Math.max(x, y);
            case MINIMUM -> Math.min(x, y);
            case POW -> Math.pow(x, y);
            case LESS -> x < y ? 1 : 0;
            case GREATER -> x > y ? 1 : 0;
            case EQUAL -> x == y ? 1 : 0;
          };
    }
    return result;
  }

  /** The index in an operand that broadcasts to index {@code i} of the result. */
  private static long operandIndex(long i, Shape result, Shape operand) {
    long operandIndex = 0;
    long stride = 1;
    long rest = i;
    for (int d = 1; d <= result.rank(); d++) {
      long index = rest % result.size(-d);
      rest /= result.size(-d);
      if (d <= operand.rank()) {
        operandIndex += operand.size(-d) == 1 ? 0 : index * stride;
        stride *= operand.size(-d);
      }
    }
    return operandIndex;
  }

  @ParameterizedTest
  @EnumSource(BinaryOp.class)
  void binaryTreatsExtremesAsDoublePrecisionDoes(BinaryOp op) {
    Samples.inScope(
        () -> {
          int n = Samples.SPECIAL.length;
          Tensor a = Samples.of(DType.FLOAT32, Samples.SPECIAL, Shape.of(n, 1));
          Tensor b = a.reshape(1, n);
          Tensor out = Tensor.zeros(n, n);
          Backend.of(out).elementwise().binary(op, out, a, b);
          for (int i = 0; i < n * n; i++) {
            double x = a.get(i / n);
            double y = a.get(i % n);
            Float expected = (float) Float64Functions.binary(op, x, y);
            assertThat((float) out.get(i)).as(x + " " + op + " " + y).isEqualTo(expected);
            if (op == BinaryOp.POW && y == 0.5) {
              expected = (float) Math.sqrt(x); // as in PyTorch, also for -0 and -infinity
            }
            Tensor one = Tensor.of(new float[] {(float) x});
            Backend.of(one).elementwise().scalar(op, one, one, y);
            assertThat((float) one.get(0)).as(x + " " + op + " number " + y).isEqualTo(expected);
          }
        });
  }

  @Test
  void powMatchesPyTorchWhereJavaDiffers() {
    assertThat(Float64Functions.pow(1, Double.NaN)).isEqualTo(1);
    assertThat(Float64Functions.pow(1, Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(Float64Functions.pow(-1, Double.NEGATIVE_INFINITY)).isEqualTo(1);
    assertThat(Float64Functions.pow(Double.NaN, 0)).isEqualTo(1);
    assertThat(Float64Functions.pow(-2, 3)).isEqualTo(-8);
    assertThat(Float64Functions.pow(-2, 0.5)).isNaN();
  }

  @Test
  void worksInPlace() {
    Samples.inScope(
        () -> {
          for (int n : Samples.LENGTHS) {
            Tensor a = Samples.normal(DType.FLOAT32, Shape.of(n), 1, 3);
            Tensor b = Samples.normal(DType.FLOAT32, Shape.of(n), 1, 4);
            Tensor sum = a.sub(b);
            Tensor first = a.copy();
            Backend.of(first).elementwise().binary(BinaryOp.SUB, first, first, b);
            assertThat(first.toFloats()).isEqualTo(sum.toFloats());
            Tensor second = b.copy();
            Backend.of(second).elementwise().binary(BinaryOp.SUB, second, a, second);
            assertThat(second.toFloats()).isEqualTo(sum.toFloats());
            Tensor unary = a.copy();
            Backend.of(unary).elementwise().unary(UnaryOp.GELU, unary, unary);
            assertThat(unary.toFloats()).isEqualTo(a.apply(UnaryOp.GELU).toFloats());
            assertThat(a.copy().muli(-2.5).toFloats()).isEqualTo(a.mul(-2.5).toFloats());
          }
        });
  }

  @Test
  void swigluAgreesWithDoublePrecision() {
    Samples.inScope(
        () -> {
          for (int n : Samples.LENGTHS) {
            Tensor gate = Samples.normal(DType.FLOAT32, Shape.of(n), 3, 5);
            Tensor up = Samples.normal(DType.FLOAT32, Shape.of(n), 1, 6);
            Tensor d = Samples.normal(DType.FLOAT32, Shape.of(n), 1, 7);
            Tensor out = Samples.like(gate);
            Backend.of(out).elementwise().swiglu(out, gate, up);
            assertClose(
                out,
                gate.to(DType.FLOAT64).apply(UnaryOp.SILU).mul(up.to(DType.FLOAT64)),
                "swiglu");
            Tensor slope = Samples.like(gate).to(DType.FLOAT64);
            Backend.of(slope)
                .elementwise()
                .unaryGrad(
                    UnaryOp.SILU,
                    slope,
                    d.mul(up).to(DType.FLOAT64),
                    gate.to(DType.FLOAT64),
                    slope);
            Tensor silu = gate.to(DType.FLOAT64).apply(UnaryOp.SILU);
            Backend.of(out).elementwise().swigluGrad(gate, up, d, gate, up);
            assertClose(gate, slope, "dGate");
            assertClose(up, d.to(DType.FLOAT64).mul(silu), "dUp");
          }
        });
  }

  @Test
  void addScaledAgreesWithDoublePrecision() {
    Samples.inScope(
        () -> {
          for (int n : Samples.LENGTHS) {
            Tensor a = Samples.normal(DType.FLOAT32, Shape.of(n), 1, 8);
            Tensor b = Samples.normal(DType.FLOAT32, Shape.of(n), 1, 9);
            Tensor expected = a.to(DType.FLOAT64).addScaledi(b.to(DType.FLOAT64), -0.5);
            assertClose(a.addScaledi(b, -0.5), expected, "addScaled");
          }
        });
  }

  @Test
  void whereSelectsAndBroadcasts() {
    Samples.inScope(
        () -> {
          Tensor condition = Tensor.of(new float[] {0, 1, -0f, Float.NaN, 2}, 5);
          Tensor a = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 2, 5);
          Tensor out = Tensor.zeros(2, 5);
          Backend.of(out).elementwise().where(out, condition, a, Tensor.zeros());
          assertThat(out.toFloats()).containsExactly(0, 2, 0, 4, 5, 0, 7, 0, 9, 10);
          Tensor ints = Tensor.of(new int[] {0, 1}, 2, 1);
          Backend.of(out)
              .elementwise()
              .where(out, ints, a, Tensor.of(new float[] {-1, -2, -3, -4, -5}));
          assertThat(out.toFloats()).containsExactly(-1, -2, -3, -4, -5, 6, 7, 8, 9, 10);
          for (int n : Samples.LENGTHS) {
            Tensor x = Samples.normal(DType.FLOAT32, Shape.of(n), 1, 8);
            Tensor sign = x.greater(Tensor.zeros(1));
            Tensor relu = Samples.like(x);
            Backend.of(relu).elementwise().where(relu, sign, x, Tensor.zeros(n));
            assertThat(relu.toFloats()).isEqualTo(x.apply(UnaryOp.RELU).toFloats());
          }
        });
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void fillAndCopyConvertBetweenAllTypes(DType from) {
    Samples.inScope(
        () -> {
          for (DType to : DType.values()) {
            for (int n : new int[] {0, 1, 5, 2 * Partition.ELEMENTS + 1}) {
              Tensor source = Tensor.full(from, Shape.of(n), -3);
              Tensor copy = source.to(to);
              assertThat(copy.toDoubles()).hasSize(n).containsOnly(repeat(n));
            }
          }
        });
  }

  private static double[] repeat(int n) {
    return n == 0 ? new double[0] : new double[] {-3};
  }

  @Test
  void conversionsRoundAsPyTorchDoes() {
    Samples.inScope(
        () -> {
          float half = Float.intBitsToFloat(0x3F808000); // halfway between 1 and its successor
          float odd = Float.intBitsToFloat(0x3F818000); // halfway above an odd value
          Tensor x = Tensor.of(new float[] {half, odd, Float.NaN, 3.4e38f, -0f});
          double[] actual = x.to(DType.BFLOAT16).toDoubles();
          assertThat(actual[0]).isEqualTo(1);
          assertThat(actual[1]).isEqualTo(Float.intBitsToFloat(0x3F820000));
          assertThat(actual[2]).isNaN();
          assertThat(actual[3]).isEqualTo(Double.POSITIVE_INFINITY);
          assertThat(1 / actual[4]).isEqualTo(Double.NEGATIVE_INFINITY);
          Tensor longs = Tensor.of(new long[] {(1L << 62) + 1, 1L << 33});
          assertThat(longs.to(DType.INT32).toInts()).containsExactly(1, 0);
          assertThat(Tensor.of(new float[] {2.9f, -2.9f}).to(DType.INT64).toDoubles())
              .containsExactly(2, -2);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void threadsDoNotChangeResults(int threads) {
    float[] two = Samples.inScope(2, CpuElementwiseTest::computeAll);
    assertThat(Samples.inScope(threads, CpuElementwiseTest::computeAll)).isEqualTo(two);
  }

  private static float[] computeAll() {
    Tensor x = Samples.normal(DType.FLOAT32, Shape.of(3, Samples.BEYOND_A_PART), 1, 10);
    Tensor row = Samples.normal(DType.FLOAT32, Shape.of(x.size(1)), 1, 11);
    return x.apply(UnaryOp.RELU).mul(row).add(x.sum(1).reshape(3, 1)).toFloats();
  }

  @Test
  void resultsAreCorrectAtPartBoundaries() {
    Samples.inScope(
        () -> {
          Tensor x = Samples.normal(DType.FLOAT32, Shape.of(Samples.BEYOND_A_PART), 1, 12);
          Tensor d = Samples.normal(DType.FLOAT32, x.shape(), 1, 13);
          Tensor x64 = x.to(DType.FLOAT64);
          Tensor d64 = d.to(DType.FLOAT64);
          assertClose(x.apply(UnaryOp.SQUARE), x64.apply(UnaryOp.SQUARE), "square");
          Tensor dx = Samples.like(x);
          Backend.of(dx).elementwise().unaryGrad(UnaryOp.SQUARE, dx, d, x, x);
          assertClose(dx, d64.mul(x64).mul(2), "gradient");
          assertClose(x.mul(d), x64.mul(d64), "product");
          assertClose(x.sub(2), x64.sub(2), "number");
          Tensor gated = Samples.like(x);
          Backend.of(gated).elementwise().swiglu(gated, x, d);
          assertClose(gated, x64.apply(UnaryOp.SILU).mul(d64), "swiglu");
          assertClose(x.addScaledi(d, 3), x64.addScaledi(d64, 3), "addScaled");
        });
  }

  static void assertClose(Tensor actual, Tensor expected, String name) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    for (long i = 0; i < actual.numel(); i++) {
      double error = Math.abs(actual.get(i) - expected.get(i));
      if (!(error <= ABSOLUTE + RELATIVE * Math.abs(expected.get(i)))) {
        assertThat(actual.get(i)).as(name + " at " + i).isEqualTo(expected.get(i));
      }
    }
  }
}
