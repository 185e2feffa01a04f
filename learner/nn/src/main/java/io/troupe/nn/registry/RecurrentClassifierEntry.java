package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.recurrent.RecurrentClassifier;
import io.troupe.nn.recurrent.RecurrentKind;
import io.troupe.nn.recurrent.RecurrentOptions;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The entries of the sequence classifiers. Inputs are {@code input} and, for padded sequences,
 * {@code lengths}. The defaults are for the rows of an MNIST image.
 */
public final class RecurrentClassifierEntry implements ModelEntry<RecurrentClassifier> {
  private static final Hyperparameter<Integer> INPUT_SIZE =
      Hyperparameter.whole("input_size", 28, 1, 1 << 20, "features of a step");
  private static final Hyperparameter<Integer> HIDDEN_SIZE = RecurrentSettings.hiddenSize(128);
  private static final Hyperparameter<Integer> NUM_LAYERS = RecurrentSettings.numLayers(1);
  private static final Hyperparameter<Integer> NUM_CLASSES =
      Hyperparameter.whole(
          "num_classes", 10, 1, 1 << 20, "number of classes, or of numbers to predict");
  private static final Hyperparameter<Boolean> BIDIRECTIONAL =
      Hyperparameter.flag("bidirectional", false, "read in both directions");

  private final RecurrentKind kind;

  private RecurrentClassifierEntry(RecurrentKind kind) {
    this.kind = kind;
  }

  /** All of them: {@code rnn}, {@code lstm} and {@code gru}. */
  public static List<RecurrentClassifierEntry> all() {
    return Arrays.stream(RecurrentKind.values()).map(RecurrentClassifierEntry::new).toList();
  }

  @Override
  public String name() {
    return kind.layerName();
  }

  @Override
  public Family family() {
    return Family.RNN;
  }

  @Override
  public String summary() {
    return kind + " that classifies sequences by its last state";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(
        INPUT_SIZE, HIDDEN_SIZE, NUM_LAYERS, NUM_CLASSES, BIDIRECTIONAL, RecurrentSettings.DROPOUT);
  }

  @Override
  public RecurrentClassifier build(Settings settings, Initializer initializer) {
    RecurrentOptions options =
        RecurrentOptions.of(settings.get(INPUT_SIZE), settings.get(HIDDEN_SIZE))
            .withNumLayers(settings.get(NUM_LAYERS))
            .withBidirectional(settings.get(BIDIRECTIONAL))
            .withDropout(settings.get(RecurrentSettings.DROPOUT));
    return new RecurrentClassifier(kind, options, settings.get(NUM_CLASSES), initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return List.of(
        InputTensor.floats(
            "input",
            InputSize.any("batch"),
            InputSize.any("time"),
            InputSize.exactly("features", settings.get(INPUT_SIZE))),
        InputTensor.integers("lengths", InputSize.any("batch")).optional());
  }

  @Override
  public List<Capability<RecurrentClassifier>> capabilities() {
    return List.of(new Capability.Classify<>((model, input) -> List.of(model.forward(input))));
  }

  @Override
  public Tensor predict(RecurrentClassifier model, Map<String, Tensor> inputs) {
    Tensor lengths = inputs.get("lengths");
    return model.forward(inputs.get("input"), lengths == null ? null : lengths.toInts());
  }
}
