package io.troupe.tensor.cpu.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Window;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.threads.ComputePool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gradient of a narrow weight has the bits of the product with transposed windows. */
class NarrowWeightGradTest {
  @ParameterizedTest
  @CsvSource({
    "3, 1, 6, 28, 5, 1, 1, false",
    "3, 6, 16, 22, 5, 1, 1, true",
    "2, 3, 32, 40, 3, 1, 1, false",
    "2, 4, 20, 30, 3, 2, 1, true",
    "2, 6, 40, 30, 3, 1, 2, true",
    "2, 33, 64, 22, 2, 1, 1, false"
  })
  void sumsInTheOrderOfTheProduct(
      int batch,
      int in,
      int out,
      int side,
      int kernel,
      int dilation,
      int groups,
      boolean accumulate) {
    Window window = Window.of(kernel).withDilation(dilation, dilation);
    int outSide = window.height().outSize(side);
    CpuBackend backend = CpuBackend.create(2);
    try (Engine engine = Engine.of(backend);
        Scope _ = engine.open("narrow weight")) {
      RandomTensors random = new RandomTensors(side);
      Tensor x = random.of(DType.FLOAT32, batch, in, side, side);
      Tensor dOut = random.of(DType.FLOAT32, batch, out, outSide, outSide);
      Tensor before = random.of(DType.FLOAT32, out, in / groups, kernel, kernel);
      ConvolutionShape s = ConvolutionShape.of(x, dOut, window, groups);
      assertThat(NarrowWeightGrad.fits(s)).isTrue();

      Tensor narrow = before.to(DType.FLOAT64).to(DType.FLOAT32);
      narrow(backend.pool(), s, x, dOut, narrow, accumulate);
      Tensor product = before.to(DType.FLOAT64).to(DType.FLOAT32);
      product(backend.pool(), s, x, dOut, product, accumulate);

      assertThat(narrow.toFloats()).isEqualTo(product.toFloats());
    }
  }

  private static void narrow(
      ComputePool pool,
      ConvolutionShape s,
      Tensor x,
      Tensor dOut,
      Tensor dWeight,
      boolean accumulate) {
    ChannelsLastGradients channelsLast = new ChannelsLastGradients(s, dOut.address());
    Tensor gradients = room(channelsLast.bytes());
    channelsLast.copy(pool, gradients.address());
    new NarrowWeightGrad(
            s,
            PaddedImages.of(s),
            x.address(),
            gradients.address(),
            dWeight.address(),
            accumulate,
            room(NarrowWeightGrad.roomBytes(s)).address())
        .run(pool);
  }

  private static void product(
      ComputePool pool,
      ConvolutionShape s,
      Tensor x,
      Tensor dOut,
      Tensor dWeight,
      boolean accumulate) {
    PaddedImages images = PaddedImages.of(s);
    new WeightGradProduct(
            s,
            images,
            images.offsets(),
            x.address(),
            dOut.address(),
            dWeight.address(),
            accumulate,
            room(WeightGradProduct.roomBytes(s)).address())
        .run(pool);
  }

  private static Tensor room(long bytes) {
    return Tensor.empty(DType.FLOAT32, Shape.of(Math.toIntExact(bytes / 4)));
  }
}
