package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Attention;
import io.troupe.tensor.autograd.MatrixProducts;
import io.troupe.tensor.autograd.Normalization;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.RotaryAngles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernels that add to a gradient, or overwrite the one that they read, have the bits of those that
 * write a tensor of their own.
 */
class GradientMemoryTest {
  private static Tensor normal(int seed, int... sizes) {
    return Samples.normal(DType.FLOAT32, Shape.of(sizes), 1, seed);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 384, 385, 1000})
  void addedProductHasTheBitsOfASumOfTensors(int k) {
    Samples.inScope(
        () -> {
          Tensor a = normal(1, 37, k);
          Tensor b = normal(2, k, 29);
          Tensor before = normal(3, 37, 29);
          Tensor expected = before.add(a.matmul(b));
          Backend.of(a).products().addMatmul(before, a, false, b, false);
          assertThat(before.toFloats()).isEqualTo(expected.toFloats());
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64"})
  void rmsNormGradientAddsOrOverwritesItsInput(DType type) {
    Samples.inScope(
        () -> {
          Tensor x = normal(1, 300, 130).to(type);
          Tensor weight = normal(2, 130).to(type);
          Tensor dy = normal(3, 300, 130).to(type);
          Tensor rstd = normal(4, 300).to(type);
          var norms = Backend.of(x).normalization();
          Tensor dx = Samples.like(x);
          Tensor dWeight = weight.copy();
          norms.rmsNormGrad(dx, dWeight, dy, x, rstd, weight, false);
          Tensor before = normal(5, 300, 130).to(type);
          Tensor sum = before.add(dx);
          norms.rmsNormGrad(before, null, dy, x, rstd, weight, true);
          assertThat(before.toDoubles()).isEqualTo(sum.toDoubles());
          Tensor dWeightInPlace = weight.copy();
          norms.rmsNormGrad(dy, dWeightInPlace, dy, x, rstd, weight, false);
          assertThat(dy.toDoubles()).isEqualTo(dx.toDoubles());
          assertThat(dWeightInPlace.toDoubles()).isEqualTo(dWeight.toDoubles());
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 1024, 40_003})
  void swigluGradientOverwritesItsInput(int n) {
    Samples.inScope(
        () -> {
          Tensor gate = normal(1, n);
          Tensor up = normal(2, n);
          Tensor d = normal(3, n);
          Tensor dGate = Samples.like(gate);
          Tensor dUp = Samples.like(gate);
          Tensor dUpInPlace = Samples.like(gate);
          var elementwise = Backend.of(gate).elementwise();
          elementwise.swigluGrad(dGate, dUp, d, gate, up);
          elementwise.swigluGrad(d, dUpInPlace, d, gate, up);
          assertThat(d.toFloats()).isEqualTo(dGate.toFloats());
          assertThat(dUpInPlace.toFloats()).isEqualTo(dUp.toFloats());
        });
  }

  @Test
  void rotaryInPlaceIsRotaryInTheMemoryOfItsInput() {
    Samples.inScope(
        () -> {
          Tensor x = normal(1, 50, 24).requiresGrad(true);
          Tensor same = normal(1, 50, 24).requiresGrad(true);
          Tensor weight = normal(2, 24, 24);
          Tensor cos = normal(3, 50, 4);
          Tensor sin = normal(4, 50, 4);
          RotaryAngles angles = new RotaryAngles(cos, sin, Tensor.of(new int[50]));
          Tensor heads = x.matmul(weight).reshape(50, 3, 8);
          Tensor expected = Attention.rotary(heads, angles);
          Tensor projected = same.matmul(weight).reshape(50, 3, 8);
          Tensor actual = Attention.rotaryInPlace(projected, angles);
          assertThat(actual.toFloats()).isEqualTo(expected.toFloats());
          assertThat(projected.toFloats()).isEqualTo(expected.toFloats());
          Tensor gradient = normal(5, 50, 3, 8);
          float[] before = gradient.toFloats();
          expected.backward(gradient);
          actual.backward(gradient);
          assertThat(same.grad().toFloats()).isEqualTo(x.grad().toFloats());
          assertThat(gradient.toFloats()).as("the caller's gradient").isEqualTo(before);
        });
  }

  @Test
  void rotaryInPlaceOfALeafIsAnError() {
    Samples.inScope(
        () -> {
          Tensor leaf = normal(1, 5, 1, 4).requiresGrad(true);
          Tensor table = normal(2, 5, 2);
          RotaryAngles angles = new RotaryAngles(table, table, Tensor.of(new int[5]));
          assertThatThrownBy(() -> Attention.rotaryInPlace(leaf, angles))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("use rotary");
        });
  }

  /** A residual block: gradients of x and of the weight come from several operations. */
  @Test
  void gradientsOfSharedOperandsAreSums() {
    Samples.inScope(
        () -> {
          Tensor[] single = gradientsOfSharedOperands(DType.FLOAT32);
          Tensor[] expected = gradientsOfSharedOperands(DType.FLOAT64);
          for (int i = 0; i < expected.length; i++) {
            double[] actual = single[i].toDoubles();
            double[] wanted = expected[i].toDoubles();
            for (int j = 0; j < wanted.length; j++) {
              // sums of 70 x 32 products in single precision
              assertThat(actual[j]).isCloseTo(wanted[j], within(1e-4 * (1 + Math.abs(wanted[j]))));
            }
          }
        });
  }

  private static Tensor[] gradientsOfSharedOperands(DType type) {
    Tensor x = normal(1, 70, 32).to(type).requiresGrad(true);
    Tensor weight = normal(2, 32, 32).to(type).requiresGrad(true);
    Tensor scale = normal(3, 32).to(type).requiresGrad(true);
    Tensor h = x.mul(2);
    Tensor norm = Normalization.rmsNorm(h, scale, 1e-5);
    Tensor first = MatrixProducts.linear(norm, weight, null);
    Tensor second = MatrixProducts.linear(norm, weight, null);
    h.add(first.mul(second)).backward(normal(4, 70, 32).to(type));
    return new Tensor[] {x.grad(), weight.grad(), scale.grad()};
  }
}
