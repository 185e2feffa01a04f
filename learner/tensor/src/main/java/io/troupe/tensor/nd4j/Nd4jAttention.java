package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.slab;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionOps;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.backend.RotaryAngles;
import io.troupe.tensor.backend.Writes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Rotary positions and attention, one row at a time. */
final class Nd4jAttention implements AttentionOps {

  @Override
  public void rotary(
      Tensor out, Tensor x, Tensor cos, Tensor sin, Tensor positions, boolean inverse) {
    Writes.to(out);
    if (x.numel() == 0) {
      return;
    }
    int half = cos.size(1);
    INDArray turned = Operands.transposed(Operands.readRows(x)); // (headDim, rows * heads)
    if (half > 0) {
      INDArray first = slab(turned, 0, half);
      INDArray second = slab(turned, half, half);
      INDArray c = angles(cos, positions, x.size(1));
      INDArray s = angles(sin, positions, x.size(1)).muli(inverse ? -1 : 1);
      INDArray turnedFirst = first.mul(c).subi(second.mul(s));
      INDArray turnedSecond = second.mul(c).addi(first.mul(s));
      first.assign(turnedFirst);
      second.assign(turnedSecond);
    }
    write(out, Operands.transposed(turned));
  }

  /** The rows of a table at the positions, repeated for every head: (half, rows * heads). */
  private static INDArray angles(Tensor table, Tensor positions, int heads) {
    INDArray all = Operands.readRows(table);
    int[] rows = positions.toInts();
    INDArray picked = Nd4j.create(DataType.DOUBLE, (long) rows.length * heads, all.size(1));
    for (int i = 0; i < rows.length; i++) {
      INDArray angles = slab(all, rows[i], 1).reshape(all.size(1));
      slab(picked, (long) i * heads, heads).assign(Operands.asRows(angles, heads));
    }
    return Operands.transposed(picked);
  }

  @Override
  public void attention(
      Tensor out,
      Tensor lse,
      Tensor q,
      Tensor k,
      Tensor v,
      PackedSequences layout,
      AttentionScores scores) {
    Writes.to(out, lse);
    if (q.numel() == 0) {
      return;
    }
    INDArray queries = byRow(q);
    INDArray keys = byHead(k);
    INDArray values = byHead(v);
    INDArray outs = queries.ulike();
    INDArray logSums = Nd4j.create(DataType.DOUBLE, q.size(0), q.size(1));
    for (int s = 0; s < layout.numSegments(); s++) {
      PackedKeys segmentKeys = PackedKeys.read(keys, layout, s);
      PackedKeys segmentValues = PackedKeys.read(values, layout, s);
      for (int row = layout.start(s); row < layout.end(s); row++) {
        int seen = layout.prefixLength(s) + row - layout.start(s) + 1;
        new RowAttention(
                ofRow(queries, row), segmentKeys.first(seen), segmentValues.first(seen), scores)
            .forward(ofRow(outs, row), column(logSums, row));
      }
    }
    write(out, outs);
    write(lse, logSums);
  }

  @Override
  public void attentionGrad(
      Tensor dq,
      Tensor dk,
      Tensor dv,
      Tensor dOut,
      Tensor out,
      Tensor lse,
      Tensor q,
      Tensor k,
      Tensor v,
      PackedSequences layout,
      AttentionScores scores) {
    Writes.to(dq, dk, dv);
    if (q.numel() == 0) {
      return;
    }
    INDArray queries = byRow(q);
    INDArray keys = byHead(k);
    INDArray values = byHead(v);
    INDArray dOuts = byRow(dOut);
    INDArray outs = byRow(out);
    INDArray logSums = Operands.readRows(lse);
    INDArray dQueries = queries.ulike();
    INDArray dKeys = Functions.zerosLike(keys);
    INDArray dValues = Functions.zerosLike(values);
    for (int s = 0; s < layout.numSegments(); s++) {
      PackedKeys segmentKeys = PackedKeys.read(keys, layout, s);
      PackedKeys segmentValues = PackedKeys.read(values, layout, s);
      PackedKeys dSegmentKeys = segmentKeys.zeros();
      PackedKeys dSegmentValues = segmentValues.zeros();
      for (int row = layout.start(s); row < layout.end(s); row++) {
        int seen = layout.prefixLength(s) + row - layout.start(s) + 1;
        new RowAttention(
                ofRow(queries, row), segmentKeys.first(seen), segmentValues.first(seen), scores)
            .backward(
                ofRow(dQueries, row),
                dSegmentKeys.first(seen),
                dSegmentValues.first(seen),
                ofRow(dOuts, row),
                ofRow(outs, row),
                column(logSums, row));
      }
      dSegmentKeys.addTo(dKeys, layout, s);
      dSegmentValues.addTo(dValues, layout, s);
    }
    write(dq, dQueries);
    write(dk, dKeys.permute(1, 0, 2).dup('c'));
    write(dv, dValues.permute(1, 0, 2).dup('c'));
  }

  /** (rows, heads, headDim) in FLOAT64. */
  private static INDArray byRow(Tensor t) {
    return read(t).reshape(t.size(0), t.size(1), t.size(2));
  }

  /** (kvHeads, rows, headDim) in FLOAT64. */
  private static INDArray byHead(Tensor t) {
    return byRow(t).permute(1, 0, 2).dup('c');
  }

  private static INDArray ofRow(INDArray perRow, long row) {
    return slab(perRow, row, 1).reshape(perRow.size(1), perRow.size(2));
  }

  /** One row of a matrix as a column. */
  private static INDArray column(INDArray matrix, long row) {
    return slab(matrix, row, 1).reshape(matrix.size(1), 1);
  }

  @Override
  public void pagedAttention(
      Tensor out,
      Tensor q,
      Tensor k,
      Tensor v,
      RotaryAngles angles,
      KvPages pages,
      int layer,
      KvRows rows,
      AttentionScores scores) {
    Writes.to(out, pages.keys(), pages.values());
    if (q.numel() == 0) {
      return;
    }
    store(pages, layer, rotated(k, angles), v, rows);
    INDArray queries = byRow(rotated(q, angles));
    INDArray outs = queries.ulike();
    INDArray logSums = Nd4j.create(DataType.DOUBLE, q.size(0), q.size(1));
    for (int row = 0; row < q.size(0); row++) {
      PagedKeys seen = PagedKeys.read(pages, layer, rows, row);
      new RowAttention(ofRow(queries, row), seen.keys(), seen.values(), scores)
          .forward(ofRow(outs, row), column(logSums, row));
    }
    write(out, outs);
  }

  private Tensor rotated(Tensor x, RotaryAngles angles) {
    if (angles == null) {
      return x;
    }
    Tensor rotated = Tensor.empty(x.dtype(), x.shape());
    rotary(rotated, x, angles.cos(), angles.sin(), angles.positions(), false);
    return rotated;
  }

  private static void store(KvPages pages, int layer, Tensor k, Tensor v, KvRows rows) {
    INDArray keys = Operands.flat(k);
    INDArray values = Operands.flat(v);
    long rowElements = k.numel() / k.size(0);
    for (int row = 0; row < k.size(0); row++) {
      PagedKeys.store(
          pages,
          layer,
          rows,
          row,
          slab(keys, row * rowElements, rowElements),
          slab(values, row * rowElements, rowElements));
    }
  }
}
