package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.LinearLayer;
import io.troupe.tensor.backend.MatrixOps;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers that are computed in one region have the bits of separate operations. */
class FusedLinearTest {
  @ParameterizedTest
  @CsvSource({"1, 64", "2, 64", "1, 900", "2, 900"})
  void fusedLayersEqualSeparateOnes(int threads, int inFeatures) {
    try (Engine engine = Engine.of(CpuBackend.create(threads));
        Scope weights = engine.longLived("weights");
        Scope _ = engine.open("test")) {
      for (int rows : new int[] {0, 1, 2, 5, 32, 200}) {
        RandomTensors random = new RandomTensors(rows);
        Tensor x = random.of(DType.FLOAT32, rows, inFeatures);
        Tensor bias = random.of(DType.FLOAT32, 100);
        Tensor first = weights.keep(random.of(DType.FLOAT32, 100, inFeatures));
        Tensor second = weights.keep(random.of(DType.FLOAT32, 33, inFeatures));
        Tensor third = weights.keep(random.of(DType.FLOAT32, 100, inFeatures));
        MatrixOps products = Backend.of(engine).products();
        checkLayers(products, x, first, bias, second, third);
        checkAdd(products, x, first, bias);
        checkSwiglu(products, x, first, bias, third);
      }
    }
  }

  private static void checkLayers(
      MatrixOps products, Tensor x, Tensor first, Tensor bias, Tensor second, Tensor third) {
    List<LinearLayer> layers =
        List.of(layer(x, first, bias), layer(x, second, null), layer(x, third, null));
    products.linearLayers(x, layers);
    for (LinearLayer layer : layers) {
      assertEqual(layer.out(), linear(products, x, layer.weight(), layer.bias()));
    }
  }

  private static void checkAdd(MatrixOps products, Tensor x, Tensor weight, Tensor bias) {
    Tensor product = linear(products, x, weight, bias);
    Tensor residual = Tensor.full(DType.FLOAT32, product.shape(), 0.3);
    Tensor out = Tensor.empty(DType.FLOAT32, product.shape());
    products.linearAdd(out, residual, x, weight, bias);
    assertEqual(out, residual.add(product));
  }

  private static void checkSwiglu(
      MatrixOps products, Tensor x, Tensor gateWeight, Tensor gateBias, Tensor upWeight) {
    LinearLayer gate = layer(x, gateWeight, gateBias);
    LinearLayer up = layer(x, upWeight, null);
    Tensor out = Tensor.empty(DType.FLOAT32, gate.out().shape());
    products.linearSwiglu(out, x, gate, up);
    assertEqual(gate.out(), linear(products, x, gateWeight, gateBias));
    assertEqual(up.out(), linear(products, x, upWeight, null));
    Tensor separate = Tensor.empty(DType.FLOAT32, out.shape());
    Backend.of(out).elementwise().swiglu(separate, gate.out(), up.out());
    assertEqual(out, separate);
  }

  private static LinearLayer layer(Tensor x, Tensor weight, Tensor bias) {
    Shape shape = Shape.of(x.size(0), weight.size(0));
    return new LinearLayer(Tensor.empty(DType.FLOAT32, shape), weight, bias);
  }

  private static Tensor linear(MatrixOps products, Tensor x, Tensor weight, Tensor bias) {
    LinearLayer layer = layer(x, weight, bias);
    products.linear(layer.out(), x, weight, bias);
    return layer.out();
  }

  private static void assertEqual(Tensor actual, Tensor expected) {
    assertThat(actual.toFloats()).containsExactly(expected.toFloats());
  }
}
