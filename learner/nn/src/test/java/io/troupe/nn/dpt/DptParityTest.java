package io.troupe.nn.dpt;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.FormulaCase;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares DPT with transformers. */
class DptParityTest {
  private static final Initializer UNDEFINED = Initializer.undefined(DType.FLOAT32);

  @AutoClose private static final Engine ENGINE = Engine.of(CpuBackend.create(2));

  private static DptConfig config(String name) {
    return name.equals("even")
        ? new DptConfig(16, 4, 3, 12, 24, 4, 3, List.of(0, 1, 2, 3), List.of(4, 6, 8, 10), 8, 1e-12)
        : new DptConfig(15, 5, 1, 10, 15, 6, 5, List.of(0, 2, 3, 5), List.of(3, 5, 6, 7), 6, 1e-12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"even", "odd"})
  void depthMatchesTransformers(String name) {
    FormulaCase.check(
        ENGINE,
        "dpt/depth-" + name,
        () -> new DptDepthModel(config(name), UNDEFINED),
        model -> x -> List.of(model.forward(x).mul(1.0 / 256)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"even", "odd"})
  void segmentationMatchesTransformers(String name) {
    FormulaCase.check(
        ENGINE,
        "dpt/segmentation-" + name,
        () -> new DptSegmentationModel(config(name), 3, UNDEFINED),
        model -> x -> List.of(everyFourth(model.logits(x).getFirst()).mul(1.0 / 1024)));
  }

  /** Every fourth row and column of (batch, channels, size, size). */
  private static Tensor everyFourth(Tensor x) {
    int size = x.size(2);
    int kept = (size + 3) / 4;
    int[] rows = new int[kept];
    Arrays.setAll(rows, i -> 4 * i);
    Tensor byRow = Indexing.embedding(x.permute(2, 0, 1, 3).reshape(size, -1), Tensor.of(rows));
    Tensor byColumn =
        byRow.reshape(kept, x.size(0), x.size(1), size).permute(3, 0, 1, 2).reshape(size, -1);
    return Indexing.embedding(byColumn, Tensor.of(rows))
        .reshape(kept, kept, x.size(0), x.size(1))
        .permute(2, 3, 1, 0);
  }

  @Test
  void selectedLayersMustExist() {
    assertThatThrownBy(
            () ->
                new DptConfig(
                    16, 4, 3, 12, 24, 4, 3, List.of(0, 1, 2, 4), List.of(4, 6, 8, 10), 8, 1e-12))
        .hasMessage(
            "backbone_out_indices must be four ascending layers below num_hidden_layers=4, got"
                + " [0, 1, 2, 4]");
  }
}
