package io.troupe.nn.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.troupe.nn.Module;
import io.troupe.nn.TorchFile;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.TensorToWrite;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares names, outputs and gradients of the graph models with PyTorch Geometric. */
class GraphModelParityTest {
  private static Map<String, String> settings(String name) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("in_channels", "6");
    settings.put("hidden_channels", "8");
    settings.put("out_channels", "4");
    switch (name) {
      case "gat" -> {
        settings.put("heads", "4");
        settings.put("output_heads", "4");
      }
      case "chebnet" -> settings.put("k", "3");
      case "gin" -> {
        settings.put("num_layers", "3");
        settings.put("train_eps", "true");
      }
      default -> {}
    }
    return settings;
  }

  private static <M extends Module> BuiltModel<M> create(ModelEntry<M> entry) {
    return entry.create(entry.settings(settings(entry.name())), Initializer.of(DType.FLOAT32, 1));
  }

  private static Map<String, Tensor> inputs(TorchFile torch, String name, Tensor x) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("x", x);
    inputs.put("edge_index", torch.get("edge_index"));
    if (name.equals("gin") || name.equals("graph-gcn")) {
      inputs.put("batch", torch.get("batch"));
    }
    return inputs;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcn", "graphsage", "gat", "chebnet", "gin", "graph-gcn"})
  void matchesPyTorchGeometric(String name) {
    try (TorchFile torch = TorchFile.open("graph/models");
        Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(name)) {
      check(torch, create(ModelRegistry.entry(name)));
    }
  }

  private static <M extends Module> void check(TorchFile torch, BuiltModel<M> model) {
    String name = model.entry().name();
    torch.load(name + ".param.", model.module());
    Tensor x = torch.leaf(name + ".x");
    Tensor y = model.entry().predict(model.module(), inputs(torch, name, x));
    y.backward(torch.get(name + ".dy"));
    torch.check(y, name + ".y");
    torch.check(x.grad(), name + ".dx");
    torch.checkGradients(name + ".grad.", model.module());
    torch.check(model.predict(inputs(torch, name, x.detach())), name + ".y");
  }

  @Test
  void weightsWithTheParameterNamesOfThePublishedExamplesAreLoaded(@TempDir Path folder)
      throws IOException {
    try (TorchFile torch = TorchFile.open("graph/models");
        Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("gat")) {
      BuiltModel<?> model = create(ModelRegistry.entry("gat"));
      torch.load("gat.param.", model.module());
      List<TensorToWrite> renamed = new ArrayList<>();
      model
          .module()
          .stateDict()
          .forEach(
              (name, tensor) ->
                  renamed.add(
                      TensorToWrite.of(
                          name.replace("convs.0", "conv1").replace("convs.1", "conv2"), tensor)));
      Path file = folder.resolve("example.safetensors");
      SafetensorsWriter.write(file, renamed, Map.of());
      BuiltModel<?> other = create(ModelRegistry.entry("gat"));
      other.load(file);
      torch.check(other.predict(inputs(torch, "gat", torch.get("gat.x"))), "gat.y");
    }
  }

  @Test
  void defaultSettingsMatchThePapers() {
    assertThat(numParameters("gcn")).isEqualTo(23_063);
    assertThat(numParameters("gat")).isEqualTo(92_373);
  }

  private static long numParameters(String name) {
    try (Engine engine = Engine.of(CpuBackend.create(1))) {
      ModelEntry<?> entry = ModelRegistry.entry(name);
      return entry.numParameters(entry.settings(Map.of()), engine);
    }
  }

  @Test
  void errorNamesEdgeToAMissingNode() {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("gcn")) {
      BuiltModel<?> model = create(ModelRegistry.entry("gcn"));
      Map<String, Tensor> inputs =
          Map.of("x", Tensor.zeros(3, 6), "edge_index", Tensor.of(new long[] {0, 1, 1, 3}, 2, 2));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.predict(inputs))
          .withMessage("edge 1 must connect nodes in [0, 3), got 1 to 3");
    }
  }

  @Test
  void edgeWeightsChangeTheOutput() {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("gcn")) {
      BuiltModel<?> model = create(ModelRegistry.entry("gcn"));
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      inputs.put("x", Tensor.full(DType.FLOAT32, Shape.of(2, 6), 1));
      inputs.put("edge_index", Tensor.of(new int[] {0, 1}, 2, 1));
      double[] plain = model.predict(inputs).toDoubles();
      inputs.put("edge_weight", Tensor.of(new float[] {0.5f}, 1));
      assertThat(model.predict(inputs).toDoubles()).isNotEqualTo(plain);
      inputs.put("edge_weight", Tensor.of(new float[] {1}, 1));
      assertThat(model.predict(inputs).toDoubles()).isEqualTo(plain);
    }
  }
}
