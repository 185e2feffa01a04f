package io.troupe.nn;

import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model of another project with its inputs, outputs and gradients.
 *
 * @param weights the file of the weights, beside {@code config.json}
 * @param io inputs, outputs and gradients
 * @param failures what differs
 */
public record Golden(Path weights, SafetensorsFile io, List<String> failures)
    implements AutoCloseable {
  /** Opens a folder of the goldens; the test is skipped where it is missing. */
  public static Golden open(String name) {
    Path folder = SharedData.require("goldens/" + name);
    return open(folder, "model.safetensors", "io.safetensors");
  }

  /** Opens a part of a folder with several, such as {@code generator}. */
  public static Golden open(String name, String part) {
    Path folder = SharedData.require("goldens/" + name);
    return open(folder, part + ".safetensors", part + "_io.safetensors");
  }

  private static Golden open(Path folder, String weights, String io) {
    return new Golden(
        folder.resolve(weights), SafetensorsFile.open(folder.resolve(io)), new ArrayList<>());
  }

  /** Any tensor of the inputs and outputs. */
  public Tensor load(String name) {
    return io.load(name);
  }

  /** The content of {@code config.json}. */
  public ConfigJson config() throws IOException {
    return ConfigJson.parse(Files.readString(weights.resolveSibling("config.json")));
  }

  /** Loads the weights; the names must be the same. */
  public <M extends Module> M loaded(M module) {
    Map<String, Tensor> state = module.stateDict();
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      if (!file.tensors().keySet().equals(state.keySet())) {
        throw new AssertionError(
            "names differ: %s and %s".formatted(file.tensors().keySet(), state.keySet()));
      }
      state.forEach(
          (name, tensor) -> {
            if (tensor.rank() == 0) { // a fixture has a shape of [1] for a number
              tensor.filli(file.load(name).get(0));
            } else {
              file.read(name, tensor);
            }
          });
    }
    return module;
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return io.tensors().containsKey(name);
  }

  /** An input, which requires a gradient where there is one to compare. */
  public Tensor input(String name) {
    Tensor input = io.load("input." + name);
    return has("grad.input." + name) ? input.requiresGrad(true) : input;
  }

  /** The factor of an output in the loss. */
  public Tensor probe(String name) {
    return io.load("probe." + name);
  }

  /** An input as numbers. */
  public double[] numbers(String name) {
    return io.load("input." + name).toDoubles();
  }

  /** Compares an output. */
  public void output(String name, Tensor actual, double tolerance) {
    compare("output." + name, actual, tolerance, largest("output."));
  }

  /** Compares the gradient of an input. */
  public void inputGradient(String name, Tensor input, double tolerance) {
    compare("grad.input." + name, input.grad(), tolerance, largest("grad.input."));
  }

  /** Compares the gradients of all parameters. */
  public void parameterGradients(Module module, double tolerance) {
    double largest = largest("grad.param.");
    for (Map.Entry<String, Tensor> parameter : module.namedParameters().entrySet()) {
      compare("grad.param." + parameter.getKey(), parameter.getValue().grad(), tolerance, largest);
    }
  }

  /**
   * Compares any tensor.
   *
   * @param group the first letters of the names of its group
   */
  public void tensor(String name, Tensor actual, double tolerance, String group) {
    compare(name, actual, tolerance, largest(group));
  }

  /** The largest magnitude in a group of tensors. */
  private double largest(String prefix) {
    return io.tensors().keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .mapToDouble(name -> largest(io.load(name).toDoubles()))
        .max()
        .orElseThrow();
  }

  private static double largest(double[] values) {
    double most = 0;
    for (double value : values) {
      most = Math.max(most, Math.abs(value));
    }
    return most;
  }

  /** As the README of the goldens: relative to the tensor, or to a hundredth of its group. */
  private void compare(String name, Tensor actual, double tolerance, double ofGroup) {
    if (actual == null) {
      failures.add(name + ": none");
      return;
    }
    double[] expected = io.load(name).toDoubles();
    double[] values = actual.toDoubles();
    if (values.length != expected.length) {
      failures.add(name + ": " + actual.shape() + " has another size");
      return;
    }
    double scale = Math.max(largest(expected), ofGroup / 100);
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      double difference = Math.abs(values[i] - expected[i]);
      worst = Double.isNaN(difference) ? difference : Math.max(worst, difference);
    }
    if (!(worst <= tolerance * scale)) {
      failures.add(name + ": " + worst / scale);
    }
  }

  @Override
  public void close() {
    io.close();
  }
}
