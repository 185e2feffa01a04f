package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.asColumns;
import static io.troupe.tensor.nd4j.Operands.asRows;
import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.slab;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AggregationOps;
import io.troupe.tensor.backend.Writes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Sums, maxima and softmax over sparse rows, entry by entry in their order. */
final class Nd4jAggregation implements AggregationOps {

  /** Visits the entries in the order of the rows. */
  @FunctionalInterface
  private interface Visitor {
    void visit(int row, int column, int entry);
  }

  private static void forEachEntry(Csr csr, Visitor visitor) {
    for (int r = 0; r < csr.numRows(); r++) {
      for (int e = csr.offsets()[r]; e < csr.offsets()[r + 1]; e++) {
        visitor.visit(r, csr.columns()[e], csr.positions() == null ? e : csr.positions()[e]);
      }
    }
  }

  private static INDArray zeros(Tensor like) {
    return Nd4j.zeros(DataType.DOUBLE, like.numel());
  }

  /** A row of a matrix as one row; shares the memory. */
  private static INDArray row(INDArray elements, long row, long features) {
    return slab(elements, row * features, features);
  }

  /** A row of a matrix as (heads, features of a head); a copy. */
  private static INDArray heads(INDArray elements, long row, long features, long heads) {
    return row(elements, row, features).dup('c').reshape(heads, features / heads);
  }

  @Override
  public void aggregateSum(Tensor out, Csr csr, Tensor x, Tensor weights) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    long features = out.size(1);
    INDArray sums = zeros(out);
    if (csr.numEntries() > 0) {
      INDArray sent = read(x);
      INDArray ofEntries = weights == null ? null : read(weights);
      long heads = weights == null ? 1 : weights.size(1);
      forEachEntry(
          csr,
          (r, c, e) -> {
            INDArray message = heads(sent, c, features, heads);
            if (ofEntries != null) {
              message.muli(asColumns(row(ofEntries, e, heads), features / heads));
            }
            row(sums, r, features).addi(message.reshape(features));
          });
    }
    write(out, sums);
  }

  @Override
  public void aggregateSumWeightGrad(Tensor dWeights, Csr csr, Tensor dOut, Tensor x) {
    Writes.to(dWeights);
    if (dWeights.numel() == 0) {
      return;
    }
    long features = x.size(1);
    long heads = dWeights.size(1);
    INDArray grads = zeros(dWeights);
    if (features > 0) {
      INDArray gradient = read(dOut);
      INDArray sent = read(x);
      forEachEntry(
          csr,
          (r, c, e) -> {
            INDArray product =
                heads(gradient, r, features, heads).muli(heads(sent, c, features, heads));
            row(grads, e, heads).assign(Functions.sumOfColumns(product).reshape(heads));
          });
    }
    write(dWeights, grads);
  }

  @Override
  public void aggregateMax(Tensor out, Tensor ties, Csr csr, Tensor x) {
    Writes.to(out, ties);
    if (out.numel() == 0) {
      return;
    }
    long features = out.size(1);
    INDArray largest = zeros(out);
    INDArray equal = zeros(out);
    if (csr.numEntries() > 0) {
      INDArray sent = read(x);
      boolean[] begun = new boolean[csr.numRows()];
      forEachEntry(
          csr,
          (r, c, e) -> {
            INDArray before = row(largest, r, features);
            INDArray message = row(sent, c, features);
            before.assign(begun[r] ? Functions.maximum(before, message) : message);
            begun[r] = true;
          });
      forEachEntry(
          csr,
          (r, c, e) -> {
            INDArray same = row(sent, c, features).eq(row(largest, r, features));
            row(equal, r, features).addi(Functions.toNumbers(same));
          });
    }
    write(out, largest);
    write(ties, equal);
  }

  @Override
  public void aggregateMaxGrad(Tensor dx, Csr csr, Tensor dOut, Tensor ties, Tensor x, Tensor out) {
    Writes.to(dx);
    if (dx.numel() == 0) {
      return;
    }
    long features = dx.size(1);
    INDArray grads = zeros(dx);
    if (csr.numEntries() > 0) {
      INDArray sent = read(x);
      INDArray largest = read(out);
      INDArray gradient = read(dOut);
      INDArray equal = read(ties);
      forEachEntry(
          csr,
          (r, c, e) -> {
            INDArray same = row(sent, c, features).eq(row(largest, r, features));
            INDArray share = row(gradient, r, features).div(row(equal, r, features));
            row(grads, c, features).addi(share.muli(Functions.toNumbers(same)));
          });
    }
    write(dx, grads);
  }

  @Override
  public void edgeScores(
      Tensor out, Csr csr, Tensor ofRows, Tensor ofColumns, double negativeSlope) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    long heads = out.size(1);
    INDArray sums = zeros(out);
    INDArray receiving = read(ofRows);
    INDArray sending = read(ofColumns);
    forEachEntry(
        csr,
        (r, c, e) ->
            row(sums, e, heads).assign(row(receiving, r, heads).add(row(sending, c, heads))));
    write(out, Functions.select(sums.lt(0), sums.mul(negativeSlope), sums));
  }

  @Override
  public void edgeScoresGrad(
      Tensor dOfRows, Tensor dOfColumns, Csr csr, Tensor dOut, Tensor out, double negativeSlope) {
    Writes.to(dOfRows, dOfColumns);
    INDArray ofRows = zeros(dOfRows);
    INDArray ofColumns = zeros(dOfColumns);
    if (out.numel() > 0) {
      long heads = out.size(1);
      INDArray gradient = read(dOut);
      INDArray before = Functions.select(read(out).gt(0), gradient, gradient.mul(negativeSlope));
      forEachEntry(
          csr,
          (r, c, e) -> {
            row(ofRows, r, heads).addi(row(before, e, heads));
            row(ofColumns, c, heads).addi(row(before, e, heads));
          });
    }
    if (dOfRows.numel() > 0) {
      write(dOfRows, ofRows);
    }
    if (dOfColumns.numel() > 0) {
      write(dOfColumns, ofColumns);
    }
  }

  @Override
  public void edgeSoftmax(Tensor out, Csr csr, Tensor scores) {
    Writes.to(out);
    if (out.numel() == 0) {
      return;
    }
    INDArray given = read(scores);
    INDArray shares = zeros(out);
    forEachRow(
        csr,
        out.size(1),
        given,
        (entries, rows) -> {
          INDArray shifted = rows.sub(asRows(Functions.maxOfRows(rows), entries.length));
          INDArray powers = Functions.exp(shifted);
          scatter(shares, entries, powers.div(asRows(Functions.sumOfRows(powers), entries.length)));
        });
    write(out, shares);
  }

  @Override
  public void edgeSoftmaxGrad(Tensor dScores, Csr csr, Tensor dOut, Tensor out) {
    Writes.to(dScores);
    if (out.numel() == 0) {
      return;
    }
    long heads = out.size(1);
    INDArray gradient = read(dOut);
    INDArray shares = read(out);
    INDArray grads = zeros(dScores);
    forEachRow(
        csr,
        heads,
        shares,
        (entries, rows) -> {
          INDArray d = gather(gradient, entries, heads);
          INDArray dot = Functions.sumOfRows(d.mul(rows));
          scatter(grads, entries, d.sub(asRows(dot, entries.length)).muli(rows));
        });
    write(dScores, grads);
  }

  /** Receives the entries of one row and their values, (entries, heads). */
  @FunctionalInterface
  private interface RowVisitor {
    void visit(int[] entries, INDArray carried);
  }

  private static void forEachRow(Csr csr, long heads, INDArray ofEntries, RowVisitor visitor) {
    for (int r = 0; r < csr.numRows(); r++) {
      int[] entries = new int[csr.degree(r)];
      for (int i = 0; i < entries.length; i++) {
        int e = csr.offsets()[r] + i;
        entries[i] = csr.positions() == null ? e : csr.positions()[e];
      }
      if (entries.length > 0) {
        visitor.visit(entries, gather(ofEntries, entries, heads));
      }
    }
  }

  private static INDArray gather(INDArray elements, int[] rows, long features) {
    INDArray picked = Nd4j.zeros(DataType.DOUBLE, rows.length * features);
    for (int i = 0; i < rows.length; i++) {
      row(picked, i, features).assign(row(elements, rows[i], features));
    }
    return picked.reshape(rows.length, features);
  }

  private static void scatter(INDArray target, int[] rows, INDArray matrix) {
    long features = matrix.size(1);
    INDArray elements = matrix.dup('c').reshape(matrix.length());
    for (int i = 0; i < rows.length; i++) {
      row(target, rows[i], features).assign(row(elements, i, features));
    }
  }
}
