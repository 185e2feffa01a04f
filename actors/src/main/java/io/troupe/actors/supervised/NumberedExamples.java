package io.troupe.actors.supervised;

import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.dataset.ExampleTransform;
import io.troupe.protocols.batch.ArrayData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A subset of the nodes of a graph, or of a set of graphs. {@code input} contains their indices,
 * because the task has their features; {@code label} contains their classes.
 *
 * @param numbers indices of the examples
 * @param labels of all examples, by index
 * @param spec of the examples
 */
record NumberedExamples(int[] numbers, int[] labels, ExampleSpec spec) implements Dataset {

  /** Examples with a number of classes. */
  static NumberedExamples of(int[] numbers, int[] labels, int numClasses) {
    List<String> names = IntStream.range(0, numClasses).mapToObj(String::valueOf).toList();
    return new NumberedExamples(
        numbers, labels, new ExampleSpec(ExampleSpec.Kind.FEATURES, List.of(1), numClasses, names));
  }

  @Override
  public int size() {
    return numbers.length;
  }

  @Override
  public Map<String, ArrayData> batch(int[] indices, ExampleTransform transform) {
    int[] chosen = IntStream.of(indices).map(i -> numbers[i]).toArray();
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    arrays.put("input", new ArrayData.Ints(chosen, chosen.length));
    arrays.put(
        "label",
        new ArrayData.Ints(IntStream.of(chosen).map(i -> labels[i]).toArray(), chosen.length));
    return arrays;
  }
}
