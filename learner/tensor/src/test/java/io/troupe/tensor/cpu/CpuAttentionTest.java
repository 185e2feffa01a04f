package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.fail;

import io.troupe.tensor.Engine;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.attention.CpuAttention;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.MemoryPool;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuAttentionTest {
  private static final List<PackedSequences> LAYOUTS =
      List.of(
          PackedSequences.of(1),
          PackedSequences.of(15),
          PackedSequences.of(16, 17),
          PackedSequences.of(31, 0, 33, 1),
          PackedSequences.of(300),
          PackedSequences.of(new int[] {1, 5, 40}, new int[] {-1, 0, 0}),
          PackedSequences.of(new int[] {15, 17, 3, 33}, new int[] {-1, 0, 0, -1}),
          PackedSequences.of(new int[] {16, 16, 17, 7}, new int[] {-1, -1, 0, 1}),
          PackedSequences.of(new int[] {17, 31, 1}, new int[] {-1, 0, 0}),
          PackedSequences.of(new int[] {40, 2, 9, 230}, new int[] {-1, 0, 0, 0}));

  private final MemoryPool memory = new MemoryPool();
  private final ComputePool pool = new ComputePool(2);
  private final CpuAttention attention = new CpuAttention(pool);
  private Scope scope;

  @BeforeEach
  void open() {
    scope = new Engine(CpuBackend.create(1), memory).open("test");
  }

  @AfterEach
  void close() {
    scope.close();
    pool.close();
    memory.close();
  }

  /** Tolerance for outputs, which are means of values of order 1 with a few roundings each. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 15, 16, 17, 48, 64, 80})
  void outputsAndGradientsMatchDoublePrecision(int headDim) {
    int[][] heads = {{1, 1}, {4, 1}, {6, 2}, {3, 3}};
    for (int i = 0; i < LAYOUTS.size(); i++) {
      int[] h = heads[i % heads.length];
      AttentionCase one =
          AttentionCase.random(LAYOUTS.get(i), h[0], h[1], headDim, 7 + i).forward(attention);
      AttentionCase exact = one.inDoubles().forward(attention).backward(attention);
      String name = "layout " + i + ", headDim " + headDim;
      check(name + " out", one.out, exact.out, 1e-5);
      check(name + " lse", one.lse, exact.lse, 1e-5);
      one.backward(attention);
      check(name + " dq", one.dq, exact.dq, 4e-5);
      check(name + " dk", one.dk, exact.dk, 4e-5);
      check(name + " dv", one.dv, exact.dv, 4e-5);
    }
  }

  static void check(String name, Tensor actual, Tensor expected, double tolerance) {
    double[] expectedElements = expected.toDoubles();
    double[] actualElements = actual.toDoubles();
    for (int i = 0; i < actualElements.length; i++) {
      double error = Math.abs(actualElements[i] - expectedElements[i]);
      if (!(error <= tolerance * Math.max(1, Math.abs(expectedElements[i])))) {
        fail("%s[%d] is %s, not %s", name, i, actualElements[i], expectedElements[i]);
      }
    }
  }
}
