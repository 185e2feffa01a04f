package io.troupe.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightAverageTest {
  private static final JsonNode TORCH = Fixtures.json("torch/averages.json");

  @TempDir Path folder;
  private final Engine engine = Engine.of(CpuBackend.create(1));
  private Scope scope;
  private Weights module;

  private static final class Weights extends Module {
    private final Tensor weight = parameter("weight", Tensor.zeros(2, 3));
    private final Tensor count = buffer("count", Tensor.zeros(DType.INT64, Shape.of()));
  }

  @BeforeEach
  void open() {
    scope = engine.open("test");
    module = new Weights();
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  private void step(int n) {
    double[] values = Fixtures.doubles(TORCH.get("steps").get(n));
    module.weight.copyFrom(Tensor.of(values, 2, 3));
    module.count.copyFrom(Tensor.of(new long[] {n + 1}).reshape(Shape.of()));
  }

  private void assertMatchesFixture(boolean ramp, double decay, String expected) {
    try (WeightAverage average = new WeightAverage(module, decay, ramp, engine)) {
      for (int n = 0; n < TORCH.get("steps").size(); n++) {
        step(n);
        average.update();
        double[] means = Fixtures.doubles(TORCH.get(expected).get(n));
        assertThat(average.averages().get("weight").toDoubles())
            .as("update %d", n)
            .containsExactly(means, within(1e-6));
      }
      assertThat(average.averages().get("count").item()).isEqualTo(module.count.item());
    }
  }

  @Test
  void constantDecayMatchesPyTorch() {
    assertMatchesFixture(false, 0.9, "constant");
  }

  @Test
  void rampedDecayMatchesDiffusers() {
    assertMatchesFixture(true, 0.3, "ramped");
  }

  @Test
  void swappingTwiceChangesNothing() {
    try (WeightAverage average = new WeightAverage(module, 0.9, false, engine)) {
      step(0);
      average.update();
      step(1);
      float[] weights = module.weight.toFloats();

      average.swap();
      assertThat(module.weight.toDoubles())
          .containsExactly(Fixtures.doubles(TORCH.get("steps").get(0)), within(1e-6));
      assertThat(module.count.item()).isEqualTo(1);
      average.swap();
      assertThat(module.weight.toFloats()).isEqualTo(weights);
      assertThat(module.count.item()).isEqualTo(2);
    }
  }

  @Test
  void resumedAverageContinuesBitForBit() throws IOException {
    Path file = folder.resolve("average.safetensors");
    try (WeightAverage straight = new WeightAverage(module, 0.9, true, engine);
        WeightAverage resumed = new WeightAverage(module, 0.9, true, engine)) {
      for (int n = 0; n < 3; n++) {
        step(n);
        straight.update();
      }
      straight.save(file);
      resumed.load(file);
      assertThat(resumed.numUpdates()).isEqualTo(3);
      step(3);
      straight.update();
      resumed.update();
      assertThat(resumed.averages().get("weight").toFloats())
          .isEqualTo(straight.averages().get("weight").toFloats());
    }
  }

  @Test
  void rejectsAFileThatIsNotAWeightAverage() throws IOException {
    Path file = folder.resolve("average.safetensors");
    SafetensorsWriter.write(file, List.of(), Map.of());
    try (WeightAverage average = new WeightAverage(module, 0.9, false, engine)) {
      assertThatThrownBy(() -> average.load(file))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessage(file + ": updates must be an integer >= 0, got null");
    }
  }
}
