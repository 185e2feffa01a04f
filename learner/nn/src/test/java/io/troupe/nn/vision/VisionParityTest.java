package io.troupe.nn.vision;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.FormulaCase;
import io.troupe.nn.Module;
import io.troupe.nn.ReferenceModel;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.AvgPool2d;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.MaxPool2d;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares every network with torchvision or with its PyTorch definition: names and shapes of the
 * {@code state_dict}, outputs, gradients, and buffers after a forward pass in training mode. {@code
 * networks.py} generates the files beside it.
 */
class VisionParityTest {
  /** Relative to the largest element of a tensor; covers up to a hundred layers in fp32. */
  private static final double TOLERANCE = 1e-4;

  /**
   * Smallest magnitude for the relative tolerance. The gradient of a bias before a batch norm is 0,
   * but rounding errors in fp32 are not.
   */
  private static final double SMALLEST = 0.1;

  private static final Engine ENGINE = Engine.of(CpuBackend.create(2));
  private static final Initializer UNDEFINED = Initializer.undefined(DType.FLOAT32);

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  /**
   * A network and its forward pass.
   *
   * @param frozen prefix of the parameters whose gradients need too much memory; may be empty
   */
  private record Case<M extends Module>(
      M module, BiFunction<M, Tensor, List<Tensor>> forward, boolean isTraining, String frozen) {

    List<Tensor> run(Tensor x) {
      return forward.apply(module, x);
    }
  }

  private static <M extends Module & Layer> Case<M> layer(M module) {
    return new Case<>(module, (m, x) -> List.of(m.forward(x)), false, "");
  }

  private static <M extends Module & Layer> Case<M> layer(
      M module, boolean isTraining, String frozen) {
    return new Case<>(module, (m, x) -> List.of(m.forward(x)), isTraining, frozen);
  }

  private static Case<?> named(String name) {
    return switch (name) {
      case "lenet5" ->
          layer(new LeNet5(1, 10, 28, 64, Activation.SIGMOID, AvgPool2d.of(2), UNDEFINED));
      case "lenet5-relu" ->
          layer(new LeNet5(2, 5, 32, 84, Activation.RELU, MaxPool2d.of(2), UNDEFINED));
      case "simplecnn" -> layer(new SimpleCNN(1, 10, 28, 0, UNDEFINED));
      case "simplecnn-8" -> layer(new SimpleCNN(3, 4, 8, 0, UNDEFINED));
      case "alexnet" -> layer(new AlexNet(3, 6, 0.5, UNDEFINED), false, "classifier.1.");
      case "vgg16" -> layer(new VGG(3, 6, false, 0.5, UNDEFINED), false, "classifier.0.");
      case "googlenet" -> layer(new GoogLeNet(3, 6, false, false, 0.2, 0.7, UNDEFINED));
      case "googlenet-train" ->
          new Case<>(
              new GoogLeNet(3, 6, true, false, 0, 0, UNDEFINED),
              VisionParityTest::outputs,
              true,
              "");
      case "resnet18", "resnet18-train" ->
          layer(ResNet.resnet18(3, 6, UNDEFINED), name.endsWith("train"), "");
      case "resnet50", "resnet50-train" ->
          layer(ResNet.resnet50(3, 6, UNDEFINED), name.endsWith("train"), "");
      case "unet", "unet-train" ->
          layer(new UNet(UNetConfig.of(3, 1, 4, 3), UNDEFINED), name.endsWith("train"), "");
      case "unet-group" ->
          layer(new UNet(UNetConfig.of(1, 1, 8, 2).withNorm(UNetConfig.Norm.GROUP), UNDEFINED));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static List<Tensor> outputs(GoogLeNet network, Tensor x) {
    GoogLeNet.Outputs outputs = network.forwardWithAuxiliary(x);
    List<Tensor> all = new ArrayList<>(List.of(outputs.logits()));
    all.addAll(outputs.auxiliary());
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lenet5",
        "lenet5-relu",
        "simplecnn",
        "simplecnn-8",
        "alexnet",
        "vgg16",
        "googlenet",
        "googlenet-train",
        "resnet18",
        "resnet18-train",
        "resnet50",
        "resnet50-train",
        "unet",
        "unet-train",
        "unet-group"
      })
  void namesOutputsAndGradientsMatchPyTorch(String name) {
    Path path =
        ReferenceModel.resources().resolve("io/troupe/nn/vision/networks/" + name + ".safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(path);
        Scope weights = ENGINE.longLived("weights");
        Scope _ = ENGINE.open("step")) {
      Case<?> network;
      try (Scope.Entered _ = weights.enter()) {
        network = named(name);
      }
      assertThat(describe(network.module())).isEqualTo(file.metadata().get("state_dict"));
      FormulaWeights.fill(network.module());
      check(network, file);
    }
  }

  private static String describe(Module module) {
    return module.stateDict().entrySet().stream()
        .map(entry -> entry.getKey() + " " + sizes(entry.getValue().shape()))
        .collect(Collectors.joining("\n"));
  }

  private static String sizes(Shape shape) {
    return Arrays.stream(shape.sizes())
        .mapToObj(Integer::toString)
        .collect(Collectors.joining("x"));
  }

  private static void check(Case<?> network, SafetensorsFile file) {
    Module module = network.module();
    Map<String, Tensor> parameters = module.namedParameters();
    if (!network.frozen().isEmpty()) {
      parameters.keySet().removeIf(name -> name.startsWith(network.frozen()));
      module.requiresGrad(false);
      parameters.values().forEach(parameter -> parameter.requiresGrad(true));
    }
    if (network.isTraining()) {
      module.train();
    }
    int[] sizes =
        Arrays.stream(file.metadata().get("input").split("x"))
            .mapToInt(Integer::parseInt)
            .toArray();
    Tensor x = FormulaWeights.numbers("input", Shape.of(sizes)).requiresGrad(true);
    List<Tensor> outputs = network.run(x);
    FormulaCase.backward(outputs);
    for (int i = 0; i < outputs.size(); i++) {
      compare("y" + i, outputs.get(i).toDoubles(), file.load("y" + i).toDoubles(), SMALLEST);
    }
    compareRow("dx", x.grad(), file.load("dx").toDoubles());
    compareRows("gradient of ", parameters, Tensor::grad, file.load("gradients"));
    if (network.isTraining() && !module.namedBuffers().isEmpty()) {
      compareRows("", module.namedBuffers(), buffer -> buffer, file.load("buffers"));
    }
  }

  /** Compares evenly spaced elements and the Euclidean norm of the tensor. */
  private static void compareRow(String label, Tensor tensor, double[] expected) {
    int samples = expected.length - 1;
    double[] actual = new double[samples];
    long numel = tensor.numel();
    for (int i = 0; i < samples; i++) {
      actual[i] = tensor.get(i * numel / samples);
    }
    double squares = 0;
    for (long i = 0; i < numel; i++) {
      squares += tensor.get(i) * tensor.get(i);
    }
    compare(label, actual, Arrays.copyOf(expected, samples), SMALLEST);
    compare(
        "norm of " + label,
        new double[] {Math.sqrt(squares)},
        new double[] {expected[samples]},
        SMALLEST * Math.sqrt(numel));
  }

  private static void compareRows(
      String label, Map<String, Tensor> tensors, Function<Tensor, Tensor> of, Tensor expected) {
    int index = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      double[] row = expected.slice(index++).toDoubles();
      compareRow(label + entry.getKey(), of.apply(entry.getValue()), row);
    }
    assertThat(index).isEqualTo(expected.size(0));
  }

  private static void compare(String label, double[] actual, double[] expected, double smallest) {
    assertThat(actual).as(label).hasSameSizeAs(expected);
    double largest = Math.max(smallest, Arrays.stream(expected).map(Math::abs).max().orElse(0));
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= TOLERANCE * largest)) {
        assertThat(actual[i])
            .as("%s, element %d, largest %s", label, i, largest)
            .isEqualTo(expected[i]);
      }
    }
  }
}
