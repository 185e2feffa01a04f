package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.cpu.machinecode.Isa;

/**
 * Products of queries with the keys and of weights with the values of the pages of a chunk, and the
 * softmax between them.
 *
 * <p>A score adds its products in the order of the dimensions, a weighted sum adds values in the
 * order of positions; both start with zero and use fused multiply-adds. All kernels give the same
 * bits. Queries and sums are stored one after another, their scores and weights {@link #SCORE_ROW}
 * apart.
 */
sealed interface PageKernels permits GeneratedPages, VectorPages {
  int PAGE = KvPages.PAGE_SIZE;

  /** Bytes from the scores of a query to those of the next. */
  long SCORE_ROW = 4L * SoftmaxState.CHUNK;

  /** Pages of a chunk. */
  int CHUNK_PAGES = SoftmaxState.CHUNK / PAGE;

  /**
   * Repetitions of the last page at the end of a list: blocks of four pages, and the next block.
   */
  int REPEATED = 8;

  /** Bytes of a list of the addresses of a chunk's pages. */
  long LIST_BYTES = 8L * (CHUNK_PAGES + REPEATED);

  /** The kernels of this machine. */
  PageKernels BEST = ofMachine();

  /**
   * Computes the scores of all keys of some pages. Scores of up to three pages more may be
   * overwritten.
   *
   * @param scores of the first query
   * @param count queries
   * @param pages address of the list of pages, each (headDim, PAGE_SIZE); see {@link
   *     PageAddresses#list}
   */
  void scores(long scores, long queries, int count, int headDim, long pages, int numPages);

  /**
   * Replaces scores by {@code exp(score - maximum)}. The exponentials of each position modulo
   * {@code PAGE_SIZE} are added in order, then the {@code PAGE_SIZE} sums in halves.
   *
   * @param scores of {@code numPages} whole pages; those of hidden keys are negative infinity
   * @param max where the maximum is written, a float
   * @param sum where the sum is written
   */
  void weights(long scores, int numPages, long max, long sum);

  /**
   * Computes the weighted sums of the values of the first {@code keys} positions.
   *
   * @param sums {@code count} rows of headDim elements
   * @param weights of the first query
   * @param pages address of the list of pages, each (PAGE_SIZE, headDim)
   * @param keys at least 1
   */
  void values(long sums, long weights, int count, int headDim, long pages, int keys);

  private static PageKernels ofMachine() {
    return Isa.ofMachine().<PageKernels>map(GeneratedPages::new).orElseGet(VectorPages::new);
  }
}
