package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.products.CpuMatrices;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.MemoryPool;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Products are equal bit for bit for any number of rows and threads, with packed and unpacked
 * weights.
 */
class MatrixInvarianceTest {
  private final MemoryPool memory = new MemoryPool();
  private final Engine engine = new Engine(CpuBackend.create(1), memory);
  private final Scope weights = engine.longLived("weights");
  private final Scope scope = engine.open("test");
  private final ComputePool threads = new ComputePool(2);
  private final CpuMatrices matrices = new CpuMatrices(threads);
  private final SplittableRandom random = new SplittableRandom(11);

  @AfterEach
  void close() {
    scope.close();
    weights.close();
    memory.close();
    threads.close();
  }

  @ParameterizedTest
  @CsvSource({"161, 771", "128, 288", "10, 64", "384, 1"})
  void rowsDoNotDependOnTheNumberOfRowsBitForBit(int outFeatures, int inFeatures) {
    Tensor weight = uniform(weights, outFeatures, inFeatures);
    Tensor bias = uniform(weights, outFeatures);
    Tensor x = uniform(scope, 257, inFeatures);
    float[] all = linear(matrices, x, weight, bias);
    for (int rows : new int[] {1, 2, 3, 5, 6, 11, 12, 13, 64}) {
      for (int from : new int[] {0, 1, 131, 257 - rows}) {
        float[] part = linear(matrices, x.rows(from, from + rows), weight, bias);
        float[] same = Arrays.copyOfRange(all, from * outFeatures, (from + rows) * outFeatures);
        assertThat(part).as("%s rows from %s", rows, from).isEqualTo(same);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void resultsDoNotDependOnThreadsBitForBit(int count) {
    try (ComputePool others = new ComputePool(count)) {
      CpuMatrices other = new CpuMatrices(others);
      for (int rows : new int[] {1, 7, 300}) {
        Tensor weight = uniform(weights, 450, 400);
        Tensor x = uniform(scope, rows, 400);
        float[] actual = linear(other, x, weight, null);
        assertThat(actual).isEqualTo(linear(matrices, x, weight, null));
      }
      Tensor dy = uniform(scope, 1500, 90);
      Tensor x = uniform(scope, 1500, 70);
      assertThat(accumulated(other, dy, x)).isEqualTo(accumulated(matrices, dy, x));
    }
  }

  private float[] accumulated(CpuMatrices by, Tensor dy, Tensor x) {
    Tensor out = Tensor.empty(scope, DType.FLOAT32, Shape.of(dy.size(1), x.size(1)));
    out.setFloats(new float[(int) out.numel()]);
    by.matmul(out, dy, true, x, false, true);
    by.matmul(out, dy, true, x, false, true);
    return out.toFloats();
  }

  @Test
  void packedAndUnpackedWeightsGiveEqualResultsBitForBit() {
    Tensor weight = uniform(weights, 130, 500);
    Tensor x = uniform(scope, 30, 500);
    Tensor bias = uniform(scope, 130);
    float[] first = linear(matrices, x, weight, bias);
    float[] packed = linear(matrices, x, weight, bias); // the second use makes a copy
    assertThat(packed).isEqualTo(first);
    assertThat(linear(matrices, x, scope.keep(weight), bias)).isEqualTo(packed);
    Tensor product = Tensor.empty(scope, DType.FLOAT32, Shape.of(2, 15, 130));
    matrices.matmul(product, x.view(0, Shape.of(2, 15, 500)), false, weight, true, false);
    assertThat(product.toFloats()).isEqualTo(linear(matrices, x, weight, null));
  }

  @Test
  void packedCopyIsUpdatedWithTheWeight() {
    Tensor weight = uniform(weights, 40, 20);
    Tensor x = uniform(scope, 3, 20);
    linear(matrices, x, weight, null);
    float[] before = linear(matrices, x, weight, null); // the second use makes a copy
    weight.setFloats(uniform(scope, 40, 20).toFloats());
    float[] after = linear(matrices, x, weight, null);
    assertThat(after).isNotEqualTo(before);
    assertThat(after).isEqualTo(linear(matrices, x, scope.keep(weight), null));
  }

  @Test
  void slicesOfOneWeightHaveSeparatePackedCopies() {
    Tensor weight = uniform(weights, 96, 20);
    Tensor x = uniform(scope, 3, 20);
    for (int round = 0; round < 2; round++) {
      for (int from : new int[] {0, 32, 64}) {
        Tensor part = weight.rows(from, from + 32);
        float[] expected = linear(matrices, x, scope.keep(part), null);
        linear(matrices, x, part, null);
        assertThat(linear(matrices, x, part, null)).isEqualTo(expected);
      }
      weight.setFloats(uniform(scope, 96, 20).toFloats());
    }
  }

  @Test
  void memoryOfPackedCopiesIsReleased() {
    long before = memory.usedBytes();
    try (Scope model = engine.longLived("model")) {
      Tensor first = uniform(model, 40, 20);
      Tensor second = uniform(model, 40, 20);
      for (int use = 0; use < 2; use++) { // the second use makes a copy
        linear(matrices, uniform(scope, 3, 20), first, null);
        linear(matrices, uniform(scope, 3, 20), second, null);
      }
      long both = memory.usedBytes();
      model.release(first);
      assertThat(memory.usedBytes()).isLessThan(both - 2 * 4 * 40 * 20);
    }
    scope.close();
    assertThat(memory.usedBytes()).isLessThanOrEqualTo(before);
  }

  @Test
  void threadsMayPackTheSameWeightConcurrently() throws InterruptedException {
    Tensor weight = uniform(weights, 400, 300);
    Tensor x = uniform(scope, 5, 300);
    CountDownLatch start = new CountDownLatch(1);
    float[][] actual = new float[4][];
    Thread[] callers = new Thread[actual.length];
    for (int i = 0; i < callers.length; i++) {
      int caller = i;
      callers[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (Scope _ = engine.open("caller " + caller)) {
                      start.await();
                      actual[caller] = linear(matrices, x, weight, null);
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
    }
    start.countDown();
    for (Thread caller : callers) {
      caller.join();
    }
    float[] expected = linear(matrices, x, weight, null);
    for (float[] each : actual) {
      assertThat(each).isEqualTo(expected);
    }
  }

  private static float[] linear(CpuMatrices by, Tensor x, Tensor weight, Tensor bias) {
    Tensor out = Tensor.empty(DType.FLOAT32, Shape.of(x.size(0), weight.size(0)));
    by.linear(out, x, weight, bias);
    return out.toFloats();
  }

  private Tensor uniform(Scope in, int... sizes) {
    Tensor tensor = Tensor.empty(in, DType.FLOAT32, Shape.of(sizes));
    float[] elements = new float[(int) tensor.numel()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextFloat(-1, 1);
    }
    tensor.setFloats(elements);
    return tensor;
  }
}
