package io.troupe.deploy.train;

import io.troupe.actors.supervised.InputNormalization;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StoredTensor;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.InputTensor;
import io.troupe.nn.registry.InputTensor.Kind;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs inference on the tensors in a file, in batches. A graph is processed as a whole.
 *
 * @param model with loaded weights
 * @param engine the compute engine
 * @param batchSize maximum number of examples per batch
 * @param normalization applied to the input first; empty for none
 */
public record Prediction(
    BuiltModel<?> model, Engine engine, int batchSize, Optional<InputNormalization> normalization) {
  private static final String BATCH = "batch";

  /**
   * Runs inference.
   *
   * @return in the current scope
   * @throws IllegalArgumentException if a tensor is missing, unknown, or of the wrong type or shape
   */
  public Tensor of(SafetensorsFile file) {
    Map<String, Tensor> inputs = read(file);
    int examples = examples(inputs);
    Scope result = Scope.current();
    Tensor whole = null;
    for (int from = 0; whole == null || from < examples; from += batchSize) {
      int to = Math.min(examples, from + batchSize);
      try (Scope _ = engine.open("batch")) {
        Tensor part = model.predict(rows(inputs, from, to));
        if (to == examples && whole == null) {
          return result.keep(part);
        }
        if (whole == null) {
          whole = Tensor.empty(result, part.dtype(), withRows(part.shape(), examples));
        }
        whole.rows(from, to).copyFrom(part);
      }
    }
    return whole;
  }

  /** Reads the tensors; integers are converted where the model expects floating-point numbers. */
  private Map<String, Tensor> read(SafetensorsFile file) {
    List<InputTensor> wanted = model.entry().inputs(model.settings());
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (StoredTensor stored : file.tensors().values()) {
      boolean isFloat =
          wanted.stream().anyMatch(w -> w.name().equals(stored.name()) && w.kind() == Kind.FLOATS);
      Optional<InputNormalization> change =
          normalization.filter(n -> isFloat && n.appliesTo(stored.name()));
      Tensor tensor;
      if (change.isPresent() && stored.shape().rank() > 1) {
        tensor = normalized(file, stored, change.get());
      } else if (isFloat && !stored.type().isFloating()) {
        tensor = Tensor.empty(model.dtype(), stored.shape());
        file.read(stored.name(), tensor);
      } else {
        tensor = file.load(stored.name());
      }
      inputs.put(stored.name(), tensor);
    }
    return inputs;
  }

  private static Tensor normalized(
      SafetensorsFile file, StoredTensor stored, InputNormalization change) {
    float[] values = file.floats(stored.name());
    int[] sizes = stored.shape().sizes();
    List<Integer> ofExample = Arrays.stream(sizes).skip(1).boxed().toList();
    change.apply(values, ofExample, stored.type().sizeBytes() == 1);
    return Tensor.of(values, sizes);
  }

  /** The number of examples for batching; 0 if the inputs are processed as a whole. */
  private int examples(Map<String, Tensor> inputs) {
    List<InputTensor> wanted = model.entry().inputs(model.settings());
    boolean batched =
        wanted.stream()
            .allMatch(w -> !w.sizes().isEmpty() && w.sizes().getFirst().name().equals(BATCH));
    List<Integer> counts =
        inputs.values().stream().map(t -> t.rank() == 0 ? 0 : t.size(0)).distinct().toList();
    return batched && counts.size() == 1 ? counts.getFirst() : 0;
  }

  private static Map<String, Tensor> rows(Map<String, Tensor> inputs, int from, int to) {
    if (to <= from) {
      return inputs;
    }
    Map<String, Tensor> rows = new LinkedHashMap<>();
    inputs.forEach((name, tensor) -> rows.put(name, tensor.rows(from, to)));
    return rows;
  }

  private static Shape withRows(Shape shape, int rows) {
    int[] sizes = shape.sizes();
    sizes[0] = rows;
    return Shape.of(sizes);
  }
}
