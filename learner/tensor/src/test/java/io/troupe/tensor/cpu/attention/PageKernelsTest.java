package io.troupe.tensor.cpu.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.cpu.vectors.VectorMath;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All page kernels give the bits of chains of fused multiply-adds. */
class PageKernelsTest {
  private static final int PAGE = PageKernels.PAGE;
  private static final int SCORE_ROW = SoftmaxState.CHUNK;

  /** Less 30, the largest, they are about where exponentials become denormal and 0. */
  private static final float[] EXTREME = {
    Float.NEGATIVE_INFINITY, -1e30f, 30, 29.9999f, -57.3f, -58, -73.9f, -73.97f, -73.98f, -80, -81
  };

  @ParameterizedTest
  @CsvSource({
    "1, 32, 1",
    "1, 48, 16",
    "2, 64, 17",
    "3, 20, 100",
    "4, 5, 63",
    "5, 80, 65",
    "7, 64, 256",
    "9, 128, 250",
    "32, 32, 128",
    "1, 96, 15"
  })
  void sumInOrder(int count, int headDim, int keys) {
    Random random = new Random(keys);
    int numPages = (keys + PAGE - 1) / PAGE;
    try (Arena arena = Arena.ofConfined()) {
      long list = list(arena, random, numPages, headDim);
      long queries = numbers(arena, random, count * headDim);
      long weights = numbers(arena, random, count * SCORE_ROW);
      for (PageKernels kernels : all()) {
        long scores = arena.allocate(4L * count * SCORE_ROW, 64).address();
        kernels.scores(scores, queries, count, headDim, list, numPages);
        long sums = arena.allocate(4L * (count * headDim + 1), 64).address();
        Memory.setFloat(sums + 4L * count * headDim, 7);
        kernels.values(sums, weights, count, headDim, list, keys);
        for (int query = 0; query < count; query++) {
          for (int key = 0; key < keys; key++) {
            assertThat(Memory.getFloat(scores + 4L * (query * SCORE_ROW + key)))
                .as("%s: score of query %d and key %d", kernels, query, key)
                .isEqualTo(score(queries + 4L * query * headDim, list, headDim, key));
          }
          for (int d = 0; d < headDim; d++) {
            assertThat(Memory.getFloat(sums + 4L * (query * headDim + d)))
                .as("%s: sum of query %d and dimension %d", kernels, query, d)
                .isEqualTo(sum(weights + 4L * query * SCORE_ROW, list, headDim, d, keys));
          }
        }
        assertThat(Memory.getFloat(sums + 4L * count * headDim)).isEqualTo(7);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 16})
  void softmaxHasTheBitsOfTheScalarExponential(int numPages) {
    int n = numPages * PAGE;
    Random random = new Random(n);
    for (PageKernels kernels : all()) {
      try (Arena arena = Arena.ofConfined()) {
        float[] expected = new float[n];
        long scores = arena.allocate(4L * n, 64).address();
        for (int i = 0; i < n; i++) {
          expected[i] = i < EXTREME.length ? EXTREME[i] : 30 - 150 * random.nextFloat();
          Memory.setFloat(scores + 4L * i, expected[i]);
        }
        float max = maximum(expected);
        float[] sums = new float[PAGE];
        for (int i = 0; i < n; i++) {
          expected[i] = VectorMath.exp(expected[i] - max);
          sums[i % PAGE] += expected[i];
        }
        for (int half = PAGE / 2; half > 0; half /= 2) {
          for (int i = 0; i < half; i++) {
            sums[i] += sums[i + half];
          }
        }
        long results = arena.allocate(8, 8).address();
        kernels.weights(scores, numPages, results, results + 4);
        assertThat(Memory.getFloat(results)).isEqualTo(max);
        assertThat(Memory.getFloat(results + 4)).isEqualTo(sums[0]);
        for (int i = 0; i < n; i++) {
          assertThat(Memory.getFloat(scores + 4L * i))
              .as("%s: %d", kernels, i)
              .isEqualTo(expected[i]);
        }
      }
    }
  }

  private static float maximum(float[] values) {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static List<PageKernels> all() {
    List<PageKernels> all = new ArrayList<>(List.of(new VectorPages()));
    Isa.ofMachine()
        .ifPresent(
            isa -> {
              all.add(new GeneratedPages(isa));
              if (isa == Isa.AVX512) {
                all.add(new GeneratedPages(Isa.AVX2));
              }
            });
    return all;
  }

  private static float score(long query, long list, int headDim, int key) {
    float sum = 0;
    for (int d = 0; d < headDim; d++) {
      long at = page(list, key) + 4L * (d * PAGE + key % PAGE);
      sum = Math.fma(Memory.getFloat(query + 4L * d), Memory.getFloat(at), sum);
    }
    return sum;
  }

  private static float sum(long weights, long list, int headDim, int d, int keys) {
    float sum = 0;
    for (int key = 0; key < keys; key++) {
      long at = page(list, key) + 4L * (key % PAGE * headDim + d);
      sum = Math.fma(Memory.getFloat(weights + 4L * key), Memory.getFloat(at), sum);
    }
    return sum;
  }

  private static long page(long list, int key) {
    return Memory.getLong(list + 8L * (key / PAGE));
  }

  /** Pages in any order, the last one repeated. */
  private static long list(Arena arena, Random random, int numPages, int headDim) {
    long pages = numbers(arena, random, (numPages + 1) * PAGE * headDim);
    long list = arena.allocate(PageKernels.LIST_BYTES, 64).address();
    for (int i = 0; i < numPages + PageKernels.REPEATED; i++) {
      int page = numPages - Math.min(i, numPages - 1);
      Memory.setLong(list + 8L * i, pages + 4L * page * PAGE * headDim);
    }
    return list;
  }

  private static long numbers(Arena arena, Random random, int n) {
    long at = arena.allocate(4L * n + 4L * Lanes.COUNT, 64).address();
    for (int i = 0; i < n; i++) {
      Memory.setFloat(at + 4L * i, (float) random.nextGaussian());
    }
    return at;
  }
}
