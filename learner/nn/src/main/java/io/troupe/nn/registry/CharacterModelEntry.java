package io.troupe.nn.registry;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.recurrent.CharacterLanguageModel;
import io.troupe.nn.recurrent.RecurrentKind;
import io.troupe.nn.recurrent.RecurrentOptions;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The entries of the language models over characters. They predict the logits after each character
 * from {@code input}, the ids. The defaults are for tiny-shakespeare.
 */
public final class CharacterModelEntry implements ModelEntry<CharacterLanguageModel> {
  private static final Hyperparameter<Integer> VOCAB_SIZE =
      Hyperparameter.whole("vocab_size", 65, 1, 1 << 20, "characters");
  private static final Hyperparameter<Integer> EMBEDDING_DIM =
      Hyperparameter.whole("embedding_dim", 64, 1, 1 << 16, "size of a character embedding");
  private static final Hyperparameter<Integer> HIDDEN_SIZE = RecurrentSettings.hiddenSize(256);
  private static final Hyperparameter<Integer> NUM_LAYERS = RecurrentSettings.numLayers(2);

  private final RecurrentKind kind;

  private CharacterModelEntry(RecurrentKind kind) {
    this.kind = kind;
  }

  /** All of them: {@code char-rnn}, {@code char-lstm} and {@code char-gru}. */
  public static List<CharacterModelEntry> all() {
    return Arrays.stream(RecurrentKind.values()).map(CharacterModelEntry::new).toList();
  }

  @Override
  public String name() {
    return "char-" + kind.layerName();
  }

  @Override
  public Family family() {
    return Family.RNN;
  }

  @Override
  public String summary() {
    return kind + " language model over characters";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(VOCAB_SIZE, EMBEDDING_DIM, HIDDEN_SIZE, NUM_LAYERS, RecurrentSettings.DROPOUT);
  }

  @Override
  public CharacterLanguageModel build(Settings settings, Initializer initializer) {
    RecurrentOptions options =
        RecurrentOptions.of(settings.get(EMBEDDING_DIM), settings.get(HIDDEN_SIZE))
            .withNumLayers(settings.get(NUM_LAYERS))
            .withDropout(settings.get(RecurrentSettings.DROPOUT));
    return new CharacterLanguageModel(kind, settings.get(VOCAB_SIZE), options, initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return List.of(InputTensor.integers("input", InputSize.any("batch"), InputSize.any("time")));
  }

  @Override
  public List<Capability<CharacterLanguageModel>> capabilities() {
    return List.of(
        new Capability.SampleText<>(model -> model),
        new Capability.Score<>((model, ids) -> model.forward(ids)));
  }

  @Override
  public Tensor predict(CharacterLanguageModel model, Map<String, Tensor> inputs) {
    return model.forward(inputs.get("input"));
  }
}
