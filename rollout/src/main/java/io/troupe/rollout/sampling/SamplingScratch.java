package io.troupe.rollout.sampling;

/** Memory that samplers work in, kept from step to step; for one thread. */
public final class SamplingScratch {
  final int[] seenInRow;
  final Candidates candidates;
  final double[] blockSums;
  final float[] heap;
  int rowStamp;

  /** Memory for rows of {@code vocabSize} logits. */
  public SamplingScratch(int vocabSize) {
    seenInRow = new int[vocabSize];
    candidates = new Candidates(vocabSize);
    blockSums = new double[DenseDraw.numBlocks(vocabSize)];
    heap = new float[vocabSize];
  }
}
