package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.deploy.CommandLines.Outcome;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.nn.checkpoint.TensorToWrite;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictTest {
  private static final Map<String, String> MLP =
      Map.of("in_features", "4", "hidden", "3", "num_classes", "2");

  @TempDir private Path temporary;
  private final Engine engine = Engine.of(CpuBackend.create(1));
  private final Scope scope = engine.open("test");
  private Path weights;
  private Path input;
  private Path output;

  @BeforeEach
  void writeInput() throws IOException {
    weights = temporary.resolve("weights.safetensors");
    input = temporary.resolve("input.safetensors");
    output = temporary.resolve("output.safetensors");
    SafetensorsWriter.write(input, Map.of("input", numbers(5, 4)));
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  private static Tensor numbers(int... sizes) {
    int count = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(i);
    }
    return Tensor.of(values, sizes);
  }

  private BuiltModel<?> write(String model, Map<String, String> settings) throws IOException {
    ModelEntry<?> entry = ModelRegistry.entry(model);
    BuiltModel<?> built = entry.create(entry.settings(settings), Initializer.of(DType.FLOAT32, 3));
    StateDictFile.save(weights, built.module(), StorageType.F32);
    return built;
  }

  private Outcome predictMlp(Object... more) {
    Object[] args = {
      "predict",
      "--model",
      "mlp",
      "--weights",
      weights,
      "--input",
      input,
      "--output",
      output,
      "--set",
      "in_features=4",
      "--set",
      "hidden=3",
      "--set",
      "num-classes=2"
    };
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return troupe(all);
  }

  private float[] written() {
    try (SafetensorsFile file = SafetensorsFile.open(output)) {
      assertThat(file.tensors().keySet()).containsExactly("output");
      assertThat(file.tensors().get("output").type()).isEqualTo(StorageType.F32);
      return file.floats("output");
    }
  }

  @Test
  void outputDoesNotDependOnTheBatchSize() throws IOException {
    float[] expected = write("mlp", MLP).predict(Map.of("input", numbers(5, 4))).toFloats();
    Outcome outcome = predictMlp();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("mlp: output (5, 2)");
    assertThat(written()).containsExactly(expected);
    JsonNode line = new ObjectMapper().readTree(predictMlp("--batch-size", "2", "--json").out());
    assertThat(line.get("shape").toString()).isEqualTo("[5,2]");
    assertThat(written()).containsExactly(expected);
  }

  @Test
  void tensorsOfAllTypesAreConverted() throws IOException {
    BuiltModel<?> model = write("mlp", MLP);
    int[] bytes = IntStream.range(0, 8).map(i -> 7 * i).toArray();
    SafetensorsWriter.write(
        input,
        List.of(new TensorToWrite("input", Tensor.of(bytes, 2, 4), false, StorageType.U8)),
        Map.of());
    assertThat(predictMlp().status()).isZero();
    float[] floats = new float[8];
    IntStream.range(0, 8).forEach(i -> floats[i] = bytes[i]);
    assertThat(written())
        .containsExactly(model.predict(Map.of("input", Tensor.of(floats, 2, 4))).toFloats());
    SafetensorsWriter.write(
        input,
        List.of(new TensorToWrite("input", Tensor.of(floats, 2, 4), false, StorageType.BF16)),
        Map.of());
    assertThat(predictMlp().status()).isZero();
  }

  @Test
  void graphsArePredictedFromNodesAndEdges() throws IOException {
    BuiltModel<?> model =
        write("gcn", Map.of("in_channels", "3", "hidden_channels", "4", "out_channels", "2"));
    Tensor x = numbers(4, 3);
    Tensor edges = Tensor.of(new long[] {0, 1, 2, 1, 2, 3}, 2, 3);
    SafetensorsWriter.write(input, Map.of("x", x, "edge_index", edges));
    Object[] args = {
      "predict",
      "--model",
      "gcn",
      "--weights",
      weights,
      "--input",
      input,
      "--output",
      output,
      "--set",
      "in_channels=3",
      "--set",
      "hidden_channels=4",
      "--set",
      "out_channels=2",
      "--batch-size",
      "1"
    };
    assertThat(troupe(args).err()).isEmpty();
    assertThat(written())
        .containsExactly(model.predict(Map.of("x", x, "edge_index", edges)).toFloats());
    Tensor beyond = Tensor.of(new long[] {0, 1, 2, 1, 2, 4}, 2, 3);
    SafetensorsWriter.write(input, Map.of("x", x, "edge_index", beyond));
    troupe(args).isMistake(1, "4");
    SafetensorsWriter.write(input, Map.of("x", x));
    troupe(args).isMistake(1, "tensor edge_index must be", "got none");
  }

  @Test
  void weightsOfARunNeedNoModelSettings() throws IOException {
    weights = train("--no-normalize");
    SafetensorsWriter.write(input, Map.of("input", numbers(7, 2)));
    Outcome outcome = predict();
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("mlp: output (7, 2)");
    predict("--normalize")
        .isMistake(2, "--normalize must have a normalization in the model.json", "leave it out");
    weights = temporary.resolve("weights.safetensors");
    predict().isMistake(2, "--model must be set, got none");
  }

  /** Trains on a small table and returns the path of the weights. */
  private Path train(String... more) throws IOException {
    Path run = temporary.resolve("run");
    Path table = Tables.write(temporary.resolve("table.csv"));
    List<Object> args =
        new ArrayList<>(List.of("train", "mlp", "--data", table, "--output-dir", run));
    args.addAll(List.of("--epochs", "1", "--set", "hidden=3"));
    args.addAll(List.of(more));
    Path trained = run.resolve("checkpoints/final/model.safetensors");
    assertThat(troupe(args.toArray()).out())
        .contains(
            "./troupe predict --weights %s%s --input"
                .formatted(trained, more.length == 0 ? " --normalize" : ""));
    return trained;
  }

  private Outcome predict(Object... more) {
    List<Object> args = new ArrayList<>(List.of("predict", "--weights", weights));
    args.addAll(List.of("--input", input, "--output", output));
    args.addAll(List.of(more));
    return troupe(args.toArray());
  }

  @Test
  void normalizeAppliesTheNormalizationOfTraining() throws IOException {
    weights = train();
    Path modelJson = weights.resolveSibling("model.json");
    JsonNode stored = new ObjectMapper().readTree(modelJson.toFile()).get("normalization");
    float[] raw = numbers(7, 2).toFloats();
    float[] normalized = new float[raw.length];
    for (int i = 0; i < raw.length; i++) {
      float mean = (float) stored.get("mean").get(i % 2).asDouble();
      normalized[i] = (raw[i] - mean) / (float) stored.get("std").get(i % 2).asDouble();
    }
    SafetensorsWriter.write(input, Map.of("input", Tensor.of(raw, 7, 2)));
    assertThat(predict("--normalize").err()).isEmpty();
    float[] predicted = written();
    weights = Files.copy(weights, temporary.resolve("moved.safetensors"));
    assertThat(predict("--normalize", "--model-json", modelJson).err()).isEmpty();
    assertThat(written()).containsExactly(predicted);

    SafetensorsWriter.write(input, Map.of("input", Tensor.of(normalized, 7, 2)));
    Outcome withoutFlag = predict("--model-json", modelJson);

    assertThat(written()).containsExactly(predicted);
    assertThat(withoutFlag.err().lines())
        .singleElement(STRING)
        .startsWith("troupe predict: the model was trained on normalized inputs (mean ")
        .contains("was not normalized: use --normalize");
    Files.delete(input);
    predict("--model-json", modelJson).isMistake(1, "file ", "input.safetensors must exist");
    predict("--normalize", "--model", "mlp")
        .isMistake(2, "--normalize must have a model.json beside ", "--model-json");
    predict("--model", "lenet5", "--model-json", modelJson)
        .isMistake(2, "model must be mlp, ", ", got lenet5");
    predict("--model-json", temporary.resolve("none.json"))
        .isMistake(1, "file ", "none.json must exist");
  }

  @Test
  void bytesAreScaledAndNodeFeaturesNormalizedAsInTraining() throws IOException {
    BuiltModel<?> mlp = write("mlp", MLP);
    String settings = "{'in_features': '4', 'hidden': '3', 'num_classes': '2'}";
    describe("mlp", settings, "{'by': 'channel', 'mean': [0.5], 'std': [0.25]}");
    SafetensorsWriter.write(
        input,
        List.of(
            new TensorToWrite(
                "input", Tensor.of(new int[] {0, 255, 51, 204}, 1, 4), false, StorageType.U8)),
        Map.of());
    assertThat(predict("--normalize").err()).isEmpty();
    Tensor pixels = Tensor.of(new float[] {-2, 2, (0.2f - 0.5f) / 0.25f, (0.8f - 0.5f) * 4}, 1, 4);
    assertThat(written()).containsExactly(mlp.predict(Map.of("input", pixels)).toFloats());
    describe("mlp", settings, "{'by': 'channel', 'mean': [1, 2, 3], 'std': [1, 1, 1]}");
    predict("--normalize").isMistake(1, "must have 3 channels, as in training, got 4");

    BuiltModel<?> gcn =
        write("gcn", Map.of("in_channels", "2", "hidden_channels", "4", "out_channels", "2"));
    describe(
        "gcn",
        "{'in_channels': '2', 'hidden_channels': '4', 'out_channels': '2'}",
        "{'by': 'node'}");
    Tensor edges = Tensor.of(new long[] {0, 1, 1, 0}, 2, 2);
    Tensor counts = Tensor.of(new float[] {1, 3, 0, 0}, 2, 2);
    SafetensorsWriter.write(input, Map.of("x", counts, "edge_index", edges));
    assertThat(predict("--normalize").err()).isEmpty();
    Tensor frequencies = Tensor.of(new float[] {0.25f, 0.75f, 0, 0}, 2, 2);
    assertThat(written())
        .containsExactly(gcn.predict(Map.of("x", frequencies, "edge_index", edges)).toFloats());
  }

  private void describe(String model, String settings, String normalization) throws IOException {
    Files.writeString(
        temporary.resolve("model.json"),
        "{'model': '%s', 'settings': %s, 'normalization': %s}"
            .formatted(model, settings, normalization)
            .replace('\'', '"'));
  }

  @Test
  void tensorsThatDoNotMatchTheModelAreListed() throws IOException {
    write("mlp", Map.of("in_features", "4", "hidden", "3,3", "num_classes", "2"));
    predictMlp().isMistake(1, "weights.safetensors", "not expected layers.2.weight");
    write("mlp", Map.of("in_features", "4", "hidden", "5", "num_classes", "2"));
    predictMlp().isMistake(1, "layers.0.weight must have shape (3, 4), got (5, 4)");
    SafetensorsWriter.write(weights, Map.of("layers.0.weight", numbers(3, 4)));
    predictMlp().isMistake(1, "missing layers.0.bias, layers.1.weight");
    assertThat(output).doesNotExist();
  }

  @Test
  void errorsAreOneLine() throws IOException {
    write("mlp", MLP);
    predictMlp("--batch-size", "0").isMistake(2, "--batch-size must be >= 1, got 0");
    predictMlp("--set", "hiden=3").isMistake(2, "mlp: setting must be one of ", ", got hiden");
    Path nowhere = temporary.resolve("no-folder/o.safetensors");
    Path file = output;
    output = nowhere;
    predictMlp()
        .isMistake(2, "--output must be in an existing directory, got ", "o.safetensors; create");
    output = temporary;
    predictMlp().isMistake(2, "--output must be a file, got", "it is a directory");
    output = file;
    SafetensorsWriter.write(input, Map.of("input", numbers(5, 3)));
    predictMlp().isMistake(1, "input", "(5, 3)", "features 4");
    SafetensorsWriter.write(input, Map.of("inputs", numbers(5, 4)));
    predictMlp().isMistake(1, "tensor input must be", "got none");
    Files.write(input, new byte[] {1, 2, 3});
    predictMlp().isMistake(1, "input.safetensors", " must have at least 10 bytes, got ");
    Files.delete(input);
    predictMlp().isMistake(1, "input.safetensors must exist");
    troupe("predict", "--model", "mpl", "--weights", weights, "--input", input, "--output", output)
        .isMistake(2, "model must be one of ", ", got mpl");
    assertThat(output).doesNotExist();
  }
}
