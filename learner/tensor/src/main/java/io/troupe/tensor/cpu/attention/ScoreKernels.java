package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.vectors.Lanes;

/**
 * The softmax of one vector of columns of scores, which are stored as (keys, columns), and its
 * gradient. All kernels give the same bits.
 */
sealed interface ScoreKernels permits GeneratedScores, VectorScores {
  /** Bytes of the memory that {@link #softmax} needs for sums. */
  long SUMS_BYTES = 4L * KvPages.PAGE_SIZE * Lanes.COUNT;

  /** The kernels of this machine. */
  ScoreKernels BEST =
      Isa.ofMachine().<ScoreKernels>map(GeneratedScores::new).orElseGet(VectorScores::new);

  /**
   * Scores of one vector of columns.
   *
   * @param address of the first key's scores
   * @param row bytes from one key to the next
   * @param first position of the first key
   * @param end position after the last key
   * @param hiddenFrom the first position that a column may not attend to
   * @param limits the last position that each column attends to, as floats
   */
  record Scores(long address, long row, int first, int end, int hiddenFrom, long limits) {
    int keys() {
      return end - first;
    }

    /** The scores of the first key that may be hidden. */
    long hidden() {
      return address + (hiddenFrom - first) * row;
    }
  }

  /**
   * Hides keys, and replaces scores by {@code exp(score - maximum)}. The exponentials of each
   * position modulo {@code PAGE_SIZE} are added in order, then the {@code PAGE_SIZE} sums in
   * halves.
   *
   * @param sums memory of {@link #SUMS_BYTES}
   * @param max where the maxima are written
   * @param sum where the sums are written
   */
  void softmax(Scores scores, long sums, long max, long sum);

  /**
   * Hides keys, replaces scores by probabilities {@code p = exp(score - logSum)}, and gradients of
   * probabilities by those of scores, {@code p * (gradient - delta)}.
   *
   * @param gradients of the first key, stored as the scores are
   */
  void gradient(Scores scores, long gradients, long logSums, long deltas);
}
