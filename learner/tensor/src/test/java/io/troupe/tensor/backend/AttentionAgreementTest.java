package io.troupe.tensor.backend;

import static io.troupe.tensor.backend.Agreement.COMPUTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttentionAgreementTest {
  /** Allowed difference for sums of weighted values and for gradients summed over all rows. */
  private static final double OF_A_SUM = 100;

  private static final PackedSequences[] LAYOUTS = {
    PackedSequences.of(),
    PackedSequences.of(1),
    PackedSequences.of(0, 2, 0),
    PackedSequences.of(17),
    PackedSequences.of(1, 7, 16, 9),
    PackedSequences.of(new int[] {5, 3, 1, 8}, new int[] {-1, 0, 0, 0}),
    PackedSequences.of(new int[] {17, 2, 3, 4, 1}, new int[] {-1, 0, -1, 2, 0}),
    PackedSequences.of(new int[] {4, 0, 2}, new int[] {-1, 0, 0}),
  };

  /** Number of query heads, number of key heads, size of a head. */
  private static final int[][] HEADS = {
    {1, 1, 1}, {1, 1, 8}, {2, 2, 7}, {4, 2, 15}, {4, 1, 16}, {3, 3, 17}, {6, 2, 32}, {2, 1, 33}
  };

  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  @Test
  void packedAttention() {
    for (DType dtype : COMPUTED) {
      for (int layout = 0; layout < LAYOUTS.length; layout++) {
        int heads = dtype == DType.FLOAT32 ? layout : layout + 3;
        checkPacked(dtype, LAYOUTS[layout], HEADS[heads % HEADS.length]);
      }
    }
  }

  private static void checkPacked(DType dtype, PackedSequences layout, int[] heads) {
    int rows = layout.numRows();
    double scale = 1 / Math.sqrt(heads[2]);
    AGREEMENT.check(
        "%s, %d rows in %d segments, heads %s"
            .formatted(dtype, rows, layout.numSegments(), Shape.of(heads)),
        OF_A_SUM,
        (backend, random) -> {
          Tensor q = random.uniform(dtype, Shape.of(rows, heads[0], heads[2]), -3, 3);
          Tensor k = random.uniform(dtype, Shape.of(rows, heads[1], heads[2]), -3, 3);
          Tensor v = random.of(dtype, rows, heads[1], heads[2]);
          Tensor out = Tensor.empty(dtype, q.shape());
          Tensor lse = Tensor.empty(dtype, Shape.of(rows, heads[0]));
          backend.attention().attention(out, lse, q, k, v, layout, scale);
          Tensor dOut = random.of(dtype, rows, heads[0], heads[2]);
          Tensor dq = Tensor.empty(dtype, q.shape());
          Tensor dk = Tensor.empty(dtype, k.shape());
          Tensor dv = Tensor.empty(dtype, v.shape());
          backend.attention().attentionGrad(dq, dk, dv, dOut, out, lse, q, k, v, layout, scale);
          return List.of(out, lse, dq, dk, dv);
        });
  }

  @Test
  void pagedAttention() {
    for (int[] heads : HEADS) {
      AGREEMENT.check(
          "pages, heads " + Shape.of(heads),
          OF_A_SUM,
          (backend, random) -> {
            KvPages pages = KvPages.allocate(Scope.current(), 2, 6, heads[1], heads[2]);
            KvRows first = new KvRows(new int[][] {{4, 0}, {2}}, rows(20, 3), positions(20, 3));
            KvRows next =
                new KvRows(new int[][] {{2}, {4, 0, 5}}, new int[] {1, 0}, new int[] {20, 3});
            RotaryAngles angles = angles(random, first, heads[2] / 2);
            Tensor prefilled = paged(backend, random, pages, first, angles, heads);
            Tensor decoded = paged(backend, random, pages, next, null, heads);
            return List.of(prefilled, decoded, pages.keys(), pages.values());
          });
    }
  }

  private static Tensor paged(
      Backend backend,
      RandomTensors random,
      KvPages pages,
      KvRows rows,
      RotaryAngles angles,
      int[] heads) {
    int n = rows.sequence().length;
    Tensor q = random.of(DType.FLOAT32, n, heads[0], heads[2]);
    Tensor k = random.of(DType.FLOAT32, n, heads[1], heads[2]);
    Tensor v = random.of(DType.FLOAT32, n, heads[1], heads[2]);
    Tensor out = Tensor.empty(DType.FLOAT32, q.shape());
    backend.attention().pagedAttention(out, q, k, v, angles, pages, 1, rows, 0.3);
    return out;
  }

  private static RotaryAngles angles(RandomTensors random, KvRows rows, int half) {
    return new RotaryAngles(
        random.of(DType.FLOAT32, 32, half),
        random.of(DType.FLOAT32, 32, half),
        Tensor.of(rows.position()));
  }

  /** The sequence index of each row, for consecutive sequences of the given lengths. */
  private static int[] rows(int... lengths) {
    int[] sequence = new int[PackedSequences.of(lengths).numRows()];
    int row = 0;
    for (int s = 0; s < lengths.length; s++) {
      for (int i = 0; i < lengths[s]; i++) {
        sequence[row++] = s;
      }
    }
    return sequence;
  }

  private static int[] positions(int... lengths) {
    return PackedSequences.of(lengths).positions();
  }

  @ParameterizedTest
  @EnumSource
  void pagedAttentionOfARowEqualsPackedAttention(TestBackend kind) {
    try (Engine engine = kind.open();
        Scope scope = engine.open("pages")) {
      for (int[] heads : HEADS) {
        RandomTensors random = new RandomTensors(11);
        PackedSequences layout = PackedSequences.of(19, 3);
        Tensor q = random.of(DType.FLOAT32, 22, heads[0], heads[2]);
        Tensor k = random.of(DType.FLOAT32, 22, heads[1], heads[2]);
        Tensor v = random.of(DType.FLOAT32, 22, heads[1], heads[2]);
        KvRows rows = new KvRows(new int[][] {{3, 1}, {2}}, rows(19, 3), positions(19, 3));
        RotaryAngles angles = angles(random, rows, heads[2] / 2);
        Tensor packed = Tensor.empty(DType.FLOAT32, q.shape());
        Tensor lse = Tensor.empty(DType.FLOAT32, Shape.of(22, heads[0]));
        AttentionOps attention = Backend.of(engine).attention();
        attention.attention(packed, lse, rotated(q, angles), rotated(k, angles), v, layout, 0.3);
        KvPages pages = KvPages.allocate(scope, 1, 4, heads[1], heads[2]);
        Tensor paged = Tensor.empty(DType.FLOAT32, q.shape());
        attention.pagedAttention(paged, q, k, v, angles, pages, 0, rows, 0.3);
        assertThat(paged.toFloats())
            .as("heads %s", Shape.of(heads))
            .containsExactly(packed.toFloats());
      }
    }
  }

  private static Tensor rotated(Tensor x, RotaryAngles angles) {
    Tensor rotated = Tensor.empty(x.dtype(), x.shape());
    Backend.of(x)
        .attention()
        .rotary(rotated, x, angles.cos(), angles.sin(), angles.positions(), false);
    return rotated;
  }

  @Test
  void rotary() {
    for (DType dtype : COMPUTED) {
      for (int[] heads : HEADS) {
        for (int half : new int[] {heads[2] / 2, heads[2] / 4}) {
          AGREEMENT.check(
              "rotary " + dtype + " of " + half + " pairs in a head of " + heads[2],
              2,
              (backend, random) -> {
                Tensor x = random.of(dtype, 5, heads[0], heads[2]);
                Tensor cos = random.of(dtype, 9, half);
                Tensor sin = random.of(dtype, 9, half);
                Tensor positions = random.ints(Shape.of(5), 0, 9);
                Tensor out = Tensor.empty(dtype, x.shape());
                backend.attention().rotary(out, x, cos, sin, positions, false);
                backend.attention().rotary(x, x, cos, sin, positions, true);
                return List.of(out, x);
              });
        }
      }
    }
  }
}
