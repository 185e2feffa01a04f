package io.troupe.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.Module;
import io.troupe.nn.TorchFile;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the recurrent models of the registry with PyTorch. */
class RecurrentModelTest {
  private Engine engine;
  private Scope scope;

  @BeforeEach
  void open() {
    engine = Engine.of(CpuBackend.create(2));
    scope = engine.open("models");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  private static BuiltModel<?> model(String name, Map<String, String> settings) {
    ModelEntry<?> entry = ModelRegistry.entry(name);
    return entry.create(entry.settings(settings), Initializer.of(DType.FLOAT32, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rnn", "lstm", "gru"})
  void classifiersMatchPyTorch(String kind) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("input_size", "5");
    settings.put("hidden_size", "6");
    settings.put("num_classes", "3");
    check(kind, kind, settings);
    settings.put("num_layers", "2");
    settings.put("bidirectional", "true");
    check(kind, kind + "-both", settings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"char-rnn", "char-lstm", "char-gru"})
  void languageModelsMatchPyTorch(String name) {
    check(name, name, Map.of("vocab_size", "11", "embedding_dim", "5", "hidden_size", "6"));
  }

  private static void check(String model, String name, Map<String, String> settings) {
    try (TorchFile torch = TorchFile.open("recurrent/models")) {
      BuiltModel<?> built = model(model, settings);
      Module module = built.module();
      torch.load(name + ".param.", module);
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      inputs.put("input", torch.get(name + ".x"));
      int[] lengths = null;
      if (torch.has(name + ".lengths")) {
        inputs.put("lengths", torch.get(name + ".lengths"));
        lengths = inputs.get("lengths").toInts();
      }
      torch.check(built.predict(inputs), name + ".y");
      Tensor y =
          switch (module) {
            case RecurrentClassifier classifier -> classifier.forward(inputs.get("input"), lengths);
            case CharacterLanguageModel characters -> characters.forward(inputs.get("input"));
            default -> throw new IllegalStateException(module.toString());
          };
      y.backward(torch.get(name + ".dy"));
      torch.checkGradients(name + ".grad.", module);
    }
  }

  @Test
  void imageRowsAreTimeSteps() {
    RecurrentClassifier lstm =
        (RecurrentClassifier) model("lstm", Map.of("hidden_size", "8")).module();
    Tensor picture = Initializer.of(DType.FLOAT32, 2).normal(1, 2, 1, 28, 28);
    assertThat(lstm.forward(picture).toFloats())
        .isEqualTo(lstm.forward(picture.reshape(2, 28, 28)).toFloats());
  }

  @Test
  void textInChunksMatchesTheWholeText() {
    CharacterLanguageModel model =
        (CharacterLanguageModel) model("char-gru", Map.of("hidden_size", "8")).module();
    Tensor ids = Tensor.of(new int[] {5, 0, 64, 7, 7, 1}, 1, 6);
    Tensor whole = model.forward(ids);
    RecurrentOutput first = model.forward(ids.narrow(1, 0, 2), null);
    RecurrentOutput second = model.forward(ids.narrow(1, 2, 4), first.state());
    assertThat(second.output().toFloats()).isEqualTo(whole.narrow(1, 2, 4).toFloats());
  }

  @Test
  void dropoutIsActiveOnlyInTrainingAndReproducible() {
    CharacterLanguageModel model =
        (CharacterLanguageModel)
            model("char-lstm", Map.of("hidden_size", "8", "dropout", "0.5")).module();
    Tensor ids = Tensor.of(new int[] {5, 0, 64, 7}, 2, 2);
    float[] evaluated = model.forward(ids).toFloats();
    model.train();
    model.restartRandom(Philox.of(3));
    float[] trained = model.forward(ids).toFloats();
    assertThat(trained).isNotEqualTo(evaluated);
    model.restartRandom(Philox.of(3));
    assertThat(model.forward(ids).toFloats()).isEqualTo(trained);
  }

  @Test
  void invalidInputsAreRejected() {
    BuiltModel<?> lstm = model("lstm", Map.of("hidden_size", "8"));
    assertThatThrownBy(() -> lstm.predict(Map.of("input", Tensor.zeros(2, 3, 27))))
        .hasMessage(
            "lstm: tensor input must be floats (batch, time, features 28), got FLOAT32 (2, 3, 27)");
    BuiltModel<?> characters = model("char-rnn", Map.of("hidden_size", "8"));
    assertThatThrownBy(() -> characters.predict(Map.of("input", Tensor.of(new int[] {65}, 1, 1))))
        .hasMessage("index 0 of embedding must be in [0, 65), got 65");
    Tensor tooShort = Tensor.of(new int[] {3, 0}, 2);
    assertThatThrownBy(
            () -> lstm.predict(Map.of("input", Tensor.zeros(2, 3, 28), "lengths", tooShort)))
        .hasMessage("length of sequence 1 must be in [1, 3], got 0");
  }

  @Test
  void parameterCountMatchesPyTorch() {
    ModelEntry<?> lstm = ModelRegistry.entry("lstm");
    // 4 * 128 * (28 + 128 + 2) + 128 * 10 + 10
    assertThat(lstm.numParameters(lstm.settings(Map.of()), engine)).isEqualTo(82_186);
  }
}
