package io.troupe.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Resampling;
import io.troupe.tensor.backend.TestBackend;
import io.troupe.tensor.backend.Window;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Gradients of image operations against central differences on every backend, and rejected
 * arguments.
 */
class ImageGradientsTest {
  private static final long SEED = 31;
  private static final Window PADDED = Window.of(3, 2).withPadding(1, 1);
  private static final Window ODD =
      Window.of(2, 3).withStride(2, 3).withPadding(0, 2).withDilation(2, 1);

  private record Case(String name, Consumer<RandomTensors> check) {}

  @TestFactory
  Stream<DynamicNode> convolutions() {
    return on(
        List.of(
            conv("conv2d", 1, in -> Convolution.conv2d(in.get(0), in.get(1), in.get(2), PADDED, 1)),
            conv(
                "conv2d, strided", 1, in -> Convolution.conv2d(in.get(0), in.get(1), null, ODD, 1)),
            conv(
                "conv2d, groups",
                2,
                in -> Convolution.conv2d(in.get(0), in.get(1), in.get(2), ODD, 2)),
            transposed("convTranspose2d", PADDED, 1, 0),
            transposed("convTranspose2d, strided", ODD, 1, 1),
            transposed("convTranspose2d, groups", ODD, 2, 0)));
  }

  private static Case conv(String name, int groups, Function<List<Tensor>, Tensor> function) {
    Window window = name.equals("conv2d") ? PADDED : ODD;
    return new Case(
        name,
        random ->
            GradientCheck.check(
                in -> function.apply(List.of(in.get(0), in.get(1), in.get(2))).add(in.get(2).sum()),
                random.doubles(2, 2, 4, 5),
                random.doubles(4, 2 / groups, window.height().kernel(), window.width().kernel()),
                random.doubles(4)));
  }

  private static Case transposed(String name, Window window, int groups, int outputPadding) {
    return new Case(
        name,
        random ->
            GradientCheck.check(
                in ->
                    Convolution.convTranspose2d(
                        in.get(0), in.get(1), in.get(2), window, groups, outputPadding, 0),
                random.doubles(2, 2, 3, 3),
                random.doubles(2, 4 / groups, window.height().kernel(), window.width().kernel()),
                random.doubles(4)));
  }

  @TestFactory
  Stream<DynamicNode> pooling() {
    Window window = Window.of(3, 2).withStride(2, 1).withPadding(1, 0);
    return on(
        List.of(
            of("maxPool2d", x -> Pooling.maxPool2d(x, window, false)),
            of("maxPool2d, ceil", x -> Pooling.maxPool2d(x, window, true)),
            of("adaptiveMaxPool2d", x -> Pooling.adaptiveMaxPool2d(x, 2, 3)),
            of("avgPool2d", x -> Pooling.avgPool2d(x, window, true, true)),
            of("avgPool2d without padding", x -> Pooling.avgPool2d(x, window, false, false)),
            of("adaptiveAvgPool2d", x -> Pooling.adaptiveAvgPool2d(x, 3, 2)),
            of(
                "nearest",
                x ->
                    Pooling.resample(
                        x, Resampling.nearest(4, 7, 4 / 7.0), Resampling.nearest(5, 10, 0.5))),
            of(
                "bilinear",
                x ->
                    Pooling.resample(
                        x,
                        Resampling.linear(4, 7, 4 / 7.0, false),
                        Resampling.linear(5, 3, 0, true)))));
  }

  @TestFactory
  Stream<DynamicNode> norms() {
    return on(
        List.of(
            norm(
                "batchNorm",
                in ->
                    ChannelNorms.batchNorm(
                        in.get(0),
                        ChannelNorms.Statistics.of(in.get(0)),
                        true,
                        in.get(1),
                        in.get(2),
                        0.1)),
            norm(
                "batchNorm with given statistics",
                in ->
                    ChannelNorms.batchNorm(
                        in.get(0),
                        new ChannelNorms.Statistics(
                            Tensor.of(new double[] {0.1, -0.2, 0, 0.3}, 4),
                            Tensor.of(new double[] {1, 0.5, 2, 0.1}, 4)),
                        false,
                        in.get(1),
                        in.get(2),
                        0.1)),
            norm(
                "groupNorm",
                in -> ChannelNorms.groupNorm(in.get(0), 2, in.get(1), in.get(2), 0.1))));
  }

  private static Case norm(String name, Function<List<Tensor>, Tensor> function) {
    return new Case(
        name,
        random ->
            GradientCheck.check(
                function, random.doubles(3, 4, 5), random.doubles(4), random.doubles(4)));
  }

  private static Case of(String name, Function<Tensor, Tensor> function) {
    return new Case(
        name,
        random ->
            GradientCheck.check(in -> function.apply(in.getFirst()), random.doubles(2, 2, 4, 5)));
  }

  private static Stream<DynamicNode> on(List<Case> cases) {
    return Arrays.stream(TestBackend.values())
        .map(
            backend ->
                dynamicContainer(
                    backend.name(),
                    cases.stream().map(c -> dynamicTest(c.name(), () -> run(backend, c)))));
  }

  private static void run(TestBackend backend, Case c) {
    try (Engine engine = backend.open();
        Scope _ = engine.open(c.name())) {
      c.check().accept(new RandomTensors(SEED));
    }
  }

  @Test
  void rejectsInvalidSizes() {
    try (Engine engine = TestBackend.CPU.open();
        Scope _ = engine.open("refused")) {
      Tensor x = Tensor.zeros(2, 3, 4, 4);
      assertThatThrownBy(
              () -> Convolution.conv2d(x, Tensor.zeros(5, 4, 3, 3), null, Window.of(3), 1))
          .isInstanceOf(ShapeException.class)
          .hasMessage(
              "conv2d of images (2, 3, 4, 4) with weight (5, 4, 3, 3) in 1 groups must get images"
                  + " of 4 channels, got 3");
      assertThatThrownBy(
              () -> Convolution.conv2d(x, Tensor.zeros(5, 3, 5, 5), null, Window.of(5), 1))
          .hasMessage(
              "window must span at most the 4 padded positions, got 5; use larger images or more"
                  + " padding");
      assertThatThrownBy(
              () ->
                  Convolution.convTranspose2d(
                      x, Tensor.zeros(3, 2, 2, 2), null, Window.of(2), 1, 1, 0))
          .hasMessage("output padding must be in [0, 1), the larger of stride and dilation, got 1");
      assertThatThrownBy(() -> Pooling.maxPool2d(x, Window.of(2).withPadding(2, 2), false))
          .hasMessage("padding of a pooling must be at most half of the kernel 2, got 2");
      assertThatThrownBy(() -> ChannelNorms.groupNorm(x, 2, null, null, 1e-5))
          .hasMessage("channels of groupNorm must be a multiple of the 2 groups, got 3");
      assertThatThrownBy(
              () -> ChannelNorms.groupNorm(x, 1, Tensor.empty(x.dtype(), Shape.of(2)), null, 1e-5))
          .hasMessage(
              "groupNorm of (2, 3, 4, 4) with one of (2) must have one element for each of 3"
                  + " channels");
    }
  }
}
