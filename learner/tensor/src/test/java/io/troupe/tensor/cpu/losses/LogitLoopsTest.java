package io.troupe.tensor.cpu.losses;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.IsasOfMachine;
import io.troupe.tensor.cpu.vectors.VectorMath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated loops give the bits of scalar loops with the same lanes. */
class LogitLoopsTest {
  /** Less 30, the largest, they are about where exponentials become denormal and 0. */
  private static final float[] EXTREME = {
    30, Float.NEGATIVE_INFINITY, -1e30f, 29.9999f, -57.3f, -58, -73.9f, -73.97f, -73.98f, -80
  };

  private static final float MAX = 30;
  private static final float INV_TEMPERATURE = 1.25f;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 1003, 4096})
  void sumsHaveTheBitsOfTheirLanes(int n) {
    float[] x = logits(n, true);
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocateFrom(ValueLayout.JAVA_FLOAT, x).address();
      for (Isa isa : IsasOfMachine.all()) {
        LogitLoops.Sums expected = sums(x, isa.lanes());
        LogitLoops loops = new GeneratedLogits(isa);
        assertThat(loops.sums(address, MAX, INV_TEMPERATURE, n)).as("%s", isa).isEqualTo(expected);
        assertThat(loops.sumOfExp(address, MAX, INV_TEMPERATURE, n))
            .isEqualTo(new LogitLoops.Sums(expected.exp(), 0, 0));
        assertThat(loops.max(address, n)).isEqualTo(max(x));
      }
      LogitLoops vector = new VectorLogits();
      LogitLoops.Sums expected = sums(x, VectorMath.SPECIES.length());
      assertThat(vector.sums(address, MAX, INV_TEMPERATURE, n)).isEqualTo(expected);
      assertThat(vector.sumOfExp(address, MAX, INV_TEMPERATURE, n).exp()).isEqualTo(expected.exp());
      assertThat(vector.max(address, n)).isEqualTo(max(x));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17, 31, 64, 1003, 4096})
  void gradientsHaveTheBitsOfTheScalarExponential(int n) {
    float[] x = logits(n, false);
    float[] expected = new float[n + 1];
    for (int i = 0; i < n; i++) {
      float p = VectorMath.exp(Math.fma(x[i], INV_TEMPERATURE, -31.5f));
      expected[i] = Math.fma(p, -0.3f, 0.01f);
    }
    expected[n] = 7;
    assertThat(grad(new VectorLogits(), x)).isEqualTo(expected);
    for (Isa isa : IsasOfMachine.all()) {
      assertThat(grad(new GeneratedLogits(isa), x)).as("%s", isa).isEqualTo(expected);
    }
  }

  /** A logit that is not a number makes the sums so, wherever it is. */
  @ParameterizedTest
  @ValueSource(ints = {0, 5, 40, 63})
  void sumsOverNotANumberAreNotNumbers(int at) {
    float[] x = logits(64, false);
    x[at] = Float.NaN;
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocateFrom(ValueLayout.JAVA_FLOAT, x).address();
      for (Isa isa : IsasOfMachine.all()) {
        LogitLoops loops = new GeneratedLogits(isa);
        float max = loops.max(address, x.length);
        assertThat(loops.sumOfExp(address, max, 1, x.length).exp()).isNaN();
        assertThat(loops.sums(address, max, 1, x.length).d()).isNaN();
      }
    }
  }

  private static float[] grad(LogitLoops loops, float[] x) {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocateFrom(ValueLayout.JAVA_FLOAT, x).address();
      MemorySegment dx = arena.allocate(4L * (x.length + 1), 64);
      dx.setAtIndex(ValueLayout.JAVA_FLOAT, x.length, 7);
      loops.grad(dx.address(), address, 31.5f, INV_TEMPERATURE, -0.3f, 0.01f, x.length);
      return dx.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private static float[] logits(int n, boolean extreme) {
    Random random = new Random(n);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = extreme && i < EXTREME.length ? EXTREME[i] : MAX - 90 * random.nextFloat();
    }
    return x;
  }

  private static float max(float[] x) {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : x) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static LogitLoops.Sums sums(float[] x, int lanes) {
    float[] exp = new float[lanes];
    float[] product = new float[lanes];
    float[] sum = new float[lanes];
    for (int i = 0; i < x.length / lanes * lanes; i++) {
      float d = (x[i] - MAX) * INV_TEMPERATURE;
      float e = VectorMath.exp(d);
      exp[i % lanes] += e;
      product[i % lanes] = Math.fma(e, Math.max(d, LogitLoops.LOWEST), product[i % lanes]);
      sum[i % lanes] += d;
    }
    return new LogitLoops.Sums(fold(exp), fold(product), fold(sum));
  }

  private static float fold(float[] sums) {
    for (int half = sums.length / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[0];
  }
}
