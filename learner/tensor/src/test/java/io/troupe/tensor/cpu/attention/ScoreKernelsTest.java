package io.troupe.tensor.cpu.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.IsasOfMachine;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.VectorMath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All score kernels give the bits of scalar loops over each column. */
class ScoreKernelsTest {
  private static final int PAGE = PageKernels.PAGE;
  private static final int COLUMNS = 40;
  private static final int FIRST = 64;
  private static final float HIDDEN = Float.NEGATIVE_INFINITY;

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 0", "15, 3", "16, 16", "17, 1", "33, 20", "64, 60", "100, 100"})
  void softmaxAddsInOrder(int keys, int visible) {
    all()
        .forEach(
            (kernels, lanes) -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment scores = numbers(arena, keys * COLUMNS);
                float[] before = scores.toArray(ValueLayout.JAVA_FLOAT);
                MemorySegment limits = limits(arena, visible);
                MemorySegment max = numbers(arena, lanes);
                MemorySegment sum = numbers(arena, lanes);
                long sums = arena.allocate(ScoreKernels.SUMS_BYTES, 64).address();
                kernels.softmax(
                    scores(scores, keys, visible, limits), sums, max.address(), sum.address());
                for (int column = 0; column < lanes; column++) {
                  float[] expected = column(before, keys, column);
                  hide(expected, visible, limits.getAtIndex(ValueLayout.JAVA_FLOAT, column));
                  float largest = HIDDEN;
                  for (float score : expected) {
                    largest = Math.max(largest, score);
                  }
                  exponentials(expected, largest);
                  String name = "%s, column %d".formatted(kernels, column);
                  assertThat(column(scores.toArray(ValueLayout.JAVA_FLOAT), keys, column))
                      .as(name)
                      .isEqualTo(expected);
                  assertThat(max.getAtIndex(ValueLayout.JAVA_FLOAT, column))
                      .as(name)
                      .isEqualTo(largest);
                  assertThat(sum.getAtIndex(ValueLayout.JAVA_FLOAT, column))
                      .as(name)
                      .isEqualTo(sum(expected));
                }
                assertOthersUnchanged(scores, before, lanes);
              }
            });
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 0", "15, 3", "16, 16", "17, 1", "33, 20", "64, 60", "100, 100"})
  void gradientsOfEachKey(int keys, int visible) {
    all()
        .forEach(
            (kernels, lanes) -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment scores = numbers(arena, keys * COLUMNS);
                MemorySegment gradients = numbers(arena, keys * COLUMNS);
                float[] before = scores.toArray(ValueLayout.JAVA_FLOAT);
                float[] gradientsBefore = gradients.toArray(ValueLayout.JAVA_FLOAT);
                MemorySegment limits = limits(arena, visible);
                MemorySegment logSums = numbers(arena, lanes);
                MemorySegment deltas = numbers(arena, lanes);
                kernels.gradient(
                    scores(scores, keys, visible, limits),
                    gradients.address(),
                    logSums.address(),
                    deltas.address());
                for (int column = 0; column < lanes; column++) {
                  float[] p = column(before, keys, column);
                  hide(p, visible, limits.getAtIndex(ValueLayout.JAVA_FLOAT, column));
                  exponentials(p, logSums.getAtIndex(ValueLayout.JAVA_FLOAT, column));
                  float[] expected = column(gradientsBefore, keys, column);
                  for (int key = 0; key < keys; key++) {
                    expected[key] =
                        p[key]
                            * (expected[key] - deltas.getAtIndex(ValueLayout.JAVA_FLOAT, column));
                  }
                  String name = "%s, column %d".formatted(kernels, column);
                  assertThat(column(scores.toArray(ValueLayout.JAVA_FLOAT), keys, column))
                      .as(name)
                      .isEqualTo(p);
                  assertThat(column(gradients.toArray(ValueLayout.JAVA_FLOAT), keys, column))
                      .as(name)
                      .isEqualTo(expected);
                }
                assertOthersUnchanged(gradients, gradientsBefore, lanes);
              }
            });
  }

  /** Kernels and the lanes of their vectors. */
  private static Map<ScoreKernels, Integer> all() {
    Map<ScoreKernels, Integer> all = new LinkedHashMap<>();
    all.put(new VectorScores(), Lanes.COUNT);
    IsasOfMachine.all().forEach(isa -> all.put(new GeneratedScores(isa), isa.lanes()));
    return all;
  }

  private static ScoreKernels.Scores scores(
      MemorySegment scores, int keys, int visible, MemorySegment limits) {
    return new ScoreKernels.Scores(
        scores.address(),
        4L * COLUMNS,
        FIRST,
        FIRST + keys,
        FIRST + Math.max(1, visible),
        limits.address());
  }

  /** Each column attends to a key more than every second one before it. */
  private static MemorySegment limits(Arena arena, int visible) {
    MemorySegment limits = arena.allocate(4L * COLUMNS, 64);
    for (int column = 0; column < COLUMNS; column++) {
      float last = FIRST + Math.max(1, visible) - 1 + column / 2;
      limits.setAtIndex(ValueLayout.JAVA_FLOAT, column, last);
    }
    return limits;
  }

  private static void hide(float[] column, int visible, float limit) {
    for (int key = Math.max(1, visible); key < column.length; key++) {
      column[key] = limit < FIRST + key ? HIDDEN : column[key];
    }
  }

  private static void exponentials(float[] column, float subtrahend) {
    for (int key = 0; key < column.length; key++) {
      column[key] = VectorMath.exp(column[key] - subtrahend);
    }
  }

  private static float sum(float[] column) {
    float[] sums = new float[PAGE];
    for (int key = 0; key < column.length; key++) {
      sums[key % PAGE] += column[key];
    }
    for (int half = PAGE / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[0];
  }

  private static float[] column(float[] rows, int keys, int column) {
    float[] values = new float[keys];
    for (int key = 0; key < keys; key++) {
      values[key] = rows[key * COLUMNS + column];
    }
    return values;
  }

  private static void assertOthersUnchanged(MemorySegment after, float[] before, int lanes) {
    for (int column = lanes; column < COLUMNS; column++) {
      int keys = before.length / COLUMNS;
      assertThat(column(after.toArray(ValueLayout.JAVA_FLOAT), keys, column))
          .isEqualTo(column(before, keys, column));
    }
  }

  private static MemorySegment numbers(Arena arena, int n) {
    Random random = new Random(n);
    MemorySegment numbers = arena.allocate(4L * n, 64);
    for (int i = 0; i < n; i++) {
      numbers.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (3 * random.nextGaussian()));
    }
    return numbers;
  }
}
