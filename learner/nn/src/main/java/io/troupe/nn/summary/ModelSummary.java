package io.troupe.nn.summary;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.Settings;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.memory.MemoryPool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The operations of a prediction of a model.
 *
 * @param inputs shape of each input, by name
 * @param layers in the order in which they are computed
 * @param output shape of the prediction
 * @param parameters elements of all parameters
 */
public record ModelSummary(
    Map<String, Shape> inputs, List<LayerSummary> layers, Shape output, long parameters) {
  private static final int IMAGE_RANK = 4;

  /** Copies the list. */
  public ModelSummary {
    layers = List.copyOf(layers);
  }

  /**
   * Summarizes a model without computing anything and without memory for its parameters.
   *
   * @param sizes of dimensions that are free, such as {@code time}, by name
   * @throws IllegalArgumentException if there is no such dimension, or its size is out of range
   */
  public static ModelSummary of(
      ModelEntry<?> entry, Settings settings, Map<String, Integer> sizes) {
    Trace trace = new Trace();
    try (Engine engine = new Engine(new CountingBackend(trace), new MemoryPool());
        Scope _ = engine.open("summary of " + entry.name())) {
      return summarize(entry.create(settings, Initializer.undefined(DType.FLOAT32)), trace, sizes);
    }
  }

  private static ModelSummary summarize(
      BuiltModel<? extends Module> model, Trace trace, Map<String, Integer> sizes) {
    Map<String, Tensor> inputs =
        ExampleInputs.of(model.entry().name(), model.entry().inputs(model.settings()), sizes);
    trace.parametersOf(model.module());
    inputs.values().stream().filter(ModelSummary::isImage).forEach(trace::image);
    Tensor output = model.predict(inputs);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    inputs.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    return new ModelSummary(shapes, trace.layers(), output.shape(), model.module().numParameters());
  }

  private static boolean isImage(Tensor input) {
    return input.rank() == IMAGE_RANK;
  }

  /** Multiplications with an addition, counted by definition. */
  public long multiplyAdds() {
    return layers.stream().mapToLong(LayerSummary::multiplyAdds).sum();
  }

  /** Elements of the parameters that a prediction does not read, such as those of extra heads. */
  public long unusedParameters() {
    return parameters - layers.stream().mapToLong(LayerSummary::parameters).sum();
  }

  /** Whether the input is an image, so that results have a receptive field. */
  public boolean hasImage() {
    return layers.stream().anyMatch(layer -> !layer.reach().equals(Reach.NONE));
  }
}
