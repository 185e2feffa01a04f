package io.troupe.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.Module;
import io.troupe.nn.TorchFile;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares outputs, gradients and buffers of image and sequence layers with PyTorch. */
class ImageLayersParityTest {
  private static final Map<String, Function<Initializer, Layer>> LAYERS = new LinkedHashMap<>();

  static {
    conv("conv2d", 3, 5, ConvOptions.kernelSize(3));
    conv("conv2d_same", 8, 33, ConvOptions.kernelSize(3).withPadding(1));
    conv(
        "conv2d_wide_kernel",
        2,
        13,
        ConvOptions.kernelSize(2, 5).withStride(2, 1).withPadding(1, 2));
    conv(
        "conv2d_strided",
        3,
        6,
        ConvOptions.kernelSize(7).withStride(2).withPadding(3).withoutBias());
    conv("conv2d_dilated", 2, 4, ConvOptions.kernelSize(3).withPadding(2, 3).withDilation(2, 3));
    conv("conv2d_groups", 6, 9, ConvOptions.kernelSize(3).withPadding(1).withGroups(3));
    conv("conv2d_depthwise", 4, 8, ConvOptions.kernelSize(3).withStride(2).withGroups(4));
    conv("conv2d_pointwise", 7, 34, ConvOptions.kernelSize(1));
    conv("conv2d_pointwise_strided", 7, 5, ConvOptions.kernelSize(1).withStride(2).withoutBias());
    conv("conv2d_one_window", 9, 14, ConvOptions.kernelSize(4, 3));
    LAYERS.put(
        "conv1d",
        initializer ->
            Conv1d.of(
                4,
                6,
                ConvOptions.kernelSize(3)
                    .withStride(2)
                    .withPadding(1)
                    .withDilation(2)
                    .withGroups(2),
                initializer));
    LAYERS.put(
        "conv_transpose",
        initializer ->
            ConvTranspose2d.of(6, 5, ConvOptions.kernelSize(2).withStride(2), initializer));
    LAYERS.put(
        "conv_transpose_odd",
        initializer ->
            ConvTranspose2d.of(
                4,
                6,
                ConvOptions.kernelSize(3, 4)
                    .withStride(3, 2)
                    .withPadding(1, 2)
                    .withDilation(1, 2)
                    .withGroups(2),
                2,
                1,
                initializer));
    LAYERS.put(
        "conv_transpose_same",
        initializer ->
            ConvTranspose2d.of(
                3, 14, ConvOptions.kernelSize(3).withPadding(1).withoutBias(), initializer));
    pools();
    norms();
  }

  private static void conv(String name, int in, int out, ConvOptions options) {
    LAYERS.put(name, initializer -> Conv2d.of(in, out, options, initializer));
  }

  private static void max(String name, PoolOptions options) {
    LAYERS.put(name, _ -> new MaxPool2d(options));
  }

  private static void average(String name, PoolOptions options) {
    LAYERS.put(name, _ -> new AvgPool2d(options));
  }

  private static void pools() {
    LAYERS.put("max_pool", _ -> MaxPool2d.of(2));
    LAYERS.put("max_pool_odd", _ -> MaxPool2d.of(2));
    max("max_pool_resnet", PoolOptions.kernelSize(3).withStride(2).withPadding(1));
    max("max_pool_ceil", PoolOptions.kernelSize(3).withStride(2).withCeilMode());
    max(
        "max_pool_ceil_padded",
        PoolOptions.kernelSize(2).withStride(3).withPadding(1).withCeilMode());
    max(
        "max_pool_dilated",
        PoolOptions.kernelSize(2, 3).withStride(1).withPadding(1).withDilation(3, 2));
    LAYERS.put("avg_pool", _ -> AvgPool2d.of(2));
    average("avg_pool_padded", PoolOptions.kernelSize(3).withStride(2).withPadding(1));
    average("avg_pool_ceil", PoolOptions.kernelSize(3).withStride(2).withPadding(1).withCeilMode());
    average(
        "avg_pool_without_pad",
        PoolOptions.kernelSize(3, 2).withStride(2).withPadding(1).withoutCountingPad());
    LAYERS.put("adaptive_avg_1", _ -> AdaptiveAvgPool2d.of(1));
    LAYERS.put("adaptive_avg", _ -> new AdaptiveAvgPool2d(3, 5));
    LAYERS.put("adaptive_avg_larger", _ -> AdaptiveAvgPool2d.of(7));
    LAYERS.put("adaptive_max", _ -> new AdaptiveMaxPool2d(3, 4));
    LAYERS.put("nearest", _ -> Upsample.nearest(2));
    LAYERS.put("nearest_1.7", _ -> Upsample.nearest(1.7));
    LAYERS.put("nearest_to", _ -> Upsample.nearestTo(7, 3));
    LAYERS.put("bilinear", _ -> Upsample.bilinear(2, false));
    LAYERS.put("bilinear_1.7", _ -> Upsample.bilinear(1.7, false));
    LAYERS.put("bilinear_aligned", _ -> Upsample.bilinear(2, true));
    LAYERS.put("bilinear_to", _ -> Upsample.bilinearTo(7, 3, false));
  }

  private static void norms() {
    BatchNormOptions defaults = BatchNormOptions.defaults();
    LAYERS.put("batch_norm", initializer -> new BatchNorm2d(3, initializer));
    LAYERS.put("batch_norm_large", initializer -> new BatchNorm2d(2, initializer));
    LAYERS.put("batch_norm_eval", initializer -> new BatchNorm2d(3, initializer));
    LAYERS.put(
        "batch_norm_plain",
        initializer ->
            new BatchNorm2d(3, defaults.withoutAffine().withoutRunningStats(), initializer));
    LAYERS.put(
        "batch_norm_momentum",
        initializer -> new BatchNorm2d(3, defaults.withEps(1e-3).withMomentum(0.4), initializer));
    LAYERS.put(
        "batch_norm_cumulative",
        initializer -> new BatchNorm2d(3, defaults.withCumulativeAverage(), initializer));
    LAYERS.put("batch_norm1d", initializer -> new BatchNorm1d(5, initializer));
    LAYERS.put("batch_norm1d_sequence", initializer -> new BatchNorm1d(5, initializer));
    LAYERS.put("group_norm", initializer -> new GroupNorm(2, 6, initializer));
    LAYERS.put("group_norm_of_each", initializer -> new GroupNorm(4, 4, initializer));
  }

  static Iterable<String> names() {
    return LAYERS.keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void matchesPyTorch(String name) {
    try (TorchFile torch = TorchFile.open("layers/images");
        Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(name)) {
      Layer layer = LAYERS.get(name).apply(Initializer.of(DType.FLOAT32, 1));
      if (layer instanceof Module module) {
        torch.load(name + ".param.", module);
        if (!name.endsWith("_eval")) {
          module.train();
        }
      }
      Tensor x = torch.leaf(name + ".x");
      Tensor y = layer.forward(x);
      y.backward(torch.get(name + ".dy"));
      torch.check(y, name + ".y");
      torch.check(x.grad(), name + ".dx");
      if (layer instanceof Module module) {
        torch.checkGradients(name + ".grad.", module);
        module.namedBuffers().forEach((key, buffer) -> torch.check(buffer, name + ".after." + key));
        assertThat(module.stateDict().keySet()).isEqualTo(torch.names(name + ".param."));
      }
    }
  }
}
