package io.troupe.nn.equivariant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.SharedData;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares names, outputs and gradients of EGNN with the original code, on stored results. */
class EgnnGoldenTest {
  private static final double OUTPUT_TOLERANCE = 1e-5;
  private static final double GRADIENT_TOLERANCE = 3e-5;

  /**
   * Tensors are compared relative to their own size, or to this share of the largest in a group.
   */
  private static final double FLOOR = 0.01;

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "edge_attr", "attention", "normalize", "tanh", "all_odd", "plain_odd"})
  void matchesTheOriginalCode(String name) throws IOException {
    Path folder = SharedData.require("goldens/egnn").resolve(name);
    JsonNode config = ConfigJson.parse(Files.readString(folder.resolve("config.json"))).node();
    try (SafetensorsFile io = SafetensorsFile.open(folder.resolve("io.safetensors"));
        Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(name)) {
      EGNN model = model(config);
      StateDictFile.load(folder.resolve("model.safetensors"), model); // compares the sets of names
      check(model, io, config.get("in_edge_nf").asInt() > 0);
    }
  }

  private static EGNN model(JsonNode config) {
    EquivariantOptions options =
        new EquivariantOptions(
            config.get("residual").asBoolean(),
            config.get("attention").asBoolean(),
            config.get("normalize").asBoolean(),
            config.get("tanh").asBoolean(),
            config.get("coords_agg").asText().equals("mean"),
            false);
    return new EGNN(
        config.get("in_node_nf").asInt(),
        config.get("in_edge_nf").asInt(),
        config.get("hidden_nf").asInt(),
        config.get("out_node_nf").asInt(),
        config.get("n_layers").asInt(),
        options,
        Initializer.of(DType.FLOAT32, 1));
  }

  private static void check(EGNN model, SafetensorsFile io, boolean hasEdgeAttr) {
    Tensor h = io.load("input.h").requiresGrad(true);
    Tensor x = io.load("input.x").requiresGrad(true);
    Tensor edgeAttr = hasEdgeAttr ? io.load("input.edge_attr").requiresGrad(true) : null;
    NodePairs pairs = NodePairs.of(h.size(0), io.ints("input.edge_row"), io.ints("input.edge_col"));
    EGNN.Output out = model.forward(h, x, pairs, edgeAttr, null);
    double largest = Math.max(largest(io.load("output.h")), largest(io.load("output.x")));
    assertClose("output.h", out.h(), io, OUTPUT_TOLERANCE, largest);
    assertClose("output.x", out.x(), io, OUTPUT_TOLERANCE, largest);
    out.h().mul(io.load("probe.h")).sum().add(out.x().mul(io.load("probe.x")).sum()).backward();

    double largestInput =
        Math.max(largest(io.load("grad.input.h")), largest(io.load("grad.input.x")));
    assertClose("grad.input.h", h.grad(), io, GRADIENT_TOLERANCE, largestInput);
    assertClose("grad.input.x", x.grad(), io, GRADIENT_TOLERANCE, largestInput);
    if (hasEdgeAttr) {
      assertClose("grad.input.edge_attr", edgeAttr.grad(), io, GRADIENT_TOLERANCE, largestInput);
    }
    Map<String, Tensor> parameters = model.namedParameters();
    double largestGrad =
        parameters.keySet().stream()
            .mapToDouble(name -> largest(io.load("grad.param." + name)))
            .max()
            .orElseThrow();
    parameters.forEach(
        (name, parameter) ->
            assertClose(
                "grad.param." + name, parameter.grad(), io, GRADIENT_TOLERANCE, largestGrad));
  }

  private static double largest(Tensor tensor) {
    return Arrays.stream(tensor.toDoubles()).map(Math::abs).max().orElse(0);
  }

  private static void assertClose(
      String name, Tensor actual, SafetensorsFile io, double tolerance, double largestOfGroup) {
    Tensor expected = io.load(name);
    double scale = Math.max(largest(expected), FLOOR * largestOfGroup);
    assertThat(Optional.ofNullable(actual)).as(name).isPresent();
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    assertThat(largest(actual.sub(expected)) / scale).as(name).isLessThanOrEqualTo(tolerance);
  }

  @Test
  void parameterCountsAreThoseOfTheOriginalCode() {
    assertThat(count(0, 64, false)).isEqualTo(116_673);
    assertThat(count(1, 64, false)).isEqualTo(116_929);
    assertThat(count(0, 64, true)).isEqualTo(116_933);
    assertThat(count(1, 32, false)).isEqualTo(29_793);
  }

  private static long count(int edgeFeatures, int hidden, boolean attention) {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("count")) {
      EquivariantOptions options =
          new EquivariantOptions(true, attention, false, false, true, false);
      Initializer initializer = Initializer.of(DType.FLOAT32, 1);
      return new EGNN(1, edgeFeatures, hidden, 1, 4, options, initializer).numParameters();
    }
  }
}
