package io.troupe.nn.diffusers;

import io.troupe.nn.Module;
import io.troupe.nn.SharedData;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model of diffusers with its inputs, outputs and gradients.
 *
 * @param folder with {@code config.json}, {@code model.safetensors}, {@code io.safetensors}
 * @param io the tensors of the last file
 * @param failures what differs
 */
record Golden(Path folder, SafetensorsFile io, List<String> failures) implements AutoCloseable {
  static Golden open(String name) {
    Path folder = SharedData.require("goldens/" + name);
    return new Golden(
        folder, SafetensorsFile.open(folder.resolve("io.safetensors")), new ArrayList<>());
  }

  ConfigJson config() throws IOException {
    return ConfigJson.parse(Files.readString(folder.resolve("config.json")));
  }

  /** Loads the weights; the names must be the same. */
  <M extends Module> M loaded(M module) {
    StateDictFile.load(folder.resolve("model.safetensors"), module);
    return module;
  }

  boolean has(String name) {
    return io.tensors().containsKey(name);
  }

  Tensor input(String name) {
    Tensor input = io.load("input." + name);
    return has("grad.input." + name) ? input.requiresGrad(true) : input;
  }

  Tensor probe(String name) {
    return io.load("probe." + name);
  }

  double[] numbers(String name) {
    return io.load("input." + name).toDoubles();
  }

  void output(String name, Tensor actual, double tolerance) {
    compare("output." + name, actual, tolerance, largest("output."));
  }

  void inputGradient(String name, Tensor input, double tolerance) {
    compare("grad.input." + name, input.grad(), tolerance, largest("grad.input."));
  }

  void parameterGradients(Module module, double tolerance) {
    double largest = largest("grad.param.");
    for (Map.Entry<String, Tensor> parameter : module.namedParameters().entrySet()) {
      compare("grad.param." + parameter.getKey(), parameter.getValue().grad(), tolerance, largest);
    }
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
