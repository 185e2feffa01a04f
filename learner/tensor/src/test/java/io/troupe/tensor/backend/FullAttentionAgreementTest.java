package io.troupe.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class FullAttentionAgreementTest {
  /** Allowed difference for sums of weighted values and for gradients summed over all rows. */
  private static final double OF_A_SUM = 200;

  /** Batch, queries, keys, heads, size of a head; then groups of the bias and its heads. */
  private static final int[][] CASES = {
    {1, 1, 1, 1, 1, 1, 1},
    {2, 5, 3, 2, 7, 1, 2},
    {4, 17, 17, 3, 16, 2, 3},
    {2, 65, 65, 3, 64, 1, 3},
    {3, 33, 300, 2, 15, 3, 2},
    {2, 130, 257, 1, 33, 2, 1},
    {6, 49, 49, 3, 32, 3, 1},
    {0, 4, 5, 2, 8, 1, 2},
    {5, 0, 3, 2, 8, 1, 2},
  };

  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  @Test
  void fastAttentionAgreesWithItsDefinition() {
    for (int[] sizes : CASES) {
      for (boolean isMasked : new boolean[] {false, true}) {
        for (boolean isBiased : new boolean[] {false, true}) {
          AGREEMENT.check(
              "%s, mask %s, bias %s".formatted(Shape.of(sizes), isMasked, isBiased),
              OF_A_SUM,
              (backend, random) ->
                  run(backend, operands(random, sizes, isMasked, isBiased), random));
        }
      }
    }
  }

  private static AttentionOperands operands(
      RandomTensors random, int[] c, boolean isMasked, boolean isBiased) {
    DType type = DType.FLOAT32;
    Tensor q = random.uniform(type, Shape.of(c[0], c[1], c[3], c[4]), -2, 2);
    Tensor k = random.uniform(type, Shape.of(c[0], c[2], c[3], c[4]), -2, 2);
    Tensor v = random.of(type, c[0], c[2], c[3], c[4]);
    Tensor bias = isBiased ? random.of(type, c[5], c[6], c[1], c[2]) : null;
    return new AttentionOperands(q, k, v, bias, isMasked ? mask(c[0], c[2]) : null, 0.3);
  }

  /** Hides every third key, and the second half of every second example. */
  private static Tensor mask(int batch, int keys) {
    int[] mask = new int[batch * keys];
    for (int i = 0; i < mask.length; i++) {
      int key = i % keys;
      boolean isHidden = key > 0 && (key % 3 == 1 || i / keys % 2 == 1 && key > keys / 2);
      mask[i] = isHidden ? 0 : 1;
    }
    return Tensor.of(mask, batch, keys);
  }

  private static List<Tensor> run(Backend backend, AttentionOperands in, RandomTensors random) {
    Tensor out = Tensor.empty(DType.FLOAT32, in.q().shape());
    Tensor lse = Tensor.empty(DType.FLOAT32, in.q().shape().without(3));
    backend.attention().fullAttention(out, lse, in);
    Tensor dOut = random.of(DType.FLOAT32, in.q().shape().sizes());
    Tensor dq = Tensor.empty(DType.FLOAT32, in.q().shape());
    Tensor dk = Tensor.empty(DType.FLOAT32, in.k().shape());
    Tensor dv = Tensor.empty(DType.FLOAT32, in.v().shape());
    boolean ofBias = in.bias() != null && in.bias().size(1) == in.heads();
    Tensor dBias = ofBias ? Tensor.empty(DType.FLOAT32, in.bias().shape()) : null;
    backend.attention().fullAttentionGrad(dq, dk, dv, dBias, dOut, out, lse, in);
    List<Tensor> results = new ArrayList<>(List.of(out, lse, dq, dk, dv));
    if (ofBias) {
      results.add(dBias);
    }
    return results;
  }

  @Test
  void resultsHaveTheSameBitsWithOneAndTwoThreads() {
    List<float[]> one = bits(1);
    List<float[]> two = bits(2);
    for (int i = 0; i < one.size(); i++) {
      assertThat(two.get(i)).as("result %d", i).isEqualTo(one.get(i));
    }
  }

  private static List<float[]> bits(int threads) {
    try (Engine engine = Engine.of(CpuBackend.create(threads));
        Scope _ = engine.open("threads")) {
      RandomTensors random = new RandomTensors(3);
      AttentionOperands in = operands(random, new int[] {8, 49, 70, 3, 32, 2, 3}, true, true);
      return run(Backend.of(engine), in, random).stream().map(Tensor::toFloats).toList();
    }
  }

  @Test
  void operandsThatDoNotFitAreRejected() {
    try (Engine engine = TestBackend.CPU.open();
        Scope _ = engine.open("bad operands")) {
      Tensor q = Tensor.zeros(2, 3, 1, 4);
      Tensor k = Tensor.zeros(2, 5, 1, 4);
      assertThatThrownBy(() -> new AttentionOperands(q, Tensor.zeros(2, 5, 2, 4), k, null, null, 1))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("(batch, queries, heads, headDim)");
      assertThatThrownBy(() -> new AttentionOperands(q, k, k, Tensor.zeros(3, 1, 3, 5), null, 1))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("bias");
      Tensor mask = Tensor.of(new int[] {1, 1, 1, 1, 1, 0, 0, 0, 0, 0}, 2, 5);
      assertThatThrownBy(() -> new AttentionOperands(q, k, k, null, mask, 1))
          .hasMessageContaining("got none of example 1");
    }
  }
}
