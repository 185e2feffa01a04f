package io.troupe.tensor.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.cpu.attention.CpuAttention;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.MemoryPool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attention against PyTorch, and rotary embeddings against Transformers (attention.py). */
class AttentionParityTest {
  private final MemoryPool memory = new MemoryPool();
  private final ComputePool pool = new ComputePool(2);
  private final CpuAttention attention = new CpuAttention(pool);
  private final Map<String, String[]> fixture = new HashMap<>();
  private Scope scope;

  @BeforeEach
  void open() throws IOException {
    scope = new Engine(CpuBackend.create(1), memory).open("test");
    try (InputStream in = AttentionParityTest.class.getResourceAsStream("attention.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines().map(line -> line.split(" ")).forEach(words -> fixture.put(words[0], words));
    }
  }

  @AfterEach
  void close() {
    scope.close();
    pool.close();
    memory.close();
  }

  private Tensor get(DType dtype, String name) {
    String[] words = fixture.get(name);
    int[] sizes = Arrays.stream(words[1].split("x")).mapToInt(Integer::parseInt).toArray();
    double[] values = Arrays.stream(words).skip(2).mapToDouble(Double::parseDouble).toArray();
    return tensor(dtype, values, sizes);
  }

  private static Tensor tensor(DType dtype, double[] values, int... sizes) {
    if (dtype == DType.FLOAT64) {
      return Tensor.of(values, sizes);
    }
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return Tensor.of(narrow, sizes);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void attentionMatchesPyTorch(DType dtype) {
    checkAttention(dtype, "packed", PackedSequences.of(5, 17, 1));
    checkAttention(
        dtype, "prefixes", PackedSequences.of(new int[] {3, 4, 18, 2}, new int[] {-1, 0, 0, -1}));
  }

  private void checkAttention(DType dtype, String name, PackedSequences layout) {
    // rounding of a few operations on numbers of order 1
    double tolerance = dtype == DType.FLOAT64 ? 1e-13 : 2e-6;
    Tensor q = get(dtype, name + ".q");
    Tensor k = get(dtype, name + ".k");
    Tensor v = get(dtype, name + ".v");
    Tensor out = Tensor.empty(dtype, q.shape());
    Tensor lse = Tensor.empty(dtype, Shape.of(q.size(0), q.size(1)));
    Tensor dq = Tensor.empty(dtype, q.shape());
    Tensor dk = Tensor.empty(dtype, k.shape());
    Tensor dv = Tensor.empty(dtype, v.shape());
    AttentionScores scores = AttentionScores.scaled(1 / Math.sqrt(q.size(2)));
    attention.attention(out, lse, q, k, v, layout, scores);
    attention.attentionGrad(
        dq, dk, dv, get(dtype, name + ".dOut"), out, lse, q, k, v, layout, scores);
    Map.of("out", out, "dq", dq, "dk", dk, "dv", dv)
        .forEach(
            (suffix, tensor) ->
                CpuAttentionTest.check(
                    name + "." + suffix,
                    tensor,
                    get(DType.FLOAT64, name + "." + suffix),
                    tolerance));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void rotaryMatchesLlama(DType dtype) {
    int[] positions = {3, 0, 4, 1, 2};
    Tensor x = get(dtype, "rotary.x");
    Tensor out = Tensor.empty(dtype, x.shape());
    attention.rotary(
        out,
        x,
        scattered(dtype, "rotary.cos", positions),
        scattered(dtype, "rotary.sin", positions),
        Tensor.of(positions),
        false);
    // the fixture is computed in single precision
    CpuAttentionTest.check("rotary", out, get(DType.FLOAT64, "rotary.out"), 5e-7);
  }

  /** A table that contains the fixture's row i at index {@code positions[i]}. */
  private Tensor scattered(DType dtype, String name, int[] positions) {
    Tensor rows = get(DType.FLOAT64, name);
    int half = rows.size(1);
    double[] values = rows.toDoubles();
    double[] table = new double[values.length];
    for (int i = 0; i < positions.length; i++) {
      System.arraycopy(values, i * half, table, positions[i] * half, half);
    }
    return tensor(dtype, table, positions.length, half);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void inverseRotationRestoresTheInputAndCopiesTheRest(DType dtype) {
    int rows = 40;
    int half = 5;
    Random random = new Random(2);
    double[] angles = random.doubles(rows * half, 0, 6).toArray();
    Tensor cos = tensor(dtype, Arrays.stream(angles).map(Math::cos).toArray(), rows, half);
    Tensor sin = tensor(dtype, Arrays.stream(angles).map(Math::sin).toArray(), rows, half);
    Tensor positions = Tensor.of(random.ints(rows, 0, rows).toArray());
    Tensor x = tensor(dtype, random.doubles(rows * 3 * 13, -1, 1).toArray(), rows, 3, 13);
    Tensor transposed = Tensor.empty(dtype, x.shape());
    attention.rotary(transposed, x, cos, sin, positions, false);
    assertThat(transposed.get(12)).isEqualTo(x.get(12));
    assertThat(transposed.get(0)).isNotEqualTo(x.get(0));
    attention.rotary(transposed, transposed, cos, sin, positions, true);
    CpuAttentionTest.check("rotary", transposed, x, dtype == DType.FLOAT64 ? 1e-15 : 5e-7);
  }

  @Test
  void extremeScoresStayFinite() {
    PackedSequences layout = PackedSequences.of(40);
    for (float size : new float[] {1e4f, -1e4f}) {
      AttentionCase of = AttentionCase.random(layout, 2, 1, 16, 3).withQueriesTimes(size);
      of.forward(attention).backward(attention);
      for (Tensor result : new Tensor[] {of.out, of.lse, of.dq, of.dk, of.dv}) {
        for (float value : result.toFloats()) {
          assertThat(Float.isFinite(value)).isTrue();
        }
      }
      // scores of up to 1e5 have two correct decimal places
      AttentionCase exact = of.inDoubles().forward(attention);
      CpuAttentionTest.check("lse", of.lse, exact.lse, 2e-2);
    }
  }
}
