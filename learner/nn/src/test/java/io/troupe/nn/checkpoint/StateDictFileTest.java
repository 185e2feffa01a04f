package io.troupe.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.Module;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateDictFileTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));

  @TempDir Path folder;
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

  /** A module with six parameters and the buffers of a batch norm. */
  private static final class Net extends Module {
    Net(double value) {
      for (String name : List.of("a", "b", "c", "d", "e", "f")) {
        parameter(name, Tensor.full(DType.FLOAT32, Shape.of(2), value));
      }
      buffer("running_mean", Tensor.full(DType.FLOAT32, Shape.of(3), value));
      buffer("num_batches_tracked", Tensor.of(new long[] {(long) value}).reshape(Shape.of()));
    }
  }

  private Path write(Map<String, Tensor> tensors) throws IOException {
    Path path = folder.resolve("net.safetensors");
    SafetensorsWriter.write(path, tensors);
    return path;
  }

  private static double[] values(Module net) {
    return net.stateDict().values().stream().mapToDouble(tensor -> tensor.get(0)).toArray();
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void weightsOfEveryStorageTypeAreLoaded(StorageType type) throws IOException {
    Path path = folder.resolve("net.safetensors");
    StateDictFile.save(path, new Net(3), type);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.tensors().get("a").type()).isEqualTo(type);
      assertThat(file.tensors().get("num_batches_tracked").type()).isEqualTo(StorageType.I64);
    }
    Net net = new Net(0);
    StateDictFile.load(path, net);
    assertThat(values(net)).containsOnly(3);
  }

  @Test
  void missingAndUnexpectedTensorsAreListedAndNothingIsLoaded() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(new Net(3).stateDict());
    tensors.remove("b");
    tensors.remove("running_mean");
    for (int i = 0; i < 7; i++) {
      tensors.put("head." + i, Tensor.zeros(1));
    }
    Path path = write(tensors);
    Net net = new Net(0);
    assertThatThrownBy(() -> StateDictFile.load(path, net))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(
            path
                + ": the weights do not fit the model: missing b, running_mean; not expected"
                + " head.0, head.1, head.2, head.3, head.4 and 2 more");
    assertThat(values(net)).containsOnly(0);
  }

  @Test
  void tensorsOfWrongShapeAreListedAndNothingIsLoaded() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(new Net(3).stateDict());
    tensors.put("c", Tensor.zeros(2, 1));
    tensors.put("f", Tensor.zeros(4));
    Path path = write(tensors);
    Net net = new Net(0);
    assertThatThrownBy(() -> StateDictFile.load(path, net))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(
            path
                + ": the weights do not fit the model: c must have shape (2), got (2, 1), f must"
                + " have shape (2), got (4)");
    assertThat(values(net)).containsOnly(0);
  }

  @Test
  void oneMessageListsMissingUnexpectedAndWronglyShapedTensors() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(new Net(3).stateDict());
    tensors.remove("a");
    tensors.put("z", Tensor.zeros(1));
    tensors.put("c", Tensor.zeros(3));
    Path path = write(tensors);
    assertThatThrownBy(() -> StateDictFile.load(path, new Net(0)))
        .hasMessage(
            path
                + ": the weights do not fit the model: missing a; not expected z; c must have"
                + " shape (2), got (3)");
  }

  @Test
  void integerWeightIsRejected() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(new Net(3).stateDict());
    tensors.put("a", Tensor.of(new int[] {1, 2}));
    Path path = write(tensors);
    assertThatThrownBy(() -> StateDictFile.load(path, new Net(0)))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining(
            "weights must be F32, F64, BF16 or F16 (integers for counts), got I32 for a;");
  }

  @Test
  void ignoredTensorsMayBeInTheFile() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(new Net(3).stateDict());
    tensors.put("aux.weight", Tensor.zeros(1));
    Path path = write(tensors);
    Net net = new Net(0);
    StateDictFile.load(path, net, StateDictNames.ignoring(name -> name.startsWith("aux.")));
    assertThat(values(net)).containsOnly(3);
  }

  @Test
  void missingNumBatchesTrackedIsLoadedAsZero() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(new Net(3).stateDict());
    tensors.remove("num_batches_tracked");
    Net net = new Net(5);
    StateDictFile.load(write(tensors), net);
    assertThat(net.stateDict().get("num_batches_tracked").get(0)).isZero();
    assertThat(net.stateDict().get("a").get(0)).isEqualTo(3);
  }
}
