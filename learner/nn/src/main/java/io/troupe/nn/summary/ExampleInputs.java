package io.troupe.nn.summary;

import io.troupe.nn.registry.InputSize;
import io.troupe.nn.registry.InputTensor;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Inputs of usual sizes for a model. */
final class ExampleInputs {
  private static final int OTHER = 100;

  /** Usual sizes by the name of the dimension, where a model leaves it open. */
  private static final Map<String, Integer> USUAL =
      Map.of(
          "batch", 1, "texts", 1, "height", 224, "width", 224, "time", 128, "length", 128, "nodes",
          1000, "edges", 5000, "pairs", 5000);

  private ExampleInputs() {}

  /**
   * The required inputs of a model.
   *
   * @param sizes of open dimensions, by name
   * @throws IllegalArgumentException if there is no such dimension, or its size is out of range
   */
  static Map<String, Tensor> of(
      String model, List<InputTensor> expected, Map<String, Integer> sizes) {
    requireOpen(model, expected, sizes);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (InputTensor input : expected) {
      if (!input.isOptional()) {
        int[] shape = input.sizes().stream().mapToInt(size -> size(size, sizes)).toArray();
        inputs.put(input.name(), filled(input, shape));
      }
    }
    return inputs;
  }

  private static void requireOpen(
      String model, List<InputTensor> expected, Map<String, Integer> sizes) {
    Set<String> open =
        expected.stream()
            .filter(input -> !input.isOptional())
            .flatMap(input -> input.sizes().stream())
            .filter(size -> size.least() < size.most())
            .map(InputSize::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (String name : sizes.keySet()) {
      if (!open.contains(name)) {
        throw new IllegalArgumentException(
            "size of " + model + " must be one of " + open + ", got " + name);
      }
    }
  }

  private static int size(InputSize open, Map<String, Integer> sizes) {
    Integer given = sizes.get(open.name());
    if (given == null) {
      int usual = Math.clamp(USUAL.getOrDefault(open.name(), OTHER), open.least(), open.most());
      return Math.ceilDiv(usual, open.multipleOf()) * open.multipleOf();
    }
    if (!open.fits(given)) {
      throw new IllegalArgumentException("size must be " + open + ", got " + given);
    }
    return given;
  }

  /** Only integers are read. */
  private static Tensor filled(InputTensor input, int[] sizes) {
    Shape shape = Shape.of(sizes);
    if (input.kind() != InputTensor.Kind.INTEGERS) {
      return Tensor.empty(DType.FLOAT32, shape);
    }
    int[] numbers = new int[Math.toIntExact(shape.numel())];
    Arrays.fill(numbers, input.example());
    return Tensor.of(numbers, sizes);
  }
}
