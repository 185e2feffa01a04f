package io.troupe.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.memory.MemoryUse;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private static final int BLOCKS = 6;

  private final Engine engine = Engine.of(CpuBackend.create(1));
  private final Scope weights = engine.longLived("weights");
  private final Tensor weight = tensor(weights, 64, 64).requiresGrad(true);

  @AfterEach
  void close() {
    weights.close();
    engine.close();
  }

  private static Tensor tensor(Scope scope, int rows, int columns) {
    Random random = new Random(rows);
    float[] elements = new float[rows * columns];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (float) random.nextGaussian() / 8;
    }
    try (Scope.Entered _ = scope.enter()) {
      return Tensor.of(elements, rows, columns);
    }
  }

  private Tensor block(Tensor x) {
    Tensor hidden = MatrixProducts.linear(x, weight, null).apply(UnaryOp.TANH);
    return x.add(MatrixProducts.linear(hidden, weight, null));
  }

  /** The gradients of x and of the weight after a pass through several blocks. */
  private List<float[]> gradients(boolean withInputGradient, UnaryOperator<Tensor> block) {
    try (Scope step = engine.open("step")) {
      Tensor x = tensor(step, 512, 64).requiresGrad(withInputGradient);
      Tensor y = x;
      for (int i = 0; i < BLOCKS; i++) {
        y = block.apply(y);
      }
      y.apply(UnaryOp.SQUARE).sum().backwardAndRelease();
      float[] ofWeight = weight.grad().toFloats();
      weight.zeroGrad();
      return withInputGradient ? List.of(ofWeight, x.grad().toFloats()) : List.of(ofWeight);
    }
  }

  private Tensor checkpointed(Tensor x) {
    return Checkpoint.of(this::block, x, List.of(weight));
  }

  @Test
  void gradientsAreTheSameBitForBit() {
    for (boolean withInputGradient : new boolean[] {true, false}) {
      List<float[]> kept = gradients(withInputGradient, this::block);
      List<float[]> recomputed = gradients(withInputGradient, this::checkpointed);

      assertThat(recomputed).usingRecursiveComparison().isEqualTo(kept);
    }
  }

  @Test
  void activationsOfOneBlockExistAtATime() {
    gradients(true, this::checkpointed);
    long checkpointed = engine.memory().peakBytes(MemoryUse.ACTIVATIONS);
    gradients(true, this::block);
    long kept = engine.memory().peakBytes(MemoryUse.ACTIVATIONS);

    long bytes = 4L * 512 * 64; // of one activation; a block has three and their gradients
    assertThat(checkpointed).isLessThan((BLOCKS + 9) * bytes);
    assertThat(kept).isGreaterThan(4 * BLOCKS * bytes);
  }

  @Test
  void nothingIsRecordedWithoutAnythingToTrain() {
    weight.requiresGrad(false);
    try (Scope step = engine.open("step")) {
      assertThat(checkpointed(tensor(step, 8, 64)).requiresGrad()).isFalse();
    }
  }

  @Test
  void weightsMustNotChangeBeforeTheBackwardPass() {
    try (Scope step = engine.open("step")) {
      Tensor loss = checkpointed(tensor(step, 8, 64)).sum();
      weight.muli(2);

      assertThatThrownBy(loss::backward).hasMessageContaining("saved by checkpoint");
    }
  }
}
