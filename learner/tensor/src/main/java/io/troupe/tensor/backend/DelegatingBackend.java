package io.troupe.tensor.backend;

import io.troupe.tensor.Csr;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;

/** A backend that hands each family of operations to the object that computes it. */
public abstract class DelegatingBackend implements Backend {
  private final ElementwiseOps elementwise;
  private final ReductionOps reductions;
  private final MatrixOps matrices;
  private final NormOps norms;
  private final ConvolutionOps convolutions;
  private final PoolingOps pooling;
  private final ChannelNormOps channelNorms;
  private final IndexOps indexing;
  private final AttentionOps attention;
  private final LossOps losses;
  private final OptimizerOps optimizers;
  private final RandomOps random;
  private final AggregationOps aggregation;
  private final RecurrentOps recurrent;

  /** A backend of these families. */
  protected DelegatingBackend(
      ElementwiseOps elementwise,
      ReductionOps reductions,
      MatrixOps matrices,
      NormOps norms,
      ConvolutionOps convolutions,
      PoolingOps pooling,
      ChannelNormOps channelNorms,
      IndexOps indexing,
      AttentionOps attention,
      LossOps losses,
      OptimizerOps optimizers,
      RandomOps random,
      AggregationOps aggregation,
      RecurrentOps recurrent) {
    this.elementwise = elementwise;
    this.reductions = reductions;
    this.matrices = matrices;
    this.norms = norms;
    this.convolutions = convolutions;
    this.pooling = pooling;
    this.channelNorms = channelNorms;
    this.indexing = indexing;
    this.attention = attention;
    this.losses = losses;
    this.optimizers = optimizers;
    this.random = random;
    this.aggregation = aggregation;
    this.recurrent = recurrent;
  }

  @Override
  public void fill(Tensor out, double value) {
    elementwise.fill(out, value);
  }

  @Override
  public void copy(Tensor out, Tensor a) {
    elementwise.copy(out, a);
  }

  @Override
  public void binary(BinaryOp op, Tensor out, Tensor a, Tensor b) {
    elementwise.binary(op, out, a, b);
  }

  @Override
  public void scalar(BinaryOp op, Tensor out, Tensor a, double b) {
    elementwise.scalar(op, out, a, b);
  }

  @Override
  public void unary(UnaryOp op, Tensor out, Tensor a) {
    elementwise.unary(op, out, a);
  }

  @Override
  public void unaryGrad(UnaryOp op, Tensor dx, Tensor dy, Tensor x, Tensor y) {
    elementwise.unaryGrad(op, dx, dy, x, y);
  }

  @Override
  public void activation(ActivationOp op, Tensor out, Tensor a) {
    elementwise.activation(op, out, a);
  }

  @Override
  public void activationGrad(ActivationOp op, Tensor dx, Tensor dy, Tensor x) {
    elementwise.activationGrad(op, dx, dy, x);
  }

  @Override
  public void addScaled(Tensor target, Tensor a, double factor) {
    elementwise.addScaled(target, a, factor);
  }

  @Override
  public void where(Tensor out, Tensor condition, Tensor a, Tensor b) {
    elementwise.where(out, condition, a, b);
  }

  @Override
  public void swiglu(Tensor out, Tensor gate, Tensor up) {
    elementwise.swiglu(out, gate, up);
  }

  @Override
  public void swigluGrad(Tensor dGate, Tensor dUp, Tensor dOut, Tensor gate, Tensor up) {
    elementwise.swigluGrad(dGate, dUp, dOut, gate, up);
  }

  @Override
  public void reduce(ReduceOp op, Tensor out, Tensor a) {
    reductions.reduce(op, out, a);
  }

  @Override
  public void argmax(Tensor out, Tensor a) {
    reductions.argmax(out, a);
  }

  @Override
  public double sumSquares(Tensor a) {
    return reductions.sumSquares(a);
  }

  @Override
  public void softmax(Tensor out, Tensor a) {
    reductions.softmax(out, a);
  }

  @Override
  public void softmaxGrad(Tensor dx, Tensor dy, Tensor y) {
    reductions.softmaxGrad(dx, dy, y);
  }

  @Override
  public void logSoftmax(Tensor out, Tensor a) {
    reductions.logSoftmax(out, a);
  }

  @Override
  public void logSoftmaxGrad(Tensor dx, Tensor dy, Tensor y) {
    reductions.logSoftmaxGrad(dx, dy, y);
  }

  @Override
  public void matmul(
      Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB, boolean accumulate) {
    matrices.matmul(out, a, transposeA, b, transposeB, accumulate);
  }

  @Override
  public void linear(Tensor out, Tensor x, Tensor weight, Tensor bias) {
    matrices.linear(out, x, weight, bias);
  }

  @Override
  public void layerNorm(
      Tensor out, Tensor mean, Tensor rstd, Tensor x, Tensor weight, Tensor bias, double eps) {
    norms.layerNorm(out, mean, rstd, x, weight, bias, eps);
  }

  @Override
  public void layerNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor rstd,
      Tensor weight) {
    norms.layerNormGrad(dx, dWeight, dBias, dy, x, mean, rstd, weight);
  }

  @Override
  public void rmsNorm(Tensor out, Tensor rstd, Tensor x, Tensor weight, double eps) {
    norms.rmsNorm(out, rstd, x, weight, eps);
  }

  @Override
  public void rmsNormGrad(
      Tensor dx, Tensor dWeight, Tensor dy, Tensor x, Tensor rstd, Tensor weight) {
    norms.rmsNormGrad(dx, dWeight, dy, x, rstd, weight);
  }

  @Override
  public void conv2d(Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    convolutions.conv2d(out, x, weight, bias, window, groups);
  }

  @Override
  public void convTranspose2d(
      Tensor out, Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    convolutions.convTranspose2d(out, x, weight, bias, window, groups);
  }

  @Override
  public void conv2dWeightGrad(Tensor dWeight, Tensor dOut, Tensor x, Window window, int groups) {
    convolutions.conv2dWeightGrad(dWeight, dOut, x, window, groups);
  }

  @Override
  public void maxPool2d(Tensor out, Tensor indices, Tensor x, PoolSpans rows, PoolSpans columns) {
    pooling.maxPool2d(out, indices, x, rows, columns);
  }

  @Override
  public void maxPool2dGrad(Tensor dx, Tensor dOut, Tensor indices) {
    pooling.maxPool2dGrad(dx, dOut, indices);
  }

  @Override
  public void resample2d(Tensor out, Tensor x, Resampling rows, Resampling columns) {
    pooling.resample2d(out, x, rows, columns);
  }

  @Override
  public void channelStatistics(Tensor mean, Tensor variance, Tensor x) {
    channelNorms.channelStatistics(mean, variance, x);
  }

  @Override
  public void batchNorm(
      Tensor out, Tensor x, Tensor mean, Tensor variance, Tensor weight, Tensor bias, double eps) {
    channelNorms.batchNorm(out, x, mean, variance, weight, bias, eps);
  }

  @Override
  public void batchNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor weight,
      double eps,
      boolean ofBatch) {
    channelNorms.batchNormGrad(dx, dWeight, dBias, dy, x, mean, variance, weight, eps, ofBatch);
  }

  @Override
  public void groupNorm(
      Tensor out, Tensor mean, Tensor rstd, Tensor x, Tensor weight, Tensor bias, double eps) {
    channelNorms.groupNorm(out, mean, rstd, x, weight, bias, eps);
  }

  @Override
  public void groupNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor rstd,
      Tensor weight) {
    channelNorms.groupNormGrad(dx, dWeight, dBias, dy, x, mean, rstd, weight);
  }

  @Override
  public void permute(Tensor out, Tensor a, int[] permutation) {
    indexing.permute(out, a, permutation);
  }

  @Override
  public void readRegion(Tensor out, Tensor a, int dim, int start) {
    indexing.readRegion(out, a, dim, start);
  }

  @Override
  public void writeRegion(Tensor out, Tensor a, int dim, int start) {
    indexing.writeRegion(out, a, dim, start);
  }

  @Override
  public void addRegion(Tensor out, Tensor a, int dim, int start) {
    indexing.addRegion(out, a, dim, start);
  }

  @Override
  public void embedding(Tensor out, Tensor weight, Tensor ids) {
    indexing.embedding(out, weight, ids);
  }

  @Override
  public void embeddingGrad(Tensor dWeight, Tensor dOut, Tensor ids) {
    indexing.embeddingGrad(dWeight, dOut, ids);
  }

  @Override
  public void gather(Tensor out, Tensor a, Tensor index) {
    indexing.gather(out, a, index);
  }

  @Override
  public void gatherGrad(Tensor da, Tensor dOut, Tensor index) {
    indexing.gatherGrad(da, dOut, index);
  }

  @Override
  public void rotary(
      Tensor out, Tensor x, Tensor cos, Tensor sin, Tensor positions, boolean inverse) {
    attention.rotary(out, x, cos, sin, positions, inverse);
  }

  @Override
  public void attention(
      Tensor out, Tensor lse, Tensor q, Tensor k, Tensor v, PackedSequences layout, double scale) {
    attention.attention(out, lse, q, k, v, layout, scale);
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
      double scale) {
    attention.attentionGrad(dq, dk, dv, dOut, out, lse, q, k, v, layout, scale);
  }

  @Override
  public void storeKv(KvPages pages, int layer, Tensor k, Tensor v, KvRows rows) {
    attention.storeKv(pages, layer, k, v, rows);
  }

  @Override
  public void pagedAttention(
      Tensor out, Tensor q, KvPages pages, int layer, KvRows rows, double scale) {
    attention.pagedAttention(out, q, pages, layer, rows, scale);
  }

  @Override
  public void tokenLogProbs(
      Tensor logProbs,
      Tensor lse,
      Tensor entropy,
      Tensor meanLogProb,
      Tensor logits,
      Tensor targets,
      double temperature) {
    losses.tokenLogProbs(logProbs, lse, entropy, meanLogProb, logits, targets, temperature);
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
    losses.tokenLogProbsGrad(dLogits, dLogProbs, dMean, logits, lse, targets, temperature);
  }

  @Override
  public void adam(
      Tensor param,
      Tensor grad,
      Tensor expAvg,
      Tensor expAvgSq,
      double lr,
      double beta1,
      double beta2,
      double eps,
      double weightDecay,
      boolean decoupled,
      long step,
      double gradScale) {
    optimizers.adam(
        param,
        grad,
        expAvg,
        expAvgSq,
        lr,
        beta1,
        beta2,
        eps,
        weightDecay,
        decoupled,
        step,
        gradScale);
  }

  @Override
  public void sgd(
      Tensor param,
      Tensor grad,
      Tensor momentumBuffer,
      double lr,
      double momentum,
      double dampening,
      double weightDecay,
      boolean nesterov,
      boolean first,
      double gradScale) {
    optimizers.sgd(
        param,
        grad,
        momentumBuffer,
        lr,
        momentum,
        dampening,
        weightDecay,
        nesterov,
        first,
        gradScale);
  }

  @Override
  public void uniform(Tensor out, Philox generator) {
    random.uniform(out, generator);
  }

  @Override
  public void normal(Tensor out, Philox generator) {
    random.normal(out, generator);
  }

  @Override
  public void dropout(Tensor out, Tensor a, double p, Philox generator) {
    random.dropout(out, a, p, generator);
  }

  @Override
  public void aggregateSum(Tensor out, Csr csr, Tensor x, Tensor weights) {
    aggregation.aggregateSum(out, csr, x, weights);
  }

  @Override
  public void aggregateSumWeightGrad(Tensor dWeights, Csr csr, Tensor dOut, Tensor x) {
    aggregation.aggregateSumWeightGrad(dWeights, csr, dOut, x);
  }

  @Override
  public void aggregateMax(Tensor out, Tensor ties, Csr csr, Tensor x) {
    aggregation.aggregateMax(out, ties, csr, x);
  }

  @Override
  public void aggregateMaxGrad(Tensor dx, Csr csr, Tensor dOut, Tensor ties, Tensor x, Tensor out) {
    aggregation.aggregateMaxGrad(dx, csr, dOut, ties, x, out);
  }

  @Override
  public void edgeScores(
      Tensor out, Csr csr, Tensor ofRows, Tensor ofColumns, double negativeSlope) {
    aggregation.edgeScores(out, csr, ofRows, ofColumns, negativeSlope);
  }

  @Override
  public void edgeScoresGrad(
      Tensor dOfRows, Tensor dOfColumns, Csr csr, Tensor dOut, Tensor out, double negativeSlope) {
    aggregation.edgeScoresGrad(dOfRows, dOfColumns, csr, dOut, out, negativeSlope);
  }

  @Override
  public void edgeSoftmax(Tensor out, Csr csr, Tensor scores) {
    aggregation.edgeSoftmax(out, csr, scores);
  }

  @Override
  public void edgeSoftmaxGrad(Tensor dScores, Csr csr, Tensor dOut, Tensor out) {
    aggregation.edgeSoftmaxGrad(dScores, csr, dOut, out);
  }

  @Override
  public void recurrence(Recurrence r) {
    recurrent.recurrence(r);
  }

  @Override
  public void recurrenceGrad(
      Recurrence r, Tensor dGates, Tensor dProducts, Tensor dState, Tensor dCell, Tensor dStates) {
    recurrent.recurrenceGrad(r, dGates, dProducts, dState, dCell, dStates);
  }
}
