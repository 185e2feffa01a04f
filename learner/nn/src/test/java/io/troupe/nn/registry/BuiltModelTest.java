package io.troupe.nn.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.layers.Initializer;
import io.troupe.nn.mlp.Mlp;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The behavior of every built model for valid and invalid inputs. */
class BuiltModelTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));

  private final MlpEntry entry = new MlpEntry();
  private Scope scope;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void open() {
    scope = ENGINE.open("test");
  }

  @AfterEach
  void leave() {
    scope.close();
  }

  private BuiltModel<Mlp> model() {
    Settings settings = entry.settings(Map.of("in_features", "6", "hidden", "4", "dropout", "0.5"));
    return entry.create(settings, Initializer.of(DType.FLOAT32, 1));
  }

  @Test
  void predictsInEvaluationModeWithoutGradients() {
    BuiltModel<Mlp> model = model();
    model.module().train();
    Tensor output = model.predict(Map.of("input", Tensor.full(DType.FLOAT32, Shape.of(2, 6), 1)));
    assertThat(output.shape()).isEqualTo(Shape.of(2, 10));
    assertThat(output.slice(0).toFloats()).isEqualTo(output.slice(1).toFloats());
    assertThat(output.requiresGrad()).isFalse();
    assertThat(model.module().isTraining()).isTrue();
  }

  @Test
  void imagesAreFlattenedAndDoublesConverted() {
    BuiltModel<Mlp> model = model();
    Tensor image = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 1, 1, 2, 3);
    Tensor row = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 6);
    assertThat(model.predict(Map.of("input", image)).toFloats())
        .isEqualTo(model.predict(Map.of("input", row)).toFloats());
  }

  @Test
  void errorNamesTheExpectedShapeAndType() {
    BuiltModel<Mlp> model = model();
    assertThatThrownBy(() -> model.predict(Map.of("input", Tensor.zeros(2, 5))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mlp: tensor input must be floats (batch, features 6), got FLOAT32 (2, 5)");
    assertThatThrownBy(() -> model.predict(Map.of("input", Tensor.of(new int[6], 1, 6))))
        .hasMessageContaining("must be floats (batch, features 6), got INT32 (1, 6)");
    assertThatThrownBy(() -> model.predict(Map.of("x", Tensor.zeros(2, 6))))
        .hasMessage("mlp: tensor input must be floats (batch, features 6), got none");
    assertThatThrownBy(
            () -> model.predict(Map.of("input", Tensor.zeros(2, 6), "y", Tensor.zeros(1))))
        .hasMessage("mlp: input tensor must be one of input, got y");
  }

  @Test
  void int64InputsAreConvertedToInt32() {
    InputTensor edges =
        InputTensor.integers("edge_index", InputSize.exactly("ends", 2), InputSize.any("edges"));
    Tensor given = Tensor.of(new long[] {0, 1, 2, 1_000_000}, 2, 2);
    Tensor taken = edges.require("gcn", given, DType.FLOAT32);
    assertThat(taken.dtype()).isEqualTo(DType.INT32);
    assertThat(taken.toInts()).containsExactly(0, 1, 2, 1_000_000);
    assertThatThrownBy(
            () -> edges.require("gcn", Tensor.of(new long[] {1L << 40, 0}, 2, 1), DType.FLOAT32))
        .hasMessageContaining("edge_index");
  }

  @Test
  void sizesDescribeTheirRange() {
    List<InputSize> sizes =
        List.of(
            InputSize.any("batch"),
            InputSize.exactly("channels", 3),
            InputSize.atLeast("height", 63),
            InputSize.multipleOf("width", 8));
    assertThat(new InputTensor("input", InputTensor.Kind.FLOATS, false, false, sizes, 0))
        .hasToString("floats (batch, channels 3, height 63 or more, width a multiple of 8)");
    assertThat(InputSize.multipleOf("width", 8).fits(24)).isTrue();
    assertThat(InputSize.multipleOf("width", 8).fits(28)).isFalse();
    assertThat(InputSize.atLeast("height", 63).fits(62)).isFalse();
  }

  @Test
  void parameterCountUsesNoEngineMemory() {
    long used = ENGINE.memory().usedBytes();
    Settings settings = entry.settings(Map.of("in_features", "20000", "hidden", "20000"));
    assertThat(entry.numParameters(settings, ENGINE)).isEqualTo(20_000L * 20_001 + 200_010);
    assertThat(ENGINE.memory().usedBytes()).isEqualTo(used);
  }
}
