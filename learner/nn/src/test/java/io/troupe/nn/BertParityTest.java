package io.troupe.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.bert.BertConfig;
import io.troupe.nn.bert.BertConfigJson;
import io.troupe.nn.bert.BertForMaskedLM;
import io.troupe.nn.bert.BertForQuestionAnswering;
import io.troupe.nn.bert.BertForSequenceClassification;
import io.troupe.nn.bert.BertForTokenClassification;
import io.troupe.nn.bert.BertModel;
import io.troupe.nn.bert.BertNetwork;
import io.troupe.nn.bert.EncoderInput;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.nn.checkpoint.TensorToWrite;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.pretrained.EncoderFolder;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.memory.MemoryPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares BERT and its heads with transformers; {@code bert.py} wrote the files. */
class BertParityTest {
  private static final double TOLERANCE = 1e-4;
  private static final Path RESOURCES =
      ReferenceModel.resources().resolve(Path.of("io", "troupe", "nn", "bert"));

  private final Engine engine = Engine.of(CpuBackend.create(2));
  private Scope scope;

  @TempDir Path folder;

  @BeforeEach
  void open() {
    scope = engine.open("test");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  private static EncoderFolder published(String name) {
    return new EncoderFolder(RESOURCES.resolve(name));
  }

  private static BertNetwork network(String head, BertConfig config, int numLabels, long seed) {
    Initializer initializer = Initializer.of(DType.FLOAT32, seed);
    return switch (head) {
      case "mlm" -> new BertForMaskedLM(config, initializer);
      case "sequence" -> new BertForSequenceClassification(config, numLabels, initializer);
      case "token" -> new BertForTokenClassification(config, numLabels, initializer);
      case "span" -> new BertForQuestionAnswering(config, initializer);
      default -> throw new IllegalArgumentException(head);
    };
  }

  private static int numLabels(String name) throws IOException {
    String json = Files.readString(RESOURCES.resolve(name).resolve("config.json"));
    return BertConfigJson.numLabels(ConfigJson.parse(json));
  }

  /** A network of a published folder, whose head is that of the reference. */
  private static BertNetwork loaded(String name, String head, SafetensorsFile io)
      throws IOException {
    BertNetwork network = network(head, published(name).config(), numLabels(name), 3);
    published(name).load(network);
    String prefix = "weight." + head + ".";
    network
        .namedParameters()
        .forEach(
            (parameter, tensor) -> {
              if (io.tensors().containsKey(prefix + parameter)) {
                io.read(prefix + parameter, tensor);
              }
            });
    return network;
  }

  private static SafetensorsFile io(String name) {
    return SafetensorsFile.open(RESOURCES.resolve(name).resolve("io.safetensors"));
  }

  private static EncoderInput input(SafetensorsFile io) {
    return new EncoderInput(
        io.load("input.input_ids"),
        io.load("input.token_type_ids"),
        io.load("input.attention_mask"));
  }

  @ParameterizedTest
  @CsvSource({
    "even, mlm", "even, sequence", "even, token", "even, span",
    "odd, mlm", "odd, sequence", "odd, token", "odd, span"
  })
  void headsMatchTransformers(String name, String head) throws IOException {
    try (SafetensorsFile io = io(name)) {
      BertNetwork network = loaded(name, head, io);
      Tensor output = network.forward(input(io));
      compare(output, io.load(head + ".output"), head, 0);
      output.mul(io.load(head + ".probe")).sum().backward();
      compareGradients(network.namedParameters(), io, head + ".grad.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"even", "odd"})
  void encoderAndPoolerMatchTransformers(String name) throws IOException {
    try (SafetensorsFile io = io(name)) {
      BertNetwork network = loaded(name, "sequence", io);
      EncoderInput input = input(io);
      Tensor hidden = network.embed(input);
      compare(hidden, io.load("hidden.output"), "hidden", 0);
      hidden.mul(io.load("hidden.probe")).sum().backward();
      compareGradients(network.namedParameters(), io, "hidden.grad.");
      network.zeroGrad();
      Tensor pooled = network.bert().pooled(network.bert().hiddenStates(input), input);
      compare(pooled, io.load("pooled.output"), "pooled", 0);
      pooled.mul(io.load("pooled.probe")).sum().backward();
      compareGradients(network.namedParameters(), io, "pooled.grad.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"even", "odd"})
  void logitsAtPositionsEqualThoseOfAllTokens(String name) throws IOException {
    try (SafetensorsFile io = io(name)) {
      BertForMaskedLM network = (BertForMaskedLM) loaded(name, "mlm", io);
      EncoderInput input = input(io);
      int[] positions = {1, 6, 20};
      Tensor chosen = network.forward(input, Tensor.of(positions, 3));
      double[] all = network.forward(input).toDoubles();
      int vocab = chosen.size(1);
      for (int i = 0; i < positions.length; i++) {
        double[] expected =
            Arrays.copyOfRange(all, positions[i] * vocab, (positions[i] + 1) * vocab);
        double[] row = Arrays.copyOfRange(chosen.toDoubles(), i * vocab, (i + 1) * vocab);
        assertClose(row, expected, "position " + positions[i], 0);
      }
    }
  }

  private static void compareGradients(
      Map<String, Tensor> parameters, SafetensorsFile io, String prefix) {
    double largest =
        io.tensors().keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .mapToDouble(name -> largest(io.load(name).toDoubles()))
            .max()
            .orElseThrow();
    List<String> compared = new ArrayList<>();
    parameters.forEach(
        (name, parameter) -> {
          boolean isStored = io.tensors().containsKey(prefix + name);
          assertThat(parameter.grad() != null).as(name + " has a gradient").isEqualTo(isStored);
          if (isStored) {
            compare(parameter.grad(), io.load(prefix + name), name, largest);
            compared.add(prefix + name);
          }
        });
    assertThat(compared)
        .containsExactlyInAnyOrderElementsOf(
            io.tensors().keySet().stream().filter(name -> name.startsWith(prefix)).toList());
  }

  private static void compare(Tensor actual, Tensor expected, String what, double group) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertClose(actual.toDoubles(), expected.toDoubles(), what, group);
  }

  /** Relative to the largest element, or to a hundredth of the largest of the group. */
  private static void assertClose(double[] actual, double[] expected, String what, double group) {
    double scale = Math.max(largest(expected), group / 100);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("%s, element %d: %s, expected %s", what, i, actual[i], expected[i])
          .isLessThanOrEqualTo(TOLERANCE * scale);
    }
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  private long count(Function<Initializer, Module> build) {
    try (MemoryPool untouched = new MemoryPool();
        Scope _ = new Engine(Backend.of(engine), untouched).open("counting")) {
      return build.apply(Initializer.undefined(DType.FLOAT32)).numParameters();
    }
  }

  @Test
  void numbersOfParametersAreThePublishedOnes() {
    BertConfig base = BertConfigJson.read(ConfigJson.empty());
    assertThat(count(i -> BertModel.withPooler(base, i))).isEqualTo(109_482_240);
    assertThat(count(i -> new BertForMaskedLM(base, i))).isEqualTo(109_514_298);
    assertThat(count(i -> new BertForSequenceClassification(base, 2, i))).isEqualTo(109_483_778);
    assertThat(count(i -> new BertForTokenClassification(base, 9, i))).isEqualTo(108_898_569);
    assertThat(count(i -> new BertForQuestionAnswering(base, i))).isEqualTo(108_893_186);
  }

  @Test
  void savedFolderIsLoadedBitForBit() throws IOException {
    BertNetwork network = network("sequence", published("odd").config(), 5, 8);
    new EncoderFolder(folder).save(network, List.of("a", "b", "c", "d", "e"));
    EncoderFolder saved = new EncoderFolder(folder);
    saved.requireWeights();
    BertNetwork read = network("sequence", saved.config(), 5, 9);
    saved.load(read);
    assertThat(saved.config().numHiddenLayers()).isEqualTo(1);
    network
        .namedParameters()
        .forEach(
            (name, tensor) ->
                assertThat(read.namedParameters().get(name).toFloats())
                    .as(name)
                    .isEqualTo(tensor.toFloats()));
    String json = Files.readString(folder.resolve("config.json"));
    assertThat(json).contains("BertForSequenceClassification", "\"1\" : \"b\"", "\"b\" : 1");
  }

  /** The names of the first published files: gamma and beta, and copies of tied weights. */
  @Test
  void firstPublishedNamesAreRead() throws IOException {
    BertNetwork network = network("mlm", published("even").config(), 2, 8);
    List<TensorToWrite> tensors = new ArrayList<>();
    network
        .namedParameters()
        .forEach(
            (name, tensor) ->
                tensors.add(
                    new TensorToWrite(
                        name.replace("LayerNorm.weight", "LayerNorm.gamma")
                            .replace("LayerNorm.bias", "LayerNorm.beta"),
                        tensor,
                        false,
                        StorageType.F32)));
    Tensor tied = network.namedParameters().get("bert.embeddings.word_embeddings.weight");
    tensors.add(TensorToWrite.of("cls.predictions.decoder.weight", tied));
    tensors.add(TensorToWrite.of("cls.seq_relationship.bias", Tensor.zeros(2)));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    Files.copy(RESOURCES.resolve("even/config.json"), folder.resolve("config.json"));
    BertNetwork read = network("mlm", published("even").config(), 2, 9);
    new EncoderFolder(folder).load(read);
    network
        .namedParameters()
        .forEach(
            (name, tensor) ->
                assertThat(read.namedParameters().get(name).toFloats())
                    .isEqualTo(tensor.toFloats()));
  }

  @Test
  void foldersThatDoNotFitAreRejectedInOneLine() throws IOException {
    Path missing = folder.resolve("none");
    assertRejected(missing, "model folder " + missing + " must exist");
    assertRejected(folder, folder + " must contain config.json, got none");
    write("{\"model_type\": \"llama\"}");
    assertRejected(folder, "model_type must be \"bert\", got \"llama\"");
    write("{\"model_type\": \"bert\", \"is_decoder\": true}");
    assertRejected(folder, "is_decoder must be false, got true");
    write("{\"hidden_size\": 10, \"num_attention_heads\": 3}");
    assertRejected(folder, "hidden_size must be a multiple of num_attention_heads=3, got 10");
    write("{}");
    Files.copy(RESOURCES.resolve("even/model.safetensors"), folder.resolve("model.safetensors"));
    assertRejected(folder, "far more than the files beside it hold");
    write(
        Files.readString(RESOURCES.resolve("even/config.json"))
            .replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"));
    assertRejected(folder, "not expected bert.encoder.layer.1.");
  }

  private void write(String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
  }

  private static void assertRejected(Path folder, String message) {
    assertThatThrownBy(
            () -> {
              EncoderFolder read = new EncoderFolder(folder);
              read.requireWeights();
              read.load(network("mlm", read.config(), 2, 1));
            })
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void inputsThatDoNotFitAreRejected() {
    BertNetwork network = network("mlm", published("even").config(), 2, 1);
    assertThatThrownBy(() -> network.forward(EncoderInput.of(Tensor.of(new int[11], 1, 11))))
        .hasMessage("input_ids must have 1 to max_position_embeddings=10 tokens, got 11");
    assertThatThrownBy(() -> network.forward(EncoderInput.of(Tensor.of(new int[] {24}, 1, 1))))
        .hasMessage("input_ids must be from 0 to 23, got 24");
    Tensor ids = Tensor.of(new int[] {1, 2}, 1, 2);
    assertThatThrownBy(
            () -> network.forward(new EncoderInput(ids, null, Tensor.of(new int[] {0, 0}, 1, 2))))
        .hasMessage("attention_mask must show a token of every text, got none of text 0");
    assertThatThrownBy(
            () -> network.forward(new EncoderInput(ids, Tensor.of(new int[] {0, 2}, 1, 2), null)))
        .hasMessage("token_type_ids must be from 0 to 1, got 2");
  }
}
