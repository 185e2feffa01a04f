package io.troupe.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RecurrentCell;
import io.troupe.tensor.backend.TestBackend;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Recurrent layers: gradients, agreement of backends, and independence of padding and threads. */
class RecurrentTest {
  private static final long SEED = 31;

  /** All results of a layer as one vector. Copies the gates, since the layer overwrites them. */
  private static Tensor run(RecurrentCell cell, List<Tensor> in, int[] lengths, boolean backwards) {
    Recurrent r =
        Recurrent.of(
            cell,
            in.get(0).copy(),
            in.get(1),
            cell == RecurrentCell.GRU ? in.get(2) : null,
            in.get(3),
            cell == RecurrentCell.LSTM ? in.get(4) : null,
            lengths,
            backwards);
    List<Tensor> results = new ArrayList<>();
    results.add(r.output().reshape(-1));
    results.add(r.state().reshape(-1).mul(1.5));
    if (r.cellState() != null) {
      results.add(r.cellState().reshape(-1));
    }
    return Indexing.cat(0, results);
  }

  private static Tensor[] inputs(
      RandomTensors random, DType type, RecurrentCell cell, int time, int batch, int hidden) {
    int width = cell.numGates() * hidden;
    return new Tensor[] {
      random.uniform(type, Shape.of(time, batch, width), -1, 1),
      random.uniform(type, Shape.of(width, hidden), -0.5, 0.5),
      random.uniform(type, Shape.of(width), -0.5, 0.5),
      random.uniform(type, Shape.of(batch, hidden), -1, 1),
      random.uniform(type, Shape.of(batch, hidden), -1, 1)
    };
  }

  /** The tensors that a cell uses. A gradient check requires a gradient for each tensor. */
  private static int[] used(RecurrentCell cell) {
    return switch (cell) {
      case RNN_TANH, RNN_RELU -> new int[] {0, 1, 3};
      case LSTM -> new int[] {0, 1, 3, 4};
      case GRU -> new int[] {0, 1, 2, 3};
    };
  }

  @ParameterizedTest
  @EnumSource
  void gradientsMatchFiniteDifferences(RecurrentCell cell) {
    for (TestBackend backend : TestBackend.values()) {
      try (Engine engine = backend.open();
          Scope _ = engine.open(cell.name())) {
        check(cell, null, false);
        check(cell, new int[] {3, 1}, false);
        check(cell, new int[] {2, 3}, true);
      }
    }
  }

  private static void check(RecurrentCell cell, int[] lengths, boolean backwards) {
    Tensor[] all = inputs(new RandomTensors(SEED), DType.FLOAT64, cell, 3, 2, 2);
    int[] used = used(cell);
    GradientCheck.check(
        in -> {
          List<Tensor> operands = new ArrayList<>(Arrays.asList(all));
          for (int i = 0; i < used.length; i++) {
            operands.set(used[i], in.get(i));
          }
          return run(cell, operands, lengths, backwards);
        },
        Arrays.stream(used).mapToObj(i -> all[i]).toArray(Tensor[]::new));
  }

  @ParameterizedTest
  @EnumSource
  void backendsAgree(RecurrentCell cell) {
    int[][] sizes = {{1, 1, 1}, {2, 3, 5}, {3, 2, 16}, {2, 5, 17}, {2, 3, 33}};
    try (Engine reference = TestBackend.ND4J.open();
        Engine fast = TestBackend.CPU.open()) {
      for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
        for (int[] size : sizes) {
          for (int kind = 0; kind < 3; kind++) {
            int[] lengths = kind == 0 ? null : lengths(size[0], size[1]);
            List<double[]> expected = results(reference, type, cell, size, lengths, kind);
            List<double[]> actual = results(fast, type, cell, size, lengths, kind);
            double most = type == DType.FLOAT32 ? 4e-6 : 1e-14;
            for (int i = 0; i < expected.size(); i++) {
              assertThat(actual.get(i))
                  .as("%s %s %s, kind %d, tensor %d", cell, type, Arrays.toString(size), kind, i)
                  .usingComparatorWithPrecision(most)
                  .containsExactly(expected.get(i));
            }
          }
        }
      }
    }
  }

  private static int[] lengths(int time, int batch) {
    int[] lengths = new int[batch];
    for (int row = 0; row < batch; row++) {
      lengths[row] = 1 + row % time;
    }
    return lengths;
  }

  /** The results of a layer and all gradients. The last kind of cell runs backwards. */
  private static List<double[]> results(
      Engine engine, DType type, RecurrentCell cell, int[] size, int[] lengths, int kind) {
    try (Scope _ = engine.open(cell.name())) {
      RandomTensors random = new RandomTensors(SEED);
      Tensor[] in = inputs(random, type, cell, size[0], size[1], size[2]);
      int[] used = used(cell);
      for (int i : used) {
        in[i].requiresGrad(true);
      }
      Tensor y = run(cell, List.of(in), lengths, kind == 2);
      y.backward(random.uniform(type, y.shape(), -1, 1));
      List<double[]> results = new ArrayList<>();
      results.add(y.toDoubles());
      for (int i : used) {
        results.add(in[i].grad().toDoubles());
      }
      return results;
    }
  }

  @ParameterizedTest
  @EnumSource
  void resultsDoNotDependOnThreadsBitForBit(RecurrentCell cell) {
    List<double[]> alone = onThreads(1, cell);
    for (int threads : new int[] {2, 3}) {
      List<double[]> together = onThreads(threads, cell);
      for (int i = 0; i < alone.size(); i++) {
        assertThat(together.get(i)).as("%d threads, tensor %d", threads, i).isEqualTo(alone.get(i));
      }
    }
  }

  private static List<double[]> onThreads(int threads, RecurrentCell cell) {
    try (Engine engine = Engine.of(CpuBackend.create(threads))) {
      return results(engine, DType.FLOAT32, cell, new int[] {5, 37, 48}, lengths(5, 37), 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void resultsDoNotDependOnPadding(RecurrentCell cell) {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open(cell.name())) {
      for (boolean backwards : new boolean[] {false, true}) {
        Tensor[] in = inputs(new RandomTensors(SEED), DType.FLOAT32, cell, 4, 1, 19);
        Tensor[] shorter = in.clone();
        shorter[0] = in[0].rows(0, 3).copy();
        Tensor padded = run(cell, List.of(in), new int[] {3}, backwards);
        Tensor alone = run(cell, List.of(shorter), null, backwards);
        double[] outputs = padded.toDoubles();
        double[] expected = alone.toDoubles();
        int states = 3 * 19;
        assertThat(Arrays.copyOf(outputs, states)).isEqualTo(Arrays.copyOf(expected, states));
        assertThat(Arrays.copyOfRange(outputs, states, states + 19)).containsOnly(0);
        assertThat(Arrays.copyOfRange(outputs, states + 19, outputs.length))
            .isEqualTo(Arrays.copyOfRange(expected, states, expected.length));
      }
    }
  }

  @Test
  void rejectsInvalidLengthsAndShapes() {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("errors")) {
      Tensor gates = Tensor.zeros(3, 2, 8);
      Tensor weight = Tensor.zeros(8, 2);
      assertThatThrownBy(() -> lstm(gates, Tensor.zeros(6, 2), null))
          .hasMessage(
              "LSTM of gates (3, 2, 8) with weight (6, 2) must be (time, batch, 4 hidden), one step"
                  + " or more, and (4 hidden, hidden)");
      assertThatThrownBy(() -> lstm(gates, weight, new int[] {3, 4}))
          .hasMessage("length of sequence 1 must be in [1, 3], got 4");
      assertThatThrownBy(() -> lstm(gates, weight, new int[] {3}))
          .hasMessage("lengths must have one element for each of the 2 sequences, got 1");
      assertThatThrownBy(
              () ->
                  Recurrent.of(
                      RecurrentCell.LSTM,
                      gates,
                      weight,
                      null,
                      Tensor.zeros(1, 2),
                      null,
                      null,
                      false))
          .hasMessage("initial state must be (batch, hidden) (2, 2), got (1, 2)");
    }
  }

  private static Recurrent lstm(Tensor gates, Tensor weight, int[] lengths) {
    return Recurrent.of(RecurrentCell.LSTM, gates, weight, null, null, null, lengths, false);
  }
}
