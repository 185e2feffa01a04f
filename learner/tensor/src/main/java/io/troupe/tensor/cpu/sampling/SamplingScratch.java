package io.troupe.tensor.cpu.sampling;

/** Scratch memory of one thread for selecting tokens from rows of up to {@code vocab} scores. */
final class SamplingScratch {
  final int[] seenInRow;
  final int[] counts; // zeros between two uses
  final Candidates candidates;
  final double[] blockSums;
  final float[] heap;
  int rowStamp;

  SamplingScratch(int vocab) {
    seenInRow = new int[vocab];
    counts = new int[vocab];
    candidates = new Candidates(vocab);
    blockSums = new double[DenseDraw.numBlocks(vocab)];
    heap = new float[vocab];
  }

  int vocab() {
    return heap.length;
  }
}
