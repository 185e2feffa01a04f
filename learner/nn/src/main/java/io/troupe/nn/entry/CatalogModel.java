package io.troupe.nn.entry;

import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.tensor.DType;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A model that was built from its entry.
 *
 * @param entry that built it
 * @param settings it was built with
 * @param module the network
 * @param dtype of its parameters
 * @param <M> the type of the network
 */
public record CatalogModel<M extends Module>(
    ModelEntry<M> entry, Settings settings, M module, DType dtype) {

  /**
   * Fills the network with the weights of a {@code .safetensors} file.
   *
   * @throws CheckpointFormatException if the file is not valid, or its tensors are not the model's
   */
  public void load(Path weights) {
    StateDictFile.load(weights, module, entry::isIgnored, entry::otherName);
  }

  /**
   * Predicts in evaluation mode, without recording gradients.
   *
   * @param given tensors by name
   * @return in the current scope
   * @throws IllegalArgumentException if a tensor is missing, unknown, or of the wrong type or shape
   */
  public Tensor predict(Map<String, Tensor> given) {
    Map<String, Tensor> inputs = checked(given);
    boolean wasTraining = module.isTraining();
    module.eval();
    try (GradMode.NoGrad _ = GradMode.noGrad()) {
      return entry.predict(module, inputs);
    } finally {
      if (wasTraining) {
        module.train();
      }
    }
  }

  /**
   * Checks the shape of images before any is read.
   *
   * @param sizes (channels, height, width)
   * @throws IllegalArgumentException if the model does not take such images
   */
  public void requireImages(Shape sizes) {
    for (InputTensor input : entry.inputs(settings)) {
      if (input.name().equals("input")) {
        input.requireFits(entry.name(), sizes.prepend(1));
      }
    }
  }

  private Map<String, Tensor> checked(Map<String, Tensor> given) {
    List<InputTensor> expected = entry.inputs(settings);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (InputTensor input : expected) {
      Tensor tensor = given.get(input.name());
      if (tensor != null) {
        inputs.put(input.name(), input.require(entry.name(), tensor, dtype));
      } else if (!input.isOptional()) {
        throw new IllegalArgumentException(
            entry.name() + ": there is no tensor " + input.name() + ", " + input);
      }
    }
    for (String name : given.keySet()) {
      if (!inputs.containsKey(name)) {
        throw new IllegalArgumentException(
            entry.name()
                + " takes no tensor "
                + name
                + ": it takes "
                + expected.stream().map(InputTensor::name).collect(Collectors.joining(", ")));
      }
    }
    return inputs;
  }
}
