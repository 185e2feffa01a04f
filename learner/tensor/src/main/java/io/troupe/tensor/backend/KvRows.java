package io.troupe.tensor.backend;

/**
 * The positions of the rows of one forward pass in a paged cache.
 *
 * @param pageTables for each sequence the pages that hold its positions, in order; owned by the
 *     cache, valid for one pass
 * @param sequence for each row the index of its sequence in {@code pageTables}
 * @param position for each row its position in its sequence; rows of one sequence ascend
 */
@SuppressWarnings("ArrayRecordComponent") // one pass's view of the cache's own arrays
public record KvRows(int[][] pageTables, int[] sequence, int[] position) {}
