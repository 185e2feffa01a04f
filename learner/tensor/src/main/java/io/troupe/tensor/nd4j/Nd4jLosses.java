package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.asColumns;
import static io.troupe.tensor.nd4j.Operands.asRows;
import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.readRows;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.LossOps;
import io.troupe.tensor.backend.Writes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Log-probabilities of tokens and their gradient. */
final class Nd4jLosses implements LossOps {

  @Override
  public void tokenLogProbs(
      Tensor logProbs,
      Tensor lse,
      Tensor entropy,
      Tensor meanLogProb,
      Tensor logits,
      Tensor targets,
      double temperature) {
    Writes.to(logProbs, lse, entropy, meanLogProb);
    if (logits.numel() == 0) {
      return;
    }
    INDArray z = readRows(logits).divi(temperature);
    long vocab = z.size(1);
    INDArray max = Functions.maxOfColumns(z);
    INDArray sum = Functions.sumOfColumns(Functions.exp(z.sub(asColumns(max, vocab))));
    INDArray logSum = Functions.log(sum).addi(max);
    INDArray logP = z.sub(asColumns(logSum, vocab));
    INDArray zero = Functions.zerosLike(z);
    INDArray picked = Functions.sumOfColumns(Functions.select(isTarget(targets, z), logP, zero));
    write(logProbs, picked);
    write(lse, ofCounted(targets, logSum));
    if (entropy != null) {
      INDArray p = Functions.exp(logP);
      // An impossible token adds nothing: 0 * -infinity would be NaN.
      INDArray terms = Functions.select(p.eq(0), zero, p.mul(logP));
      write(entropy, ofCounted(targets, Functions.sumOfColumns(terms).negi()));
    }
    if (meanLogProb != null) {
      write(meanLogProb, ofCounted(targets, Functions.sumOfColumns(logP).divi(vocab)));
    }
  }

  /** The values of rows with a target, 0 for the others. */
  private static INDArray ofCounted(Tensor targets, INDArray values) {
    return Functions.select(read(targets).gte(0), values, Functions.zerosLike(values));
  }

  /** True where a column is its row's target; false in rows with a negative target. */
  private static INDArray isTarget(Tensor targets, INDArray logits) {
    INDArray columns = Nd4j.arange(logits.size(1)).castTo(DataType.DOUBLE);
    return asRows(columns, logits.size(0)).eq(asColumns(read(targets), logits.size(1)));
  }

  @Override
  public void tokenLogProbsGrad(
      Tensor dLogits,
      Tensor dLogProbs,
      Tensor dMean,
      Tensor logits,
      Tensor lse,
      Tensor targets,
      double temperature) {
    Writes.to(dLogits);
    if (logits.numel() == 0) {
      return;
    }
    INDArray z = readRows(logits).divi(temperature);
    long vocab = z.size(1);
    INDArray p = Functions.exp(z.sub(asColumns(read(lse), vocab)));
    INDArray oneHot = Functions.toNumbers(isTarget(targets, z));
    INDArray gradient = oneHot.sub(p).muli(asColumns(read(dLogProbs), vocab));
    if (dMean != null) {
      gradient.addi(p.rsub(1.0 / vocab).muli(asColumns(read(dMean), vocab)));
    }
    INDArray counts = asColumns(read(targets), vocab).gte(0);
    write(
        dLogits,
        Functions.select(counts, gradient.divi(temperature), Functions.zerosLike(gradient)));
  }
}
