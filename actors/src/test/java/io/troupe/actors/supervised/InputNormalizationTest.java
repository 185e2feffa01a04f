package io.troupe.actors.supervised;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.protocols.graph.SparseRows;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictions use the input normalization of training. */
class InputNormalizationTest {
  @TempDir private Path temp;

  private static SupervisedInputs load(String model, Path data, String dataset) {
    return SupervisedInputs.load(
        TrainConfig.from(
            ConfigFactory.parseString(
                    "model = %s, data = \"%s\", dataset { %s }".formatted(model, data, dataset))
                .withFallback(ConfigFactory.defaultReference().getConfig("troupe-train"))
                .resolve()));
  }

  private Path table() throws IOException {
    return Files.writeString(
        temp.resolve("table.csv"), "1,20,0\n3,10,1\n6,40,0\n2,70,1\n".repeat(5));
  }

  @Test
  void channelStatisticsComeFromTheTrainingSet() throws IOException {
    Path table = table();
    for (String dataset :
        List.of("normalize = true", "scale = 4", "scale = 4, mean = \"2,3\", std = \"5,7\"")) {
      float[] given;
      try (SupervisedInputs raw = load("mlp", table, "")) {
        given = input(raw);
      }
      try (SupervisedInputs changed = load("mlp", table, dataset)) {
        InputNormalization.of(changed).orElseThrow().apply(given, List.of(2), false);
        assertThat(given).as(dataset).containsExactly(input(changed));
      }
    }
  }

  private static float[] input(SupervisedInputs inputs) {
    Map<String, ArrayData> batch = inputs.data().splits().train().batch(0, 1, 2, 3, 4);
    return ((ArrayData.Floats) batch.get("input")).values();
  }

  @Test
  void inputsWithoutNormalizationHaveNoStatistics() throws IOException {
    try (SupervisedInputs inputs = load("mlp", table(), "")) {
      assertThat(InputNormalization.of(inputs)).isEmpty();
    }
    Path text = Files.writeString(temp.resolve("text.txt"), "to be or not to be ".repeat(20));
    try (SupervisedInputs inputs = load("char-gru", text, "seq-length = 8, normalize = true")) {
      assertThat(InputNormalization.of(inputs)).isEmpty();
    }
  }

  @Test
  void nodeFeaturesAreNormalizedByRow() throws IOException {
    Path graph = temp.resolve("graph.safetensors");
    float[] features = {1, 3, 0, 0, 0.5f, 0};
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("graph")) {
      Tensor all = Tensor.of(new int[] {1, 1, 1}, 3);
      SafetensorsWriter.write(
          graph,
          Map.of(
              "x",
              Tensor.of(features, 3, 2),
              "edge_index",
              Tensor.of(new int[] {0, 1, 1, 2}, 2, 2),
              "y",
              Tensor.of(new int[] {0, 1, 1}, 3),
              "train_mask",
              all,
              "val_mask",
              all,
              "test_mask",
              all));
    }
    try (SupervisedInputs inputs = load("gcn", graph, "normalize = true")) {
      Optional<InputNormalization> shares = InputNormalization.of(inputs);
      assertThat(shares).contains(new InputNormalization.NodeShares());
      shares.get().apply(features, List.of(2), false);
    }
    SparseRows learned =
        new SparseRows(3, 2, new int[] {0, 0, 2}, new int[] {0, 1, 0}, new float[] {1, 3, 0.5f})
            .normalized();
    assertThat(features)
        .containsExactly(learned.values()[0], learned.values()[1], 0, 0, learned.values()[2], 0);
    try (SupervisedInputs inputs = load("gcn", graph, "normalize = false")) {
      assertThat(InputNormalization.of(inputs)).isEmpty();
    }
  }
}
