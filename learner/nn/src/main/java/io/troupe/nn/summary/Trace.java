package io.troupe.nn.summary;

import io.troupe.nn.Module;
import io.troupe.tensor.Storage;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Notes the operations of a prediction. */
final class Trace {
  /** A parameter of the model. */
  private record Parameter(String name, long numel) {
    String module() {
      int end = name.lastIndexOf('.');
      return end < 0 ? name : name.substring(0, end);
    }
  }

  private final Map<Storage, Parameter> parameters = new IdentityHashMap<>();
  private final Map<Storage, Boolean> counted = new IdentityHashMap<>();
  private final Map<Storage, Reach> reaches = new IdentityHashMap<>();
  private final List<LayerSummary> layers = new ArrayList<>();

  /** Declares the parameters, which operations are named by. */
  void parametersOf(Module module) {
    module
        .namedParameters()
        .forEach(
            (name, tensor) ->
                parameters.put(tensor.storage(), new Parameter(name, tensor.numel())));
  }

  /** Declares an image, (..., height, width), whose pixels receptive fields count. */
  void image(Tensor image) {
    reaches.put(
        image.storage(),
        new Reach.Field(Reach.Axis.ofImage(image.size(-2)), Reach.Axis.ofImage(image.size(-1))));
  }

  /** The reach of what some tensors have in common; tensors may be null. */
  Reach reachOf(Tensor... inputs) {
    return Stream.of(inputs)
        .filter(Objects::nonNull)
        .map(input -> reaches.get(input.storage()))
        .filter(Objects::nonNull)
        .reduce(Reach.NONE, Reach::and);
  }

  /** Sets the reach of a result. */
  void reached(Tensor out, Reach reach) {
    reaches.put(out.storage(), reach);
  }

  /** Whether one of some tensors is a parameter; tensors may be null. */
  boolean readsParameter(Tensor... inputs) {
    return Stream.of(inputs)
        .anyMatch(input -> input != null && parameters.containsKey(input.storage()));
  }

  /** Adds a row to the table, with the parameters among the operands, which may be null. */
  void layer(String operation, Tensor out, long multiplyAdds, Reach reach, Tensor... operands) {
    String name = "";
    long numel = 0;
    for (Tensor operand : operands) {
      Parameter parameter = operand == null ? null : parameters.get(operand.storage());
      if (parameter != null) {
        name = name.isEmpty() ? parameter.module() : name;
        numel += counted.put(operand.storage(), true) == null ? parameter.numel() : 0;
      }
    }
    reached(out, reach);
    layers.add(new LayerSummary(name, operation, out.shape(), numel, multiplyAdds, reach));
  }

  /** An operation of a backward pass has been called. */
  static IllegalStateException noGradients() {
    return new IllegalStateException("a prediction has no gradients");
  }

  /** The rows so far. */
  List<LayerSummary> layers() {
    return List.copyOf(layers);
  }
}
