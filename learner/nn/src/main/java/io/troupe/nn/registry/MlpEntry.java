package io.troupe.nn.registry;

import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.mlp.Mlp;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The entry of the multilayer perceptron. */
public final class MlpEntry implements ModelEntry<Mlp> {
  private static final Hyperparameter<Integer> IN_FEATURES =
      Hyperparameter.whole("in_features", 784, 1, 1 << 24, "features of an example");
  private static final Hyperparameter<List<Integer>> HIDDEN =
      Hyperparameter.wholes("hidden", "128", 1, 1 << 20, "widths of the hidden layers");
  private static final Hyperparameter<Integer> NUM_CLASSES =
      Hyperparameter.whole(
          "num_classes", 10, 1, 1 << 20, "number of classes, or of numbers to predict");
  private static final Hyperparameter<String> ACTIVATION =
      Hyperparameter.choice(
          "activation",
          "relu",
          Arrays.stream(Activation.values()).map(Activation::publishedName).toList(),
          "function between layers");
  private static final Hyperparameter<Double> DROPOUT =
      Hyperparameter.real("dropout", 0, 0, 0.99, "dropout probability in training");

  @Override
  public String name() {
    return "mlp";
  }

  @Override
  public Family family() {
    return Family.MLP;
  }

  @Override
  public String summary() {
    return "multilayer perceptron of any widths";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(IN_FEATURES, HIDDEN, NUM_CLASSES, ACTIVATION, DROPOUT);
  }

  @Override
  public Mlp build(Settings settings, Initializer initializer) {
    List<Integer> widths = new ArrayList<>();
    widths.add(settings.get(IN_FEATURES));
    widths.addAll(settings.get(HIDDEN));
    widths.add(settings.get(NUM_CLASSES));
    return new Mlp(
        widths,
        Activation.named("activation", settings.get(ACTIVATION)),
        settings.get(DROPOUT),
        initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return List.of(
        InputTensor.floats(
                "input",
                InputSize.any("batch"),
                InputSize.exactly("features", settings.get(IN_FEATURES)))
            .flattened());
  }

  @Override
  public List<Capability<Mlp>> capabilities() {
    return List.of(new Capability.Classify<>((model, input) -> List.of(model.forward(input))));
  }

  @Override
  public Tensor predict(Mlp model, Map<String, Tensor> inputs) {
    return model.forward(inputs.get("input"));
  }
}
