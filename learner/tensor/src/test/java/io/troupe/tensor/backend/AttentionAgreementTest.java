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
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
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

  private static final AttentionScores[] SCORES = {
    AttentionScores.scaled(0.3),
    AttentionScores.scaled(0.4).withSoftCap(OptionalDouble.of(2)),
    AttentionScores.scaled(0.5).withWindow(OptionalInt.of(3)),
    AttentionScores.scaled(0.3).withWindow(OptionalInt.of(1)),
    AttentionScores.scaled(0.3).withSoftCap(OptionalDouble.of(1.5)).withWindow(OptionalInt.of(6)),
  };

  @AutoClose private static final Agreement AGREEMENT = new Agreement();

  @Test
  void packedAttention() {
    for (DType dtype : COMPUTED) {
      for (int layout = 0; layout < LAYOUTS.length; layout++) {
        int heads = dtype == DType.FLOAT32 ? layout : layout + 3;
        for (AttentionScores scores : SCORES) {
          checkPacked(dtype, LAYOUTS[layout], HEADS[heads % HEADS.length], scores);
        }
      }
    }
  }

  private static void checkPacked(
      DType dtype, PackedSequences layout, int[] heads, AttentionScores scores) {
    int rows = layout.numRows();
    AGREEMENT.check(
        "%s, %d rows in %d segments, heads %s, %s"
            .formatted(dtype, rows, layout.numSegments(), Shape.of(heads), scores),
        OF_A_SUM,
        (backend, random) -> {
          Tensor q = random.uniform(dtype, Shape.of(rows, heads[0], heads[2]), -3, 3);
          Tensor k = random.uniform(dtype, Shape.of(rows, heads[1], heads[2]), -3, 3);
          Tensor v = random.of(dtype, rows, heads[1], heads[2]);
          Tensor out = Tensor.empty(dtype, q.shape());
          Tensor lse = Tensor.empty(dtype, Shape.of(rows, heads[0]));
          backend.attention().attention(out, lse, q, k, v, layout, scores);
          Tensor dOut = random.of(dtype, rows, heads[0], heads[2]);
          Tensor dq = Tensor.empty(dtype, q.shape());
          Tensor dk = Tensor.empty(dtype, k.shape());
          Tensor dv = Tensor.empty(dtype, v.shape());
          backend.attention().attentionGrad(dq, dk, dv, dOut, out, lse, q, k, v, layout, scores);
          return List.of(out, lse, dq, dk, dv);
        });
  }

  @Test
  void pagedAttention() {
    for (int i = 0; i < HEADS.length; i++) {
      int[] heads = HEADS[i];
      AttentionScores scores = SCORES[i % SCORES.length];
      AGREEMENT.check(
          "pages, heads " + Shape.of(heads) + ", " + scores,
          OF_A_SUM,
          (backend, random) -> {
            KvPages pages = KvPages.allocate(Scope.current(), 2, 6, heads[1], heads[2]);
            KvRows first = new KvRows(new int[][] {{4, 0}, {2}}, rows(20, 3), positions(20, 3));
            KvRows next =
                new KvRows(new int[][] {{2}, {4, 0, 5}}, new int[] {1, 0}, new int[] {20, 3});
            RotaryAngles angles = angles(random, first, heads[2] / 2);
            Tensor prefilled = paged(backend, random, pages, first, angles, heads, scores);
            Tensor decoded = paged(backend, random, pages, next, null, heads, scores);
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
      int[] heads,
      AttentionScores scores) {
    int n = rows.sequence().length;
    Tensor q = random.of(DType.FLOAT32, n, heads[0], heads[2]);
    Tensor k = random.of(DType.FLOAT32, n, heads[1], heads[2]);
    Tensor v = random.of(DType.FLOAT32, n, heads[1], heads[2]);
    Tensor out = Tensor.empty(DType.FLOAT32, q.shape());
    backend.attention().pagedAttention(out, q, k, v, angles, pages, 1, rows, scores);
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
    for (AttentionScores scores : SCORES) {
      checkRowsOfPages(kind, scores);
    }
  }

  private static void checkRowsOfPages(TestBackend kind, AttentionScores scores) {
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
        attention.attention(packed, lse, rotated(q, angles), rotated(k, angles), v, layout, scores);
        KvPages pages = KvPages.allocate(scope, 1, 4, heads[1], heads[2]);
        Tensor paged = Tensor.empty(DType.FLOAT32, q.shape());
        attention.pagedAttention(paged, q, k, v, angles, pages, 0, rows, scores);
        assertThat(paged.toFloats())
            .as("heads %s", Shape.of(heads))
            .containsExactly(packed.toFloats());
      }
    }
  }

  /** Windows that begin in another chunk of keys than the row, alone and with neighbors. */
  @Test
  void windowsAcrossChunksHaveTheSameBitsInPackedRowsAndPages() {
    for (int window : new int[] {1, 7, 100, 256, 257, 300, 600}) {
      checkAcrossChunks(AttentionScores.scaled(0.3).withWindow(OptionalInt.of(window)));
    }
  }

  private static void checkAcrossChunks(AttentionScores scores) {
    int length = 560; // chunks have 256 positions
    int[][] table = {IntStream.range(0, 35).toArray()};
    try (Engine engine = TestBackend.CPU.open();
        Scope scope = engine.open("pages")) {
      AttentionOps attention = Backend.of(engine).attention();
      RandomTensors random = new RandomTensors(7);
      Tensor q = random.of(DType.FLOAT32, length, 4, 8);
      Tensor k = random.of(DType.FLOAT32, length, 2, 8);
      Tensor v = random.of(DType.FLOAT32, length, 2, 8);
      Tensor packed = Tensor.empty(DType.FLOAT32, q.shape());
      Tensor lse = Tensor.empty(DType.FLOAT32, Shape.of(length, 4));
      attention.attention(packed, lse, q, k, v, PackedSequences.of(length), scores);
      KvPages pages = KvPages.allocate(scope, 1, 35, 2, 8);
      Tensor prefilled = Tensor.empty(DType.FLOAT32, q.shape());
      KvRows all = new KvRows(table, rows(length), positions(length));
      attention.pagedAttention(prefilled, q, k, v, null, pages, 0, all, scores);
      assertThat(prefilled.toFloats()).as(scores.toString()).containsExactly(packed.toFloats());
      for (int row : new int[] {0, 255, 256, 262, 300, 511, 512, 520, 559}) {
        KvRows one = new KvRows(table, new int[] {0}, new int[] {row});
        Tensor decoded = Tensor.empty(DType.FLOAT32, Shape.of(1, 4, 8));
        Tensor query = q.rows(row, row + 1);
        Tensor key = k.rows(row, row + 1);
        Tensor value = v.rows(row, row + 1);
        attention.pagedAttention(decoded, query, key, value, null, pages, 0, one, scores);
        assertThat(decoded.toFloats())
            .as("%s, row %d", scores, row)
            .containsExactly(packed.rows(row, row + 1).toFloats());
      }
    }
  }

  @Test
  void gradientsOfLongWindowedSequencesAgree() {
    for (int window : new int[] {5, 130, 400}) {
      checkPacked(
          DType.FLOAT32,
          PackedSequences.of(new int[] {270, 40}, new int[] {-1, 0}),
          new int[] {2, 1, 8},
          AttentionScores.scaled(0.4)
              .withSoftCap(OptionalDouble.of(3))
              .withWindow(OptionalInt.of(window)));
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
