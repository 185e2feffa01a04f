package io.troupe.nn.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.TorchFile;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares outputs and gradients of activations and {@link Bilinear} with PyTorch. */
class ActivationParityTest {
  private static final Map<String, Function<Initializer, Layer>> LAYERS = layers();

  private static Map<String, Function<Initializer, Layer>> layers() {
    Map<String, Function<Initializer, Layer>> layers = new LinkedHashMap<>();
    layers.put("leaky_relu_0.2", _ -> new LeakyReLU(0.2));
    layers.put("elu_0.7", _ -> new ELU(0.7));
    layers.put("softplus_2_3", _ -> new Softplus(2, 3));
    layers.put("softmax_last", _ -> new Softmax(-1));
    layers.put("softmax_0", _ -> new Softmax(0));
    layers.put("softmax_1", _ -> new Softmax(1));
    layers.put("log_softmax_last", _ -> new LogSoftmax(2));
    layers.put("log_softmax_1", _ -> new LogSoftmax(1));
    layers.put("prelu", initializer -> new PReLU(1, 0.25, initializer));
    layers.put("prelu_3", initializer -> new PReLU(3, 0.25, initializer));
    for (String name :
        new String[] {
          "sigmoid",
          "tanh",
          "relu",
          "silu",
          "mish",
          "gelu",
          "gelu_pytorch_tanh",
          "selu",
          "leaky_relu",
          "elu",
          "softplus"
        }) {
      layers.put(name, _ -> Activation.named("activation", name));
    }
    return layers;
  }

  static Iterable<String> names() {
    return LAYERS.keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void matchesPyTorch(String name) {
    try (TorchFile torch = TorchFile.open("layers/activations");
        Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(name)) {
      Layer layer = LAYERS.get(name).apply(Initializer.of(DType.FLOAT32, 1));
      Tensor x = torch.leaf(name + ".x0");
      if (layer instanceof io.troupe.nn.Module module) {
        torch.load(name + ".param.", module);
      }
      Tensor y = layer.forward(x);
      y.backward(torch.get(name + ".dy"));
      torch.check(y, name + ".y");
      torch.check(x.grad(), name + ".dx0");
      if (layer instanceof io.troupe.nn.Module module) {
        torch.checkGradients(name + ".grad.", module);
      }
    }
  }

  @Test
  void bilinearMatchesPyTorch() {
    bilinear("bilinear", 4, true);
    bilinear("bilinear_without_bias", 1, false);
  }

  private static void bilinear(String name, int outFeatures, boolean bias) {
    try (TorchFile torch = TorchFile.open("layers/activations");
        Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(name)) {
      Bilinear layer = new Bilinear(3, 5, outFeatures, bias, Initializer.of(DType.FLOAT32, 1));
      torch.load(name + ".param.", layer);
      Tensor x1 = torch.leaf(name + ".x0");
      Tensor x2 = torch.leaf(name + ".x1");
      Tensor y = layer.forward(x1, x2);
      y.backward(torch.get(name + ".dy"));
      torch.check(y, name + ".y");
      torch.check(x1.grad(), name + ".dx0");
      torch.check(x2.grad(), name + ".dx1");
      torch.checkGradients(name + ".grad.", layer);
    }
  }

  @Test
  void preluRejectsWrongNumberOfChannels() {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("prelu")) {
      PReLU layer = new PReLU(3, 0.25, Initializer.of(DType.FLOAT32, 1));
      assertThat(layer.forward(Tensor.zeros(2, 3, 4)).shape().sizes()).containsExactly(2, 3, 4);
      assertThatThrownBy(() -> layer.forward(Tensor.zeros(2, 4, 3)))
          .hasMessage("input of PReLU must have 3 channels, got (2, 4, 3)");
    }
  }
}
