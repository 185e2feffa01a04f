package io.troupe.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.vision.FormulaWeights;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Compares a network whose weights and inputs are computed by a formula with the results that
 * PyTorch wrote: sorted names and shapes of the {@code state_dict}, outputs {@code y0, y1, ...},
 * the gradient of the input and samples of the gradients of all parameters ({@code grad.NAME}).
 */
public final class FormulaCase {
  /** Relative to the largest element of a tensor. */
  private static final double TOLERANCE = 1e-4;

  /**
   * Smallest magnitude for the relative tolerance. The gradient of a bias of keys is 0, but
   * rounding errors in fp32 are not.
   */
  private static final double SMALLEST = 0.1;

  private FormulaCase() {}

  /**
   * Compares a network.
   *
   * @param file relative to the test resources of {@code io/troupe/nn}, such as {@code vit/vit}
   * @param created creates the network in the current scope
   * @param forward from the network and the input to its outputs
   */
  public static <M extends Module> void check(
      Engine engine,
      String file,
      Supplier<M> created,
      Function<M, Function<Tensor, List<Tensor>>> forward) {
    Path path = ReferenceModel.resources().resolve("io/troupe/nn/" + file + ".safetensors");
    try (SafetensorsFile stored = SafetensorsFile.open(path);
        Scope weights = engine.longLived("weights");
        Scope _ = engine.open("step")) {
      M module;
      try (Scope.Entered _ = weights.enter()) {
        module = created.get();
      }
      assertThat(describe(module)).isEqualTo(stored.metadata().get("state_dict"));
      FormulaWeights.fill(module);
      int[] sizes =
          Arrays.stream(stored.metadata().get("input").split("x"))
              .mapToInt(Integer::parseInt)
              .toArray();
      Tensor x = FormulaWeights.numbers("input", Shape.of(sizes)).requiresGrad(true);
      List<Tensor> outputs = forward.apply(module).apply(x);
      backward(outputs);
      for (int i = 0; i < outputs.size(); i++) {
        compare("y" + i, outputs.get(i).toDoubles(), stored.load("y" + i).toDoubles(), SMALLEST);
      }
      compareSamples("dx", x.grad(), stored.load("dx").toDoubles());
      module
          .namedParameters()
          .forEach(
              (name, parameter) -> {
                if (!stored.tensors().containsKey("grad." + name)) {
                  assertThat(parameter.grad()).as("gradient of " + name).isNull();
                  return;
                }
                double[] expected = stored.load("grad." + name).toDoubles();
                compareSamples("gradient of " + name, parameter.grad(), expected);
              });
    }
  }

  private static String describe(Module module) {
    return module.stateDict().entrySet().stream()
        .map(entry -> entry.getKey() + " " + sizes(entry.getValue().shape()))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static String sizes(Shape shape) {
    return Arrays.stream(shape.sizes())
        .mapToObj(Integer::toString)
        .collect(Collectors.joining("x"));
  }

  /** Runs the backward pass with the output gradients of the script. */
  public static void backward(List<Tensor> outputs) {
    Tensor total = Tensor.scalar(DType.FLOAT32, 0);
    for (int i = 0; i < outputs.size(); i++) {
      Tensor y = outputs.get(i);
      total = total.add(y.mul(FormulaWeights.numbers("dy" + i, y.shape())).sum());
    }
    total.backward();
  }

  /** Compares evenly spaced elements and the Euclidean norm of a tensor. */
  private static void compareSamples(String label, Tensor tensor, double[] expected) {
    assertThat(tensor).as(label).isNotNull();
    int samples = expected.length - 1;
    double[] actual = new double[samples];
    long numel = tensor.numel();
    double squares = 0;
    for (int i = 0; i < samples; i++) {
      actual[i] = tensor.get(i * numel / samples);
    }
    for (long i = 0; i < numel; i++) {
      squares += tensor.get(i) * tensor.get(i);
    }
    double smallest = Math.max(SMALLEST, expected[samples] / Math.sqrt(numel));
    compare(label, actual, Arrays.copyOf(expected, samples), smallest);
    compare(
        "norm of " + label,
        new double[] {Math.sqrt(squares)},
        new double[] {expected[samples]},
        SMALLEST * Math.sqrt(numel));
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
